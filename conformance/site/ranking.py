"""Which rules are worth a look when several implementations are compared.

    group                     the rule is
    ------------------------  -------------------------------------------------------------------------------
    failed by all             broken by all that were tested on it, two or more: perhaps the rule is wrong
    failed by one             broken by one: most likely a fault of that server
    failed by some            broken by several, and not by all
    warned about              broken by none, but at least one got a warning
    not tested                tested on none
    agreed                    met by all that were tested on it, one or more

Only implementations of one kind are compared, so that mocks and real services are never added up. There is no order of
implementations but that of their names: nobody wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ..report.standing import RuleVerdict
from .model import Compared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..results.model import LedgerRecord
    from .model import Followed, Implementation


class Group(StrEnum):
    """A group of rules, in the order in which the groups are shown."""

    ALL = "failed by all"
    ONE = "failed by one"
    SOME = "failed by some"
    WARNED = "warned about"
    UNTESTED = "not tested"
    AGREED = "agreed"


_BROKEN = {RuleVerdict.FAIL, RuleVerdict.KNOWN}
_PASSED = {RuleVerdict.SEEN, RuleVerdict.MET, RuleVerdict.PARTLY}


def compared(rule: str, implementations: Iterable[Implementation]) -> Compared:
    """Return how these implementations stand on the rule."""
    failed, warned, passed = [], [], []
    for one in implementations:
        cell = one.rules.get(rule)
        if cell is None:
            continue
        if cell.standing in _BROKEN:
            failed.append(one.id)
        elif cell.standing is RuleVerdict.WARN:
            warned.append(one.id)
        elif cell.standing in _PASSED:
            passed.append(one.id)
    return Compared(tuple(failed), tuple(warned), tuple(passed))


def group_of(found: Compared) -> Group:
    """Return the group of a rule on which implementations of one kind stand like this."""
    failed, others = len(found.failed), len(found.warned) + len(found.passed)
    if failed:
        return Group.ONE if failed == 1 else Group.SOME if others else Group.ALL
    if found.warned:
        return Group.WARNED
    return Group.AGREED if found.passed else Group.UNTESTED


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A place that the pages leave open, which the implementations read differently."""

    id: str
    row: LedgerRecord
    readings: Mapping[str, tuple[tuple[Implementation, Followed], ...]]
    """By reading, those of the row first: who follows it."""


def disagreements(
    ledger: Mapping[str, LedgerRecord], implementations: Sequence[Implementation]
) -> tuple[Disagreement, ...]:
    """Return the rows of the ledger that these implementations read differently.

    One that follows two readings in different requests does not disagree with others that do just the same.
    """
    found = []
    for name, row in ledger.items():
        readings: dict[str, list[tuple[Implementation, Followed]]] = {reading: [] for reading in row.readings}
        for one in implementations:
            for reading, followed in one.readings.get(name, {}).items():
                readings.setdefault(reading, []).append((one, followed))
        if len({frozenset(one.readings[name]) for one in implementations if name in one.readings}) > 1:
            met = {reading: tuple(some) for reading, some in readings.items() if some}
            found.append(Disagreement(name, row, met))
    return tuple(found)
