"""What a run could not write: a line for each file, and one sentence for a full disk, however many files it cost.

The run goes on all the same, and ends with 3.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FULL = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT") if hasattr(errno, name))


def is_full(error: OSError) -> bool:
    """Whether the disk, or the share of it that the user may fill, has no room left."""
    return error.errno in _FULL


def in_words(error: OSError) -> str:
    """Return a message about a file that cannot be written."""
    return f"{error.filename or 'a report'}: cannot be written ({error.strerror})."


def full_in_words(place: object, kept: str = "nothing could be written", missing: Iterable[str] = ()) -> str:
    """Return the sentence about a full disk: the folder, what of the results is kept, and which reports are missing."""
    names = ", ".join(missing)
    return f"{place}: the disk is full: {kept}{names and f'; not written: {names}'}. Make room and run again."


@dataclass
class Unwritten:
    """What a process, or all of them, could not write; a worker of xdist sends it to the controller."""

    lines: list[str] = field(default_factory=list)
    """The messages about files for which the disk was not full."""
    full: bool = False
    """Whether a disk was full."""
    incomplete: list[str] = field(default_factory=list)
    """The names of folders with reports in which a file is missing."""

    def note(self, error: OSError, message: str = "") -> None:
        """Note that a file cannot be written; `message` replaces the usual words."""
        if is_full(error):
            self.full = True
        else:
            self.add(message or in_words(error))

    def add(self, line: str) -> None:
        """Note a problem, once."""
        if line not in self.lines:
            self.lines.append(line)

    def join(self, other: Unwritten) -> None:
        """Add what another process could not write."""
        self.full |= other.full
        self.incomplete += other.incomplete
        for line in other.lines:
            self.add(line)
