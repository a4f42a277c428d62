"""Turn decoded JSON into frozen dataclasses; strict about every key and type, and fast.

The published schema says the same in JSON Schema's words, and a test holds the two together; walking the classes is
some twenty times quicker than validating each line, which every run would pay for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from conformance.summary.counted import counted

Decoder = Callable[[object, str], Any]


class DecodeError(ValueError):
    """A value does not have the documented form; the text says where, and what was expected there."""

    def __init__(self, where: str, problem: str) -> None:
        """Take the path of the value (empty for the whole line) and the problem."""
        super().__init__(f"{where}: {problem}" if where else problem)


@cache
def decoder(kind: Any) -> Decoder:  # noqa: ANN401 - any annotation of a field
    """Return the function that turns a JSON value into `kind`, a dataclass or the type of one of its fields."""
    if isinstance(kind, type):
        return _record(kind) if is_dataclass(kind) else _word(kind) if issubclass(kind, StrEnum) else _plain(kind)
    members = get_args(kind)
    match get_origin(kind):
        case origin if origin is UnionType:
            inner = decoder(next(member for member in members if member is not NoneType))
            return lambda value, where: None if value is None else inner(value, where)
        case origin if origin is tuple:
            return _sequence(members)
        case _:
            return _mapping(decoder(members[1]))


_PLAIN: Mapping[type, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
}


def _plain(kind: type) -> Decoder:
    if kind is object:
        return lambda value, _: value
    allowed, name = _PLAIN[kind]

    def decode(value: object, where: str) -> object:
        if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
            raise DecodeError(where, f"{_brief(value)} is not {name}.")
        try:
            plain = kind(value)
        except OverflowError:
            plain = math.inf
        if kind is float and not math.isfinite(plain):
            raise DecodeError(where, f"{_brief(value)} is too large.")
        return plain

    return decode


def _word(kind: type[StrEnum]) -> Decoder:
    members = {str(member): member for member in kind}

    def decode(value: object, where: str) -> object:
        if not isinstance(value, str) or value not in members:
            raise DecodeError(where, f"{_brief(value)} is none of {', '.join(members)}.")
        return members[value]

    return decode


def _sequence(members: tuple[Any, ...]) -> Decoder:
    if members[-1] is Ellipsis:
        each = decoder(members[0])

        def decode_any(value: object, where: str) -> object:
            return tuple(each(item, f"{where}[{index}]") for index, item in enumerate(_listed(value, where)))

        return decode_any
    every = [decoder(member) for member in members]

    def decode(value: object, where: str) -> object:
        items = _listed(value, where)
        if len(items) != len(every):
            raise DecodeError(where, f"{counted(len(items), 'item')} instead of {len(every)}.")
        return tuple(one(item, f"{where}[{index}]") for index, (one, item) in enumerate(zip(every, items, strict=True)))

    return decode


def _listed(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise DecodeError(where, f"{_brief(value)} is not a list.")
    return value


def _mapping(inner: Decoder) -> Decoder:
    def decode(value: object, where: str) -> object:
        if not isinstance(value, dict):
            raise DecodeError(where, f"{_brief(value)} is not an object.")
        return {key: inner(item, f"{where}.{key}") for key, item in value.items()}

    return decode


def _record(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    decoders = {field.name: decoder(hints[field.name]) for field in fields(kind)}

    def decode(value: object, where: str) -> object:
        if not isinstance(value, dict):
            raise DecodeError(where, f"{_brief(value)} is not an object.")
        if value.keys() != decoders.keys():
            missing = [name for name in decoders if name not in value]
            if missing:
                raise DecodeError(where, f"key {missing[0]!r} is missing.")
            extra = next(name for name in value if name not in decoders)
            raise DecodeError(where, f"unknown key {extra!r}.")
        start = f"{where}." if where else ""
        return kind(**{name: one(value[name], start + name) for name, one in decoders.items()})

    return decode


def _brief(value: object, limit: int = 60) -> str:
    text = ascii(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
