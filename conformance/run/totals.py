"""Totals that each process has after its last case, and their transfer from xdist's workers to the controller."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from conformance.results.model import Cause, RequestCount
from conformance.results.words import counted
from conformance.run.cases import case_of
from conformance.run.counting import COLLECTED
from conformance.target.profile import Profile
from conformance.target.stock import InFile


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
    """Requests by receiver, withdrawn cases with their cause, and the values taken from each list."""

    requests: RequestCount
    withdrawn: Mapping[str, Cause]
    used: Mapping[str, Taken]


TOTALS: pytest.StashKey[Totals] = pytest.StashKey()

PROBLEM = "conformance_problem"
"""Key in a worker's output for the reason why it runs nothing."""

_SAID = "conformance"


class WorkerTotals:
    """Sends an xdist worker's totals, and the ids of its cases, to the controller."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Add the ids to the worker's output; every worker collects the same cases."""
        config: Any = session.config
        config.workeroutput[COLLECTED] = [case.id for item in session.items if (case := case_of(item)) is not None]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Add the totals to the worker's output."""
        config: Any = session.config
        if TOTALS in config.stash:
            config.workeroutput[_SAID] = msgspec.to_builtins(config.stash[TOTALS])


def totals_of(output: dict[str, Any]) -> Totals | None:
    """Return the totals in a worker's output, or `None` if it had no case."""
    said = output.get(_SAID)
    return None if said is None else msgspec.convert(said, Totals)


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
