"""Lists of one-shot values in a profile, and what is left of them.

A value that works once is gone when it has been sent, so a list of such values is a stock: each value is taken once, by
one process only, and the number taken is reported at the end. A list in a file loses each value as it is taken, under a
lock and atomically, so that another process, a second run, or a run after one that was killed does not take the same
value; `keep = true` in the profile leaves the file alone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import deque
from itertools import cycle
from typing import TYPE_CHECKING, Protocol

from .. import locks
from ..catalog.datafile import DataError, why

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


class Stock(Protocol):
    """Values of a list: `name` as in the profile, `total` at the start, `used` since then."""

    name: str
    total: int
    used: int

    def take(self) -> str | None:
        """Return the next value, `None` when there is none left."""

    def left(self) -> int:
        """Return how many values are left."""


class Listed:
    """Values in memory, taken from the top; they repeat if `endless`."""

    def __init__(self, name: str, values: Sequence[str], *, endless: bool = False) -> None:
        """Take the values in order."""
        self.name, self.total, self.used, self._endless = name, len(values), 0, endless
        self._next = iter(cycle(values) if endless else deque(values))

    def take(self) -> str | None:
        """Return the next value, `None` when there is none left."""
        value = next(self._next, None)
        self.used += value is not None
        return value

    def left(self) -> int:
        """Return the number of values left; for an endless list, all of them."""
        return self.total if self._endless else self.total - self.used


class Dealt:
    """One process's share of a list: every `workers`-th value, starting at the number of the process."""

    def __init__(self, stock: Listed, worker: int, workers: int) -> None:
        """Take the whole list, the number of the process (from 0) and the number of processes."""
        self._stock, self._skip, self._between = stock, worker, workers - 1
        self.name, self.used = stock.name, 0
        self.total = len(range(worker, stock.total, workers))

    def take(self) -> str | None:
        """Return the next value of this share, `None` when there is none left."""
        for _ in range(self._skip):
            self._stock.take()
        self._skip = self._between
        value = self._stock.take()
        self.used += value is not None
        return value

    def left(self) -> int:
        """Return the number of values left in this share."""
        return self.total - self.used


class InFile:
    """Values in a file, each of which is removed when it is taken."""

    def __init__(self, name: str, path: Path, key: str, sendable: Callable[[str], str]) -> None:
        """Count the values. Raises `DataError` if the file cannot be read or rewritten, or contains a bad value."""
        self.name, self.used, self._path, self._key, self._sendable = name, 0, path.resolve(), key, sendable
        self.total = self.left()
        keep = "set keep = true, which leaves the file alone."
        if not locks.available():
            problem = f"{name} cannot be rewritten safely: this system has no file locks."
            raise DataError(key, "", problem, keep.capitalize())
        if not os.access(self._path, os.W_OK) or not os.access(self._path.parent, os.W_OK):
            hint = f"Make the file and its folder writable, or {keep}"
            raise DataError(key, "", f"{name} cannot be rewritten, but each value in it works only once.", hint)

    def take(self) -> str | None:
        """Remove the first value from the file and return it, or `None` if none is left. Raises `DataError`."""
        while True:
            try:
                with self._path.open("rb") as held:
                    locks.lock(held)
                    # While waiting for the lock, another process may have replaced the file.
                    if os.fstat(held.fileno()).st_ino == self._path.stat().st_ino:
                        return self._without_the_first(held.read().decode("utf-8-sig"))
            except (OSError, ValueError) as error:
                raise DataError(self._key, "", f"{self.name} cannot be used ({why(error)}).") from None

    def _without_the_first(self, text: str) -> str | None:
        value, *rest = text.split(maxsplit=1) or [""]
        if not value:
            return None
        number, written = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with open(number, "w", encoding="utf-8") as file:  # noqa: PTH123 - mkstemp returns a descriptor
                file.write("".join(rest))
            shutil.copymode(self._path, written)
            os.replace(written, self._path)  # noqa: PTH105 - mkstemp returns a string
        except BaseException:
            os.unlink(written)  # noqa: PTH108 - as above
            raise
        self.used += 1
        return self._sendable(value)

    def left(self) -> int:
        """Return how many values are left in the file. Raises `DataError`."""
        try:
            return len([self._sendable(value) for value in self._path.read_text("utf-8-sig").split()])
        except DataError:
            raise
        except (OSError, ValueError) as error:
            raise DataError(self._key, "", f"{self.name} cannot be read ({why(error)}).") from None
