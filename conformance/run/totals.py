"""What each process knows when its last case is done, and how xdist's workers hand it to their controller."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from conformance.run.cases import case_of
from conformance.run.counting import COLLECTED
from conformance.target.stock import InFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.target.profile import Profile


@dataclass
class Totals:
    """Requests sent, by receiver, cases withdrawn with their cause, and what was taken of each list of values."""

    requests: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[str, dict[str, str]] = field(default_factory=dict)
    used: dict[str, Taken] = field(default_factory=dict)


Taken = dict[str, int]
"""Of a list: how many values a process has `used`, how many are `left`, and whether all processes take from it."""

TOTALS: pytest.StashKey[Totals] = pytest.StashKey()

PROBLEM = "conformance_problem"
"""Under this key a worker tells its controller why it runs nothing."""

_SAID = "conformance"


class WorkerTotals:
    """Hands an xdist worker's totals, and which cases it collected, to the controller."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Put the ids where xdist carries them; every worker collects the same cases."""
        config: Any = session.config
        config.workeroutput[COLLECTED] = [case.id for item in session.items if (case := case_of(item)) is not None]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Put the totals where xdist carries them."""
        config: Any = session.config
        if TOTALS in config.stash:
            config.workeroutput[_SAID] = asdict(config.stash[TOTALS])


def totals_of(output: dict[str, Any]) -> Totals | None:
    """Return what a worker said, `None` if it had no case."""
    said = output.get(_SAID)
    return None if said is None else Totals(**said)


def taken_by(profile: Profile) -> dict[str, Taken]:
    """Return what this process has taken of each list of values that work once, by the list's name."""
    tables = (profile.values, *(seeded.values for seeded in profile.states.values()))
    stocks = [one.stock for table in tables for one in table.values() if one.once and one.stock is not None]
    found: dict[str, Taken] = {}
    for stock in stocks:
        before = found.get(stock.name, {"used": 0, "left": 0})
        # Two tables may name one file, from which what is left is read; the lists of a profile are each its own.
        left = stock.left() if isinstance(stock, InFile) else before["left"] + stock.left()
        found[stock.name] = {"used": before["used"] + stock.used, "left": left, "shared": isinstance(stock, InFile)}
    return {name: taken for name, taken in found.items() if taken["used"] or not taken["left"]}


def used_in_words(totals: Iterable[Totals]) -> Iterator[str]:
    """Yield what all processes together have taken of each list, and how much is left."""
    together: dict[str, list[Taken]] = {}
    for one in totals:
        for name, taken in one.used.items():
            together.setdefault(name, []).append(taken)
    for name, each in sorted(together.items()):
        used, left = sum(one["used"] for one in each), [one["left"] for one in each]
        count = min(left) if each[0]["shared"] else sum(left)
        yield f"{name}: {used} {'value' if used == 1 else 'values'} used, {count or 'none'} left"
