"""Sources of a profile's values: text, environment variable, file, command or list.

Secrets are not accepted as plain text, so that nobody commits one by accident. A mock's made-up value is not a secret
and may be marked as such (`fake = true`). It is redacted all the same: records then look alike for every target, and a
value that was marked by mistake still does not reach a report.

What a list means depends on the value. A value that works once, such as a code, is taken from the list for each request
that carries it (`stock`). Any other, such as a token, can be sent again, so its list never runs out.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..catalog.datafile import DataError, why
from .stock import Dealt, InFile, Listed

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from pathlib import Path

    from .stock import Stock

COMMAND_LIMIT_S = 30
"""Time limit in seconds for a command that prints a value."""

LIST = "list"
FAKE = "fake"
"""The key that marks a value as made up."""

_WANTED = "It must print one value and exit with 0."


@dataclass(frozen=True, slots=True)
class Source:
    """One value of the profile: `draw` returns it, a new one each time if `fresh`, or `None` when none is left.

    `secret` values are redacted. Sources with the same `origin` give the same value, or values of the same kind. With
    `once`, each value works only once; `stock` is the content of a list. `draw` may raise `DataError`.
    """

    draw: Callable[[], str | None]
    fresh: bool
    secret: bool
    said: str
    origin: Hashable = field(repr=False)
    once: bool = False
    stock: Stock | None = None


def source(
    spec: str | Mapping[str, Any], folder: Path, key: str, *, once: bool = False, endless: bool = True
) -> Source:
    """Return the source that the profile describes at `key`; relative paths start at the profile's folder.

    If `once`, the value works only once, and a list in a file loses each value taken. A list of other values repeats if
    `endless`. Raises `DataError` if the place that it names is empty.
    """
    if isinstance(spec, str):
        _sendable(spec, key, "the text")
        return Source(lambda: spec, fresh=False, secret=False, said="text", origin=spec, once=once)
    ((kind, value),) = ((name, held) for name, held in spec.items() if name != FAKE)
    if kind == LIST:
        return _list(value, folder, key, once=once, endless=endless and not once)
    return replace(_KINDS[kind](value, folder, key), once=once)


def drawn(source: Source, key: str) -> Source:
    """Return a source that always gives this source's current value. Raises `DataError`."""
    if source.said == LIST:
        raise DataError(
            key,
            "",
            "a list gives a different value each time.",
            "This one must stay the same: use env, file or command.",
        )
    value = source.draw()
    return replace(source, draw=lambda: value, fresh=False, origin=value)


def remembered(source: Source) -> Source:
    """Return a source that evaluates this one at first use and then keeps the value."""
    kept: list[str | None] = []

    def draw() -> str | None:
        if not kept:
            kept.append(source.draw())
        return kept[0]

    return replace(source, draw=draw)


def share(source: Source, worker: int, workers: int) -> Source:
    """Return one process's share of this source: every n-th value of a list in memory, anything else unchanged."""
    if not isinstance(source.stock, Listed):
        return source
    part = Dealt(source.stock, worker, workers)
    return replace(source, draw=part.take, stock=part)


def _fake(text: str, _folder: Path, key: str) -> Source:
    _sendable(text, key, "the text")
    return Source(lambda: text, fresh=False, secret=True, said="text, fake", origin=text)


def _env(name: str, _folder: Path, key: str) -> Source:
    value = os.environ.get(name, "").strip()
    if not value:
        raise DataError(key, "", f"the environment variable {name} is not set.", f"Set {name}, or drop the key.")
    value = _sendable(value, key, f"the environment variable {name}")
    return Source(lambda: value, fresh=False, secret=True, said=f"environment variable {name}", origin=value)


def _file(path: str, folder: Path, key: str) -> Source:
    value = _sendable(_content(folder / path, key).strip(), key, path)
    if not value:
        raise DataError(key, "", f"{path} is empty.", "It must contain the value.")
    return Source(lambda: value, fresh=False, secret=True, said=f"file {path}", origin=value)


def _content(path: Path, key: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise DataError(key, "", f"{path.name} cannot be read ({why(error)}).") from None


def _sendable(value: str, key: str, where: str) -> str:
    """Return the value. Raises `DataError` if it contains characters that no header or field can carry."""
    if not value.isprintable():
        raise DataError(
            key, "", f"{where} contains a control character.", "It must contain the value alone, on one line."
        )
    return value


def _command(words: list[str], folder: Path, key: str) -> Source:
    where = f"the command {words[0]!r}"

    def draw() -> str | None:
        try:
            done = subprocess.run(  # noqa: S603 - the profile's owner chose it; no shell involved
                words,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=COMMAND_LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DataError(key, "", f"{where} took longer than {COMMAND_LIMIT_S} seconds.", _WANTED) from None
        except (OSError, ValueError) as error:
            raise DataError(key, "", f"{where} did not run ({why(error)}).", _WANTED) from None
        try:
            printed = done.stdout.decode("utf-8").split()
        except UnicodeDecodeError:
            raise DataError(key, "", f"{where} printed something other than text.", _WANTED) from None
        if done.returncode != 0 or len(printed) != 1:
            number = "1 value" if len(printed) == 1 else f"{len(printed)} values"
            problem = f"{where} ended with status {done.returncode} and printed {number}."
            raise DataError(key, "", problem, _WANTED)
        return _sendable(printed[0], key, where)

    origin = (str(folder.resolve()), *words)
    return Source(draw, fresh=True, secret=True, said=f"command {words[0]}", origin=origin)


def _list(spec: list[str] | Mapping[str, Any], folder: Path, key: str, *, once: bool, endless: bool) -> Source:
    file = None if isinstance(spec, list) else str(spec["file"])
    name = file or f"the list {key.rpartition(': ')[2]}"
    values = list(spec) if isinstance(spec, list) else _content(folder / spec["file"], key).split()
    values = [_sendable(value, key, file or "the list") for value in values]
    if endless and not values:
        raise DataError(key, "", f"{name} is empty.", "It must contain at least one value.")
    stock: Stock = Listed(name, values, endless=endless)
    if once and not isinstance(spec, list) and not spec.get("keep"):
        stock = InFile(name, folder / spec["file"], key, lambda value: _sendable(value, key, name))
    origin = (LIST, str((folder / file).resolve()) if file else tuple(values))
    return Source(stock.take, fresh=True, secret=True, said=LIST, origin=origin, once=once, stock=stock)


_KINDS: dict[str, Callable[[Any, Path, str], Source]] = {
    "value": _fake,
    "env": _env,
    "file": _file,
    "command": _command,
}
