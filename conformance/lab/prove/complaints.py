"""Complaints about the proof, one sentence each, for developers who add a rule, a case or a deviation."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from ...results.terms import Verdict
from .model import TrialStanding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...catalog.model import Case, Rule
    from .model import Symptom, TrialOutcome

SHOWN = 3


def complaints(outcomes: Sequence[TrialOutcome]) -> Iterator[str]:
    """Yield complaints about single deviations, and about pairs that cannot be told apart."""
    for outcome in outcomes:
        yield from _of(outcome)
    yield from alike(outcomes)


def by_profile(outcomes: Iterable[TrialOutcome]) -> Iterator[str]:
    """Yield complaints about a proof by profile: faults within reach that were not found, or not alone."""
    for outcome in outcomes:
        if outcome.standing in {TrialStanding.SURVIVED, TrialStanding.BROKEN}:
            yield f"By profile, nothing names {outcome.name}: {outcome.why}."
        accused = [symptom for symptom in outcome.undeclared if symptom.level != Verdict.INCONCLUSIVE]
        if accused:
            first = "; ".join(_in_words(symptom) for symptom in accused[:SHOWN])
            yield f"By profile, {outcome.name} also breaks what it does not declare: {first}."


def _of(outcome: TrialOutcome) -> Iterator[str]:
    match outcome.standing:
        case TrialStanding.SURVIVED:
            yield f"Nothing kills {outcome.name}: {outcome.why}. Add a case to that rule, or fix the deviation."
        case TrialStanding.VOID:
            yield f"{outcome.name} does nothing: {outcome.why}. Fix its condition, or remove it."
        case TrialStanding.BROKEN:
            yield f"{outcome.name} broke the harness, which proves nothing: {outcome.why}."
        case TrialStanding.KILLED | TrialStanding.OUT_OF_REACH:
            pass
    if outcome.undeclared:
        first = "; ".join(_in_words(symptom) for symptom in outcome.undeclared[:SHOWN])
        rest = len(outcome.undeclared) - SHOWN
        more = f"; and {rest} more" if rest > 0 else ""
        said = f"{outcome.name} also breaks what it does not declare: {first}{more}."
        yield f"{said} Narrow it, or declare that with a reason."
    for what in outcome.stale:
        yield f"{outcome.name} declares that it breaks {what} too, but it does not: remove the declaration."


def _in_words(symptom: Symptom) -> str:
    return f"{symptom.case} is {symptom.level} ({symptom.code} on {symptom.rule})"


def alike(outcomes: Sequence[TrialOutcome]) -> Iterator[str]:
    """Yield a complaint for each two deviations killed by the same finding, unless one of them explains why."""
    killed_by: dict[tuple[str, str, str], list[TrialOutcome]] = defaultdict(list)
    for outcome in outcomes:
        for key in {symptom.key for symptom in outcome.kills}:
            killed_by[key].append(outcome)
    reported = set()
    for (case, code, got), together in sorted(killed_by.items()):
        for one, other in combinations(together, 2):
            explained = other.name in dict(one.like) or one.name in dict(other.like)
            if not explained and (one.name, other.name) not in reported:
                reported.add((one.name, other.name))
                yield (
                    f"{one.name} and {other.name} are killed by the same finding of {case} ({code}: {got}):"
                    " make them differ, or explain in one of them (`like`) why both exist."
                )


def unprotected(rules: Iterable[Rule], deviated: Iterable[str]) -> Iterator[str]:
    """Yield a complaint for each testable rule that no deviation breaks."""
    known = set(deviated)
    for rule in rules:
        if not rule.untestable and rule.id not in known:
            yield f"No deviation breaks {rule.id} ({rule.strength}): whether its cases find a violation is unknown."


def useless(cases: Iterable[Case], outcomes: Sequence[TrialOutcome]) -> Iterator[str]:
    """Yield a complaint for each case that is never the only one to kill a deviation.

    Bases, copies and cases with a `why` are exempt.
    """
    cases = list(cases)
    excused = {case.id for case in cases if case.why}
    needed = set()
    for outcome in outcomes:
        for rule in outcome.rules:
            killers = {symptom.case for symptom in outcome.kills if symptom.rule == rule} - excused
            if len(killers) == 1:
                needed |= killers
    for case in cases:
        if case.edit is not None and not case.is_copy and case.id not in needed | excused:
            said = f"{case.id}: no fault is found only by this case"
            yield f"{said}. Add a deviation that only it finds, say in `why` what the case is for, or remove it."
