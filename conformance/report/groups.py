"""What stands together in a report: failures by fault, untested cases by cause, and a line for each at the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..results.terms import Verdict
from ..results.words import counted
from ..summary.faults import first_faults
from .standing import RuleVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..results.model import CaseResult, Cause
    from ..summary.faults import TargetFault
    from .failure import FailureView


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """A fault and the failures that show it, the best proof first.

    A case that shows several faults is listed under the heaviest; `elsewhere` names those listed under another.
    """

    fault: TargetFault
    failures: tuple[FailureView, ...]
    elsewhere: tuple[str, ...]
    failed: int
    """The number of its cases that are FAIL; the others are WARN."""

    @property
    def link(self) -> str:
        """The id of the case that proves the fault."""
        return self.fault.cases[0]

    @property
    def extent(self) -> str:
        """How many checks failed and how many got warnings, such as "3 failed checks, 3 warnings"."""
        warned = len(self.fault.cases) - self.failed
        counts = (self.failed, "failed check"), (warned, "warning")
        return ", ".join(counted(count, noun) for count, noun in counts if count)

    @property
    def head(self) -> str:
        """What is wrong, as a sentence: that of the only case, or what the cases have in common."""
        if len(self.fault.cases) == 1 and self.failures:
            return self.failures[0].head
        return self.fault.title[:1].upper() + self.fault.title[1:]


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
            sum(by_case[case].case.verdict is Verdict.FAIL for case in fault.cases),
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


@dataclass(frozen=True, slots=True)
class TopProblem:
    """One problem: sign, description, extent, the fragment where it is shown, and the rules that it breaks."""

    standing: RuleVerdict
    name: str
    link: str
    extent: str
    rules: tuple[str, ...] = ()


def problems(failures: Iterable[FailureGroup], engine: Iterable[CauseGroup]) -> tuple[TopProblem, ...]:
    """Return the faults and the errors of the suite, the heaviest first."""
    found = [*_of_failures(failures), *_of_engine(engine)]
    return tuple(sorted(found, key=lambda one: _HEAVY.index(one.standing)))


_HEAVY = (RuleVerdict.FAIL, RuleVerdict.ENGINE, RuleVerdict.WARN)


def _of_failures(groups: Iterable[FailureGroup]) -> Iterator[TopProblem]:
    for group in groups:
        fault = group.fault
        yield TopProblem(RuleVerdict(fault.level), group.head, group.link, group.extent, fault.rules)


def _of_engine(groups: Iterable[CauseGroup]) -> Iterator[TopProblem]:
    for group in groups:
        extent = counted(len(group.cases), "check")
        yield TopProblem(RuleVerdict.ENGINE, group.cause.text, "engine", extent)
