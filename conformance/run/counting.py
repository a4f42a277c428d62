"""Compare the counts of a run with what pytest reports; a difference is a fault of the suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..results.terms import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from ..summary.tally import Tally

_NAMED_AT_MOST = 20


class Counting:
    """Notes the cases that pytest collected, failed and skipped, independently of their records."""

    def __init__(self) -> None:
        """Start with no cases."""
        self._collected: set[str] = set()
        self._failed: set[str] = set()
        self._left_out: set[str] = set()

    def expect(self, cases: Iterable[str]) -> None:
        """Add the ids of collected cases."""
        self._collected.update(cases)

    def see(self, report: pytest.TestReport) -> None:
        """Note whether this report shows a case that our verdict failed, or one that another plugin skipped."""
        case: str | None = getattr(report, "conformance_case", None)
        if case is None:
            return
        if report.when == "call" and report.failed and getattr(report, "accounted", False):
            self._failed.add(case)
        elif report.skipped and getattr(report, "conformance", None) is None:
            self._left_out.add(case)

    def problems(self, tally: Tally, *, whole: bool) -> Iterator[str]:
        """Yield a sentence for each difference between pytest's reports and the tally.

        Unless `whole`, the run was ended early and collected cases may be missing from the tally.
        """
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
