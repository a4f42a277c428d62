"""The problems of a run in a few lines, for the top of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.report.standing import RuleVerdict
from conformance.results.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.report.groups import CauseGroup, FailureGroup
    from conformance.summary.causes import Obstacle


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
