"""What each process of a run has to report at its end.

A run has one process, or xdist's workers and their controller. Workers send their report in encoded form, and a process
without workers hands its own to the same code.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from ..results.model import Cause, RequestCount
from ..results.words import counted
from ..target.profile import Profile
from ..target.stock import InFile
from .unwritten import Unwritten


@dataclass(frozen=True)
class Taken:
    """The values that a process took from a list."""

    used: int
    """How many it took."""
    left: int
    """How many are left to it."""
    shared: bool
    """Whether processes share the list, so that what is left is left to all of them."""


@dataclass(frozen=True)
class Totals:
    """What a process sent and took, and the cases that it withdrew, each with the cause."""

    requests: RequestCount
    withdrawn: Mapping[str, Cause]
    used: Mapping[str, Taken]


class ProcessReport(msgspec.Struct, frozen=True):
    """What a process tells at its end; xdist's workers send it to the controller."""

    problem: str = ""
    """Why it ran nothing; empty if it did."""
    collected: tuple[str, ...] = ()
    """The ids of its cases, which are the same in all workers."""
    totals: Totals | None = None
    """`None` if it had no case to run."""
    unwritten: Unwritten = msgspec.field(default_factory=Unwritten)
    """What it could not write."""
    secrets: tuple[tuple[str, str], ...] = ()
    """Name and value of every secret that it met. They never leave the memory of the processes."""


def taken_by(profile: Profile) -> dict[str, Taken]:
    """Return what this process has taken from each list of single-use values, by the list's name."""
    tables = (profile.values, *(seeded.values for seeded in profile.states.values()))
    stocks = [one.stock for table in tables for one in table.values() if one.once and one.stock is not None]
    found: dict[str, Taken] = {}
    for stock in stocks:
        before = found.get(stock.name, Taken(0, 0, shared=False))
        # Two tables may share one file, whose rest is read from the file; lists in a profile are never shared.
        shared = isinstance(stock, InFile)
        left = stock.left() if shared else before.left + stock.left()
        found[stock.name] = Taken(before.used + stock.used, left, shared)
    return {name: taken for name, taken in found.items() if taken.used or not taken.left}


def used_in_words(totals: Iterable[Totals]) -> Iterator[str]:
    """Yield a line for each list: how many values all processes together used, and how many are left."""
    together: dict[str, list[Taken]] = {}
    for one in totals:
        for name, taken in one.used.items():
            together.setdefault(name, []).append(taken)
    for name, each in sorted(together.items()):
        used, left = sum(one.used for one in each), [one.left for one in each]
        count = min(left) if each[0].shared else sum(left)
        yield f"{name}: {counted(used, 'value')} used, {count or 'none'} left"
