"""What is wrong, in a few lines: the first thing that a reader wants to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.report.standing import Standing, of_verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markupsafe import Markup

    from conformance.report.failure import Failure
    from conformance.report.groups import CauseGroup, FailureGroup


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its sign, its name, what was expected and got where that tells it, where it is shown."""

    standing: Standing
    name: str
    link: str
    cases: int
    said: tuple[Markup, Markup] | None = None


def problems(failures: Iterable[FailureGroup], causes: Iterable[CauseGroup]) -> tuple[Problem, ...]:
    """Return the failures rule by rule, those with one cause as one, and then what could not be tried."""
    found = [*_of_failures(failures), *_of_causes(causes)]
    return tuple(sorted(found, key=lambda one: _HEAVY.index(one.standing)))


_HEAVY = (Standing.FAIL, Standing.ENGINE, Standing.WARN, Standing.INCONCLUSIVE)


def _of_failures(groups: Iterable[FailureGroup]) -> Iterator[Problem]:
    alone: dict[str, list[Failure]] = {}
    for group in groups:
        if group.title:
            yield Problem(Standing(group.level), group.title, group.failures[0].case.id, len(group.failures))
        else:
            (one,) = group.failures
            alone.setdefault(one.rule.id, []).append(one)
    for rule, members in alone.items():
        worst = min(members, key=lambda one: _HEAVY.index(Standing(one.level)))
        said = worst.findings[0].expected, worst.findings[0].got
        yield Problem(Standing(worst.level), rule, worst.case.id, len(members), said)


def _of_causes(groups: Iterable[CauseGroup]) -> Iterator[Problem]:
    for group in groups:
        verdict = of_verdict(group.cases[0].verdict)
        link = "engine" if verdict is Standing.ENGINE else "not-reachable"
        count = f"{len(group.cases)} {'case' if len(group.cases) == 1 else 'cases'} could not be tried"
        yield Problem(verdict, f"{count}: {group.cause.text}", link, len(group.cases))
