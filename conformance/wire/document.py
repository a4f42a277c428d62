"""JSON read strictly: what two parsers might read differently is an error."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from .flaws import Flaw, Unusable

DEPTH_CAP = 100
"""Maximum nesting depth of the JSON; the decoder and code that reads the document later recurse."""

_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_LONGEST_INTEGER = 308


def read_object(body: bytes) -> dict[str, Any]:
    """Parse a body that is any JSON object. Raises `Unusable`."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unusable(Flaw.ENCODING, f"the body is not UTF-8 at byte {error.start}") from None
    document = _json(text)
    if not isinstance(document, dict):
        raise Unusable(Flaw.SHAPE, f"the body is JSON, but {_kind(document)}, not an object")
    return document


def read_document(body: bytes) -> dict[str, Any]:
    """Parse a body as the pages document it: a JSON object with a boolean `ok` and, if false, an `error`.

    Raises `Unusable`.
    """
    document = read_object(body)
    if "ok" not in document:
        raise Unusable(Flaw.SHAPE, "the JSON object has no 'ok'")
    if not isinstance(document["ok"], bool):
        raise Unusable(Flaw.SHAPE, f"'ok' is {_kind(document['ok'])}, not a boolean")
    if document["ok"] is False:
        if "error" not in document:
            raise Unusable(Flaw.SHAPE, "'ok' is false and there is no 'error'")
        if not isinstance(document["error"], str) or not document["error"]:
            raise Unusable(Flaw.SHAPE, f"'error' is {_kind(document['error'])}, not a code")
    return document


def _json(text: str) -> object:
    if not text.strip():
        raise Unusable(Flaw.JSON, "the body is empty")
    if is_deep(text):
        raise Unusable(Flaw.JSON, "the JSON is nested too deeply to be read")
    try:
        document = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_number,
        )
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except Unusable:
        raise
    except UnicodeEncodeError:
        raise Unusable(Flaw.JSON, "the JSON holds half of a surrogate pair") from None
    except ValueError as error:
        if text.lstrip()[:1] == "<":
            raise Unusable(Flaw.JSON, "the body is HTML, not JSON") from None
        raise Unusable(Flaw.JSON, f"the body is not JSON: {error}") from None
    return document


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, value in pairs:
        if name in document:
            raise Unusable(Flaw.JSON, f"the JSON has the key {name[:50]!r} twice")
        document[name] = value
    return document


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise Unusable(Flaw.JSON, f"the JSON holds a number of {len(digits)} digits, beyond what is interoperable")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise Unusable(Flaw.JSON, f"the JSON holds the number {digits[:20]}, beyond what is interoperable")
    return number


def is_deep(text: str) -> bool:
    """Return whether arrays and objects in a JSON text are nested more than `DEPTH_CAP` levels deep.

    The text is not parsed for this: at the decoder's recursion limit, the finalizer of any object may fail.
    """
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        depth += _STEPS.get(token[0], 0)
        if depth > DEPTH_CAP:
            return True
    return False


def _no_constant(constant: str) -> object:
    raise Unusable(Flaw.JSON, f"{constant} is not JSON")


def _kind(value: object) -> str:  # noqa: PLR0911 - one line for each kind
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case "":
            return "an empty string"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"
