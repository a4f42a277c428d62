"""Group cases for reports: failures by their fault, INCONCLUSIVE cases by their cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.summary.faults import first_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.report.failure import FailureView
    from conformance.results.model import CaseResult, Cause, Verdict
    from conformance.summary.faults import TargetFault


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """A fault and the failures that show it, the best proof first.

    A case that shows several faults stands with the heaviest; `elsewhere` names those that stand with another one.
    """

    fault: TargetFault
    failures: tuple[FailureView, ...]
    elsewhere: tuple[str, ...]

    @property
    def link(self) -> str:
        """The id of the case that proves the fault."""
        return self.fault.cases[0]


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Cases that could not be judged for one cause."""

    cause: Cause
    cases: tuple[CaseResult, ...]


def failure_groups(found: Sequence[TargetFault], failures: Iterable[FailureView]) -> tuple[FailureGroup, ...]:
    """Return the faults with the failures that show them, in the order of the faults."""
    by_case, first = {one.case.id: one for one in failures}, first_faults(found)
    return tuple(
        FailureGroup(
            fault,
            tuple(by_case[case] for case in fault.cases if first[case] is fault),
            tuple(case for case in fault.cases if first[case] is not fault),
        )
        for fault in found
    )


def cause_groups(cases: Iterable[CaseResult], verdict: Verdict) -> tuple[CauseGroup, ...]:
    """Return the cases with this verdict, grouped by cause; the most frequent cause comes first."""
    groups: dict[Cause, list[CaseResult]] = {}
    for case in cases:
        if case.verdict is verdict and case.cause is not None:
            groups.setdefault(case.cause, []).append(case)
    found = (CauseGroup(cause, tuple(members)) for cause, members in groups.items())
    return tuple(sorted(found, key=lambda one: -len(one.cases)))
