"""Where a profile's values come from: text, environment, file, command, or a list that is used up."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance.catalog.datafile import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

COMMAND_LIMIT_S = 30
"""Seconds that a command may take to print a value."""


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
        return Source(lambda: spec, fresh=False, secret=False, said="text")
    ((kind, value),) = spec.items()
    return _KINDS[kind](value, folder, key)


def drawn(source: Source, key: str) -> Source:
    """Return the source of what this one gives now: a value that every request carries. Raises `DataError`."""
    value = source.draw()
    if value is None:
        raise DataError(key, "", "the list is empty.", "It must hold the value.")
    return replace(source, draw=lambda: value, fresh=False)


def _env(name: str, _folder: Path, key: str) -> Source:
    value = os.environ.get(name)
    if not value:
        raise DataError(key, "", f"the environment variable {name} is not set.", f"Set {name}, or drop the key.")
    return Source(lambda: value, fresh=False, secret=True, said=f"environment variable {name}")


def _file(path: str, folder: Path, key: str) -> Source:
    value = _content(folder / path, key)
    if not value:
        raise DataError(key, "", f"{path} is empty.", "It must hold the value.")
    return Source(lambda: value, fresh=False, secret=True, said=f"file {path}")


def _content(path: Path, key: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(key, "", f"{path.name} cannot be read ({type(error).__name__}).") from None


def _command(words: list[str], folder: Path, key: str) -> Source:
    def draw() -> str | None:
        try:
            done = subprocess.run(  # noqa: S603 - the profile's owner names it; no shell takes part
                words, cwd=folder, capture_output=True, text=True, timeout=COMMAND_LIMIT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DataError(key, "", f"the command {words[0]!r} did not run ({type(error).__name__}).") from None
        lines = done.stdout.split()
        if done.returncode != 0 or not lines:
            problem = f"the command {words[0]!r} ended with status {done.returncode} and {len(lines)} values."
            raise DataError(key, "", problem, "It must print one value and end with 0.")
        return lines[0]

    return Source(draw, fresh=True, secret=True, said=f"command {words[0]}")


def _list(spec: list[str] | Mapping[str, str], folder: Path, key: str) -> Source:
    values = list(spec) if isinstance(spec, list) else _content(folder / spec["file"], key).split()
    return Source(lambda: values.pop(0) if values else None, fresh=True, secret=True, said="list")


_KINDS: dict[str, Callable[[Any, Path, str], Source]] = {
    "env": _env,
    "file": _file,
    "command": _command,
    "list": _list,
}
