"""Totals that each process has after its last case, and their transfer from xdist's workers to the controller."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from conformance.run.cases import case_of
from conformance.run.counting import COLLECTED
from conformance.summary.counted import counted
from conformance.target.stock import InFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.target.profile import Profile


@dataclass
class Totals:
    """Requests by receiver, withdrawn cases with their cause, and the values taken from each list."""

    requests: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[str, dict[str, str]] = field(default_factory=dict)
    used: dict[str, Taken] = field(default_factory=dict)


Taken = dict[str, int]
"""For a list of values: how many a process has `used`, how many are `left`, and whether processes share it."""

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
            config.workeroutput[_SAID] = asdict(config.stash[TOTALS])


def totals_of(output: dict[str, Any]) -> Totals | None:
    """Return the totals in a worker's output, or `None` if it had no case."""
    said = output.get(_SAID)
    return None if said is None else Totals(**said)


def taken_by(profile: Profile) -> dict[str, Taken]:
    """Return what this process has taken from each list of single-use values, by the list's name."""
    tables = (profile.values, *(seeded.values for seeded in profile.states.values()))
    stocks = [one.stock for table in tables for one in table.values() if one.once and one.stock is not None]
    found: dict[str, Taken] = {}
    for stock in stocks:
        before = found.get(stock.name, {"used": 0, "left": 0})
        # Two tables may share one file, whose rest is read from the file; lists in a profile are never shared.
        left = stock.left() if isinstance(stock, InFile) else before["left"] + stock.left()
        found[stock.name] = {"used": before["used"] + stock.used, "left": left, "shared": isinstance(stock, InFile)}
    return {name: taken for name, taken in found.items() if taken["used"] or not taken["left"]}


def used_in_words(totals: Iterable[Totals]) -> Iterator[str]:
    """Yield a line for each list: how many values all processes together used, and how many are left."""
    together: dict[str, list[Taken]] = {}
    for one in totals:
        for name, taken in one.used.items():
            together.setdefault(name, []).append(taken)
    for name, each in sorted(together.items()):
        used, left = sum(one["used"] for one in each), [one["left"] for one in each]
        count = min(left) if each[0]["shared"] else sum(left)
        yield f"{name}: {counted(used, 'value')} used, {count or 'none'} left"
