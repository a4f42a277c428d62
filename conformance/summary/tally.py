"""Add up a run: counts, rows, readings, and the sentence that opens every report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conformance.catalog.edits import Replay
from conformance.catalog.model import RuleKind
from conformance.judge.causes import OF_A_METHOD
from conformance.judge.model import Cause, Verdict
from conformance.summary.counted import counted
from conformance.summary.faults import Fault, faults
from conformance.summary.headline import Headline
from conformance.summary.outcome import Outcome, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.catalog.model import Case, Catalog, Edit

    _Change = tuple[str, str, Edit | type[Edit] | None]


@dataclass
class Tally:
    """Adds up records as they arrive. It keeps no exchanges, so memory use stays constant."""

    catalog: Catalog
    methods: tuple[str, ...]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    readings: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    withdrawn: dict[str, dict[str, str]] = field(default_factory=dict)
    strict: bool = False
    """Whether a WARN counts as a FAIL in the headline."""
    stale: int = 0
    """The number of baseline entries that no longer hold."""

    def add(self, record: dict[str, Any]) -> None:
        """Count one record."""
        case = record["id"]
        self.outcomes[case] = outcome = outcome_of(record)
        self.verdicts[case], self.rules[case] = outcome.verdict, outcome.rule
        if record["seen"]:
            self.seen.add(record["rule"])
        if record["reading"]:
            row, reading = record["reading"]
            self.readings.setdefault(row, {}).setdefault(reading, []).append(case)

    def withdraw(self, cases: dict[str, dict[str, str]]) -> None:
        """Turn cases whose base failed at the end into INCONCLUSIVE ones; `cases` maps ids to causes."""
        for case, cause in cases.items():
            if self.verdicts.get(case) in {Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.KNOWN}:
                self.verdicts[case], self.withdrawn[case] = Verdict.INCONCLUSIVE, cause
                self.outcomes[case] = self.outcomes[case].withdrawn(Cause(cause["kind"], cause["text"], cause["needs"]))

    @property
    def counts(self) -> dict[str, int]:
        """The number of cases with each of the seven verdicts."""
        found = Counter(self.verdicts.values())
        return {str(verdict): found[verdict] for verdict in Verdict}

    @property
    def partial(self) -> bool:
        """Whether some cases did not run. Cases of methods that are not claimed do run, and are N/A."""
        return len(self.verdicts) < self.total

    @property
    def total(self) -> int:
        """The number of cases in a whole run."""
        return len(self.catalog.cases)

    def rows(self) -> dict[str, list[str]]:
        """Return the ids of rows by result; rows that failed, or only got a WARN, are in none of the lists."""
        rows: dict[str, list[str]] = {"seen": [], "other_reading": [], "not_reachable": [], "excluded": []}
        by_rule: dict[str, set[Verdict]] = {}
        for case, name in self.rules.items():
            by_rule.setdefault(name, set()).add(self.verdicts[case])
        for rule in self.catalog.rules:
            verdicts = by_rule.get(rule.id, set())
            if rule.kind is RuleKind.STATEMENT or not verdicts or verdicts & _BROKEN:
                continue
            if verdicts == {Verdict.NOT_APPLICABLE}:
                rows["excluded"].append(rule.id)
            elif verdicts <= {Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE}:
                rows["not_reachable"].append(rule.id)
            elif rule.id in self.seen:
                rows["seen"].append(rule.id)
            elif Verdict.WARN not in verdicts:
                rows["other_reading"].append(rule.id)
        return rows

    def _broken_rows(self) -> int:
        return len(self._rows_with(_BROKEN))

    def _warned_rows(self) -> int:
        """Return the number of rows that have a WARN, no failed case, and whose own code was not seen."""
        return len(self._rows_with({Verdict.WARN}) - self._rows_with(_BROKEN) - self.seen)

    def _rows_with(self, verdicts: set[Verdict]) -> set[str]:
        rules = {self.rules[case] for case, verdict in self.verdicts.items() if verdict in verdicts}
        return rules & {rule.id for rule in self.catalog.rules if rule.kind is not RuleKind.STATEMENT}

    def notes(self) -> list[str]:
        """Return a note for each ledger row of which the target follows several readings for the same change."""
        return [
            f"{row}: the target follows {len(readings)} readings for the same change, "
            f"{' and '.join(f'{reading} ({cases[0]})' for reading, cases in sorted(readings.items()))}."
            for row, found in sorted(self.readings.items())
            for readings in self._by_change(found)
            if len(readings) > 1
        ]

    def _by_change(self, found: Mapping[str, list[str]]) -> Iterable[Mapping[str, list[str]]]:
        """Return the readings of one row with their cases, separately for each change of a request."""
        changes: dict[_Change, dict[str, list[str]]] = {}
        for reading, cases in found.items():
            for case in cases:
                changes.setdefault(self._change[case], {}).setdefault(reading, []).append(case)
        return changes.values()

    @cached_property
    def _change(self) -> dict[str, _Change]:
        """What each case changes, by id. Cases with an equal change differ only in the way to send the request."""
        return {case.id: _change_of(case) for case in self.catalog.cases}

    def unproved_methods(self) -> list[str]:
        """Return the claimed methods of which no case is a PASS or WARN."""
        good = {Verdict.PASS, Verdict.WARN}
        proved = {case.method for case in self.catalog.cases if self.verdicts.get(case.id) in good}
        return [method for method in self.methods if method not in proved]

    def faults(self) -> tuple[Fault, ...]:
        """Return the faults of the target."""
        return faults(self.outcomes.values())

    def sentence(self, target: str) -> str:
        """Return the first sentence of every report: the headline and absolute counts. There is never a percentage."""
        counts, rows = self.counts, self.rows()
        cases = counted(len(self.verdicts), "case")
        start = f"Partial run: {len(self.verdicts)} of {self.total} cases. " if self.partial else ""
        listed = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count or verdict in _ALWAYS)
        warned = f"{count} warned about, " if (count := self._warned_rows()) else ""
        said = (
            f"{counted(len(rows['seen']), 'row')} seen, {len(rows['other_reading'])} met by another reading, {warned}"
            f"{self._broken_rows()} broken, {len(rows['not_reachable'])} not reachable, "
            f"{len(rows['excluded'])} excluded"
        )
        stale = f"; {self.stale} to change in the baseline" if self.stale else ""
        return f"{start}{self._headline(target)} {cases}: {listed}; {said}{stale}."

    def _headline(self, target: str) -> str:
        headline = Headline(
            target,
            {verdict: self.counts[verdict] for verdict in Verdict},
            self.faults(),
            common=_common_cause(self.outcomes.values()),
            unproved=() if self.partial else self.unproved_methods(),
            partial=self.partial,
            strict=self.strict,
        )
        return headline.text


_BROKEN = {Verdict.FAIL, Verdict.KNOWN, Verdict.ENGINE}
_ALWAYS = {"PASS", "WARN", "FAIL", "INCONCLUSIVE"}


def _change_of(case: Case) -> _Change:
    """Return method, world and edit of a case as a key; replays of real clients share one key."""
    return case.method, case.world, Replay if isinstance(case.edit, Replay) else case.edit


def _common_cause(outcomes: Iterable[Outcome]) -> str:
    """Return the sentences of the two most frequent causes that concern a whole method."""
    found = Counter(
        one.cause.text
        for one in outcomes
        if one.verdict is Verdict.INCONCLUSIVE and one.cause is not None and one.cause.kind in OF_A_METHOD
    )
    return " ".join(text for text, _ in found.most_common(2))
