"""Add up a run: counts, rows, readings, and the sentence that opens every report."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..catalog.edits.rest import Replay
from ..catalog.model import OK, RuleKind
from ..results.model import Rows
from ..results.terms import OF_A_METHOD, TargetKind, Verdict
from ..results.words import counted
from .faults import TargetFault, faults
from .headline import Headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Case, Catalog
    from ..results.io import Results
    from ..results.model import CaseResult, Cause, RuleRecord

    _Change = tuple[str, str, Edit | type[Edit] | None]


@dataclass(frozen=True, slots=True)
class RecordedRules:
    """As much of a catalog as a results file has."""

    rules: Sequence[RuleRecord]
    cases: Sequence[Case] = ()


@dataclass
class Tally:
    """Adds up results as they arrive. It keeps no exchanges, so memory use stays constant."""

    catalog: Catalog | RecordedRules
    methods: tuple[str, ...]
    cases: dict[str, CaseResult] = field(default_factory=dict)
    """The results by id, without their exchanges."""
    seen: set[str] = field(default_factory=set)
    readings: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    withdrawn: dict[str, Cause] = field(default_factory=dict)
    strict: bool = False
    """Whether a WARN counts as a FAIL in the headline."""
    stale: int = 0
    """The number of baseline entries that no longer hold."""
    total: int = 0
    """The number of cases in a whole run; by default that of the catalog."""
    client: bool = False
    """Whether a client is judged, and not a server: no row of the pages is proved then."""

    def __post_init__(self) -> None:
        """Count the cases of the catalog, unless their number was given."""
        self.total = self.total or len(self.catalog.cases)

    def add(self, case: CaseResult) -> None:
        """Count one case."""
        self.cases[case.id] = replace(case, exchanges=())
        if case.verdict is Verdict.NEW:  # it adds nothing to what the edition's cases show
            return
        if case.seen:
            self.seen.add(case.rule)
        if case.reading is not None:
            row, reading = case.reading
            followed = self.readings.setdefault(row, {})
            followed[reading] = (*followed.get(reading, ()), case.id)

    def withdraw(self, causes: Mapping[str, Cause]) -> None:
        """Turn cases whose base failed at the end into INCONCLUSIVE ones; `causes` are theirs, by id."""
        for name, cause in causes.items():
            case = self.cases.get(name)
            if case is not None and case.tried:
                self.cases[name], self.withdrawn[name] = case.withdrawn(cause), cause
        self.seen = {case.rule for case in self.cases.values() if case.seen}

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict on each case, by id."""
        return {case.id: case.verdict for case in self.cases.values()}

    @property
    def counts(self) -> dict[Verdict, int]:
        """The number of cases with each verdict."""
        found = Counter(case.verdict for case in self.cases.values())
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def partial(self) -> bool:
        """Whether some cases did not run. Cases of methods that are not claimed do run, and are N/A."""
        return len(self.cases) < self.total

    def rows(self) -> Rows:
        """Return the ids of rows by result; rows that failed, or only got a WARN, are in none of the lists."""
        seen, other_reading, not_reachable, excluded = [], [], [], []
        by_rule: dict[str, set[Verdict]] = {}
        for case in self.cases.values():
            by_rule.setdefault(case.rule, set()).add(case.verdict)
        for rule in self.catalog.rules:
            verdicts = by_rule.get(rule.id, set()) - {Verdict.NEW}
            if rule.kind is RuleKind.STATEMENT or not verdicts or verdicts & _BROKEN:
                continue
            if verdicts == {Verdict.NOT_APPLICABLE}:
                excluded.append(rule.id)
            elif verdicts <= {Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE}:
                not_reachable.append(rule.id)
            elif rule.id in self.seen:
                seen.append(rule.id)
            elif Verdict.WARN not in verdicts:
                other_reading.append(rule.id)
        return Rows(tuple(seen), tuple(other_reading), tuple(not_reachable), tuple(excluded))

    def _broken_rows(self) -> int:
        return len(self._rows_with(_BROKEN))

    def _warned_rows(self) -> int:
        """Return the number of rows that have a WARN, no failed case, and whose own code was not seen."""
        return len(self._rows_with({Verdict.WARN}) - self._rows_with(_BROKEN) - self.seen)

    def _rows_with(self, verdicts: set[Verdict]) -> set[str]:
        rules = {case.rule for case in self.cases.values() if case.verdict in verdicts}
        return rules & {rule.id for rule in self.catalog.rules if rule.kind is not RuleKind.STATEMENT}

    def notes(self) -> list[str]:
        """Return a note for each ledger row of which the target follows several readings for the same change.

        Cases on a base that the target refuses do not count: what it does not read there may explain the difference.
        """
        return [
            f"{row}: the target follows {len(readings)} readings for the same change, "
            f"{' and '.join(f'{reading} ({cases[0]})' for reading, cases in sorted(readings.items()))}."
            for row, found in sorted(self.readings.items())
            for readings in self._by_change(found)
            if len(readings) > 1
        ]

    def _by_change(self, found: Mapping[str, tuple[str, ...]]) -> Iterable[Mapping[str, list[str]]]:
        """Return the readings of one row with their cases, separately for each change of a request."""
        bases = (case for case in self.cases.values() if case.edit is None)
        refused = {(case.method, case.base) for case in bases if case.observed not in {OK, None}}
        changes: dict[_Change, dict[str, list[str]]] = {}
        for reading, cases in found.items():
            for case in cases:
                if (self.cases[case].method, self.cases[case].base) in refused:
                    continue
                changes.setdefault(self._change[case], {}).setdefault(reading, []).append(case)
        return changes.values()

    @cached_property
    def _change(self) -> dict[str, _Change]:
        """What each case changes, by id. Cases with an equal change differ only in the way to send the request."""
        return {case.id: _change_of(case) for case in self.catalog.cases}

    def unproved_methods(self) -> list[str]:
        """Return the claimed methods of which no case is a PASS or WARN, without those that are newer themselves."""
        good, found = {Verdict.PASS, Verdict.WARN}, dict[str, set[Verdict]]()
        for case in self.cases.values():
            found.setdefault(case.method, set()).add(case.verdict)
        return [one for one in self.methods if not (verdicts := found.get(one, set())) & good and verdicts != _ONLY_NEW]

    @property
    def only_new(self) -> bool:
        """Whether every case of the run is newer than its edition, so that nothing was there to gate."""
        return set(self.verdicts.values()) == _ONLY_NEW

    def faults(self) -> tuple[TargetFault, ...]:
        """Return the faults of the target."""
        return faults(self.cases.values())

    def sentence(self, target: str) -> str:
        """Return the first sentence of every report: the headline and absolute counts. There is never a percentage."""
        counts, rows = self.counts, self.rows()
        cases = counted(len(self.cases), "case")
        start = f"Partial run: {len(self.cases)} of {self.total} cases. " if self.partial else ""
        listed = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count or verdict in _ALWAYS)
        warned = f"{count} warned about, " if (count := self._warned_rows()) else ""
        said = (
            f"{counted(len(rows.seen), 'row')} seen, {len(rows.other_reading)} met by another reading, {warned}"
            f"{self._broken_rows()} broken, {len(rows.not_reachable)} not reachable, "
            f"{len(rows.excluded)} excluded"
        )
        stale = f"; {self.stale} to change in the baseline" if self.stale else ""
        covered = "" if self.client else f"; {said}"
        return f"{start}{self._headline(target)} {cases}: {listed}{covered}{stale}."

    def _headline(self, target: str) -> str:
        headline = Headline(
            target,
            self.counts,
            self.faults(),
            common=_common_cause(self.cases.values()),
            unproved=() if self.partial else self.unproved_methods(),
            partial=self.partial,
            strict=self.strict,
            client=self.client,
        )
        return headline.text


