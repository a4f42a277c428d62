"""Find the ledger row that would excuse a finding, or propose the content of a new one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..catalog.model import RuleKind
from .visible import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..results.model import CaseResult, LedgerRecord, RuleRecord

_READING = r" by reading '[^']*' of ([\w-]+)"
_NEXT = re.compile(rf"{_READING}, (?!with)")
_LAST = re.compile(_READING)
_OTHERS = re.compile(r" \(also accepted: ([^()]*)\)")

_BY_READING = re.compile(r"(ok:true|error \"[^\"]*\") by reading '([^']*)' of ([\w-]+)")

_MANY = 3
_NO_OUTCOME = {None, "no-answer", "unreadable"}


@dataclass(frozen=True, slots=True)
class Excuse:
    """The ledger rows that know this outcome for this rule, those accepted already, and the row to argue for."""

    rows: tuple[str, ...]
    proposal: str
    accepted: tuple[str, ...] = ()


def excuse(case: CaseResult, rule: RuleRecord, ledger: Mapping[str, LedgerRecord]) -> Excuse:
    """Return the ledger rows, existing or proposed, by which the outcome would conform."""
    if case.observed in _NO_OUTCOME or case.observed in case.accept:  # then it is not the outcome that is wrong
        return Excuse((), "")
    accepted = tuple(name for name in rows_cited(case.expected) if name in ledger)
    rows = tuple(name for name, row in ledger.items() if _concerns(row, rule) and case.observed in _codes(row))
    rows = tuple(name for name in rows if name not in accepted)
    places, page, target = (
        json.dumps(words)
        for words in ([f"{rule.method}: {rule.place}"], _page(case, rule), [shortened(str(case.observed), 60)])
    )
    return Excuse(rows, f"places = {places}   readings.page = {page}   readings.target = {target}", accepted)


def _page(case: CaseResult, rule: RuleRecord) -> list[str]:
    """Return the outcomes that the page is understood to require."""
    return [rule.name] if rule.kind is RuleKind.ERROR else list(case.accept[:_MANY])


def _codes(row: LedgerRecord) -> set[str]:
    return {code for codes in row.readings.values() for code in codes}


def _concerns(row: LedgerRecord, rule: RuleRecord) -> bool:
    return rule.name in _codes(row) or f"{rule.method}: {rule.place}" in row.places


def without_readings(expected: str) -> str:
    """Return the accepted outcomes without the readings behind them."""
    return _OTHERS.sub(r" or \1", _LAST.sub("", _NEXT.sub(" or ", expected)))


def rows_cited(expected: str) -> tuple[str, ...]:
    """Return the ledger rows whose readings are accepted, each once."""
    return tuple(dict.fromkeys(_LAST.findall(expected)))


def readings_of(expected: str) -> Mapping[str, str]:
    """Return the outcomes that rest on a reading, each with the row and the reading."""
    return {outcome: f"{row}, reading {reading}" for outcome, reading, row in _BY_READING.findall(expected)}
