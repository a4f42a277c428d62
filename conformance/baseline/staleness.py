"""Find the entries of a baseline that no longer hold after a run, and say which lines to change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..results.terms import Verdict
from .entries import AcceptedOutcome, Baseline, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from ..results.model import CaseResult
    from .entries import Entry


class Staleness:
    """Collects the outcomes of the cases that a baseline names, to compare them with its entries at the end."""

    def __init__(self, baseline: Baseline, today: date | None = None) -> None:
        """Take the baseline; `today` decides what has expired, by default the current day in UTC."""
        self._baseline = baseline
        self._today = today or datetime.now(UTC).date()
        self._seen: dict[str, AcceptedOutcome] = {}

    def see(self, case: CaseResult) -> None:
        """Keep the outcome of this case if the baseline has an entry for it."""
        if case.id in self._baseline.entries:
            self._seen[case.id] = outcome_of(case)

    def changes(self, verdicts: Mapping[str, Verdict], *, partial: bool) -> list[str]:
        """Return one message for each change that the file needs; in a partial run, only about cases that ran."""
        return [
            change
            for entry in self._baseline.entries.values()
            if entry.case in verdicts or not partial
            for change in self._of(entry, verdicts.get(entry.case))
        ]

    def _of(self, entry: Entry, verdict: Verdict | None) -> Iterator[str]:
        block, terms = entry.block, entry.terms
        delete = f"Delete lines {block.first} to {block.last}."
        match verdict:
            case None:
                yield self._at(block.header, f"no case {entry.case} was run. {delete}")
            case Verdict.NEW:
                pass  # under this edition, the entry is not needed yet
            case Verdict.PASS:
                yield self._at(block.header, f"{entry.case} passes now. {delete}")
            case Verdict.NOT_APPLICABLE:
                yield self._at(block.header, f"{entry.case} does not apply to this target. {delete}")
            case Verdict.FAIL | Verdict.WARN:
                yield self._at(block.line("observed"), self._differs(entry))
            case _ if terms.expires < self._today:
                text = f"{entry.case} was accepted until {terms.expires}. Fix the target, or agree on a later day with"
                where = block.line("expires")
                yield self._at(where, f"{text} {terms.owner} and write it here: expires = {terms.expires}")

    def _differs(self, entry: Entry) -> str:
        now, was = self._seen[entry.case], entry.outcome
        text = f"{entry.case} was accepted as {was} and now shows {now}."
        return f"{text} Fix the target, or accept the new outcome."

    def _at(self, line: int, text: str) -> str:
        return f"{self._baseline.file}:{line}: {text}"