def tally_of(results: Results) -> Tally:
    """Add up the lines of a results file: what its footer claims is not believed where the lines say it too."""
    strict = results.footer is not None and results.footer.exit == 1 and not results.counts[Verdict.FAIL]
    stale = _STALE.search(results.footer.sentence) if results.footer is not None else None
    tally = Tally(
        RecordedRules(results.header.rules),
        results.header.methods,
        strict=strict,
        stale=int(stale[1]) if stale is not None else 0,
        total=results.header.cases,
        client=results.header.target.kind is TargetKind.CLIENT,
    )
    for case in results.cases:
        tally.add(case)
    return tally


def sentence_of(results: Results) -> str:
    """Return the first sentence of every report that is made from a results file; of a cut run, how far it came."""
    if results.footer is not None:
        return tally_of(results).sentence(results.header.target.name)
    cases = counted(results.header.cases, "case")
    return f"Cut off: {len(results.cases)} of {cases} were judged, and nothing was summed up."


_STALE = re.compile(r"; (\d+) to change in the baseline\.$")
_BROKEN = {Verdict.FAIL, Verdict.KNOWN, Verdict.ENGINE}
_ONLY_NEW = {Verdict.NEW}
_ALWAYS = {Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.INCONCLUSIVE}


def _change_of(case: Case) -> _Change:
    """Return method, world and edit of a case as a key; replays of real clients share one key."""
    return case.method, case.world, Replay if isinstance(case.edit, Replay) else case.edit


def _common_cause(cases: Iterable[CaseResult]) -> str:
    """Return the sentences of the two most frequent causes that concern a whole method."""
    found = Counter(
        one.cause.text
        for one in cases
        if one.verdict is Verdict.INCONCLUSIVE and one.cause is not None and one.cause.kind in OF_A_METHOD
    )
    return " ".join(text for text, _ in found.most_common(2))
