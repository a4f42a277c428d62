"""Whether every case that was collected is counted, and every failure that pytest saw: else the suite has a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.judge.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from conformance.summary.tally import Tally

COLLECTED = "conformance_collected"
"""Under this key an xdist worker hands over the ids of its cases; all workers have the same."""

_NAMED_AT_MOST = 20


class Counting:
    """Knows the cases by what pytest says of them, apart from their records."""

    def __init__(self) -> None:
        """Expect nothing yet."""
        self._collected: set[str] = set()
        self._failed: set[str] = set()
        self._left_out: set[str] = set()

    def expect(self, cases: Iterable[str]) -> None:
        """Take the ids of cases that were collected."""
        self._collected.update(cases)

    def see(self, report: pytest.TestReport) -> None:
        """Take one of pytest's reports: a case failed by our own judgement, or somebody else had it skipped."""
        case: str | None = getattr(report, "conformance_case", None)
        if case is None:
            return
        if report.when == "call" and report.failed and getattr(report, "accounted", False):
            self._failed.add(case)
        elif report.skipped and getattr(report, "conformance", None) is None:
            self._left_out.add(case)

    def problems(self, tally: Tally, *, whole: bool) -> Iterator[str]:
        """Yield what pytest saw and the counts do not say; a run that was ended early need not count every case."""
        lost = self._collected - tally.verdicts.keys() - self._left_out if whole else set()
        if lost:
            yield _sentence(lost, "collected, but not counted")
        kept = self._failed - tally.withdrawn.keys()
        unseen = {case for case in kept if tally.verdicts.get(case) not in {Verdict.FAIL, Verdict.ENGINE}}
        if unseen:
            yield _sentence(unseen, "seen to fail, but counted otherwise")


def _sentence(ids: set[str], what: str) -> str:
    named = sorted(ids)[:_NAMED_AT_MOST] + (["…"] if len(ids) > _NAMED_AT_MOST else [])
    return f"{len(ids)} {'case was' if len(ids) == 1 else 'cases were'} {what}: {', '.join(named)}."
