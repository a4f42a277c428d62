"""Where a profile's values come from: text, environment, file, command, or a list that is used up."""

from __future__ import annotations

import os
import subprocess
from collections import deque
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from conformance.catalog.datafile import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

COMMAND_LIMIT_S = 30
"""Seconds that a command may take to print a value."""

LIST = "list"
_WANTED = "It must print one value and end with 0."


@dataclass(frozen=True, slots=True)
class Source:
    """One value of the profile: `draw` returns it, or a fresh one if `fresh`, or `None` when there are no more.

    `secret` ones are redacted. Drawing from a command may raise `DataError`.
    """

    draw: Callable[[], str | None]
    fresh: bool
    secret: bool
    said: str


def source(spec: str | Mapping[str, Any], folder: Path, key: str) -> Source:
    """Return the source that the profile describes at `key`; relative paths start at the profile's folder.

    Raises `DataError` when there is nothing at that place.
    """
    if isinstance(spec, str):
        _sendable(spec, key, "the text")
        return Source(lambda: spec, fresh=False, secret=False, said="text")
    ((kind, value),) = spec.items()
    return _KINDS[kind](value, folder, key)


def drawn(source: Source, key: str) -> Source:
    """Return the source of what this one gives now: a value that every request carries. Raises `DataError`."""
    if source.said == LIST:
        raise DataError(key, "", "a list gives another value each time.", "This one stays: use env, file or command.")
    value = source.draw()
    return replace(source, draw=lambda: value, fresh=False)


def share(source: Source, worker: int, workers: int) -> Source:
    """Return what one of several processes may take of this source: of a list, every so manieth value."""
    if source.said != LIST:
        return source
    skipped = chain([worker], repeat(workers - 1))

    def draw() -> str | None:
        for _ in range(next(skipped)):
            source.draw()
        return source.draw()

    return replace(source, draw=draw)


def _env(name: str, _folder: Path, key: str) -> Source:
    value = os.environ.get(name, "").strip()
    if not value:
        raise DataError(key, "", f"the environment variable {name} is not set.", f"Set {name}, or drop the key.")
    value = _sendable(value, key, f"the environment variable {name}")
    return Source(lambda: value, fresh=False, secret=True, said=f"environment variable {name}")


def _file(path: str, folder: Path, key: str) -> Source:
    value = _sendable(_content(folder / path, key).strip(), key, path)
    if not value:
        raise DataError(key, "", f"{path} is empty.", "It must hold the value.")
    return Source(lambda: value, fresh=False, secret=True, said=f"file {path}")


def _content(path: Path, key: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise DataError(key, "", f"{path.name} cannot be read ({type(error).__name__}).") from None


def _sendable(value: str, key: str, where: str) -> str:
    """Return the value. Raises `DataError` where it holds what no header or field can carry."""
    if not value.isprintable():
        raise DataError(key, "", f"{where} holds a control character.", "It must hold the value alone, on one line.")
    return value


def _command(words: list[str], folder: Path, key: str) -> Source:
    where = f"the command {words[0]!r}"

    def draw() -> str | None:
        try:
            done = subprocess.run(words, cwd=folder, capture_output=True, timeout=COMMAND_LIMIT_S, check=False)  # noqa: S603 - the profile's owner names it; no shell takes part
        except subprocess.TimeoutExpired:
            raise DataError(key, "", f"{where} took longer than {COMMAND_LIMIT_S} seconds.", _WANTED) from None
        except (OSError, ValueError) as error:
            raise DataError(key, "", f"{where} did not run ({type(error).__name__}).", _WANTED) from None
        try:
            printed = done.stdout.decode("utf-8").split()
        except UnicodeDecodeError:
            raise DataError(key, "", f"{where} printed no text.", _WANTED) from None
        if done.returncode != 0 or len(printed) != 1:
            problem = f"{where} ended with status {done.returncode} and {len(printed)} values."
            raise DataError(key, "", problem, _WANTED)
        return _sendable(printed[0], key, where)

    return Source(draw, fresh=True, secret=True, said=f"command {words[0]}")


def _list(spec: list[str] | Mapping[str, str], folder: Path, key: str) -> Source:
    where = "the list" if isinstance(spec, list) else spec["file"]
    values = list(spec) if isinstance(spec, list) else _content(folder / spec["file"], key).split()
    waiting = deque(_sendable(value, key, where) for value in values)
    return Source(lambda: waiting.popleft() if waiting else None, fresh=True, secret=True, said=LIST)


_KINDS: dict[str, Callable[[Any, Path, str], Source]] = {
    "env": _env,
    "file": _file,
    "command": _command,
    "list": _list,
}
