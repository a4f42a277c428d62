"""What stands together in a report: failures by fault, untested cases by cause, and a line for each at the top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..results.words import counted
from ..summary.faults import first_faults
from .standing import RuleVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..results.model import CaseResult, Cause, Verdict
    from ..summary.causes import Obstacle
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


@dataclass(frozen=True, slots=True)
class TopProblem:
    """One problem: sign, description, extent, and the fragment where it is shown."""

    standing: RuleVerdict
    name: str
    link: str
    extent: str = ""


def problems(
    failures: Iterable[FailureGroup], engine: Iterable[CauseGroup], obstacles: Iterable[Obstacle]
) -> tuple[TopProblem, ...]:
    """Yield the faults, then errors of the suite, then obstacles to testing."""
    found = [*_of_failures(failures), *_of_engine(engine), *_of_obstacles(obstacles)]
    return tuple(sorted(found, key=lambda one: _HEAVY.index(one.standing)))


_HEAVY = (RuleVerdict.FAIL, RuleVerdict.ENGINE, RuleVerdict.WARN, RuleVerdict.INCONCLUSIVE)


def _of_failures(groups: Iterable[FailureGroup]) -> Iterator[TopProblem]:
    for group in groups:
        yield TopProblem(RuleVerdict(group.fault.level), group.fault.title, group.link, group.fault.extent)


def _of_engine(groups: Iterable[CauseGroup]) -> Iterator[TopProblem]:
    for group in groups:
        yield TopProblem(RuleVerdict.ENGINE, group.cause.text, "engine", counted(len(group.cases), "case"))


def _of_obstacles(obstacles: Iterable[Obstacle]) -> Iterator[TopProblem]:
    for one in obstacles:
        name = f"{counted(one.cases, 'case')} could not be tried: {one.text}"
        yield TopProblem(RuleVerdict.INCONCLUSIVE, name, "not-reachable")
