"""What is wrong with the proof, one clear sentence each: for whoever adds a rule, a case or a deviation."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from conformance.judge.model import Verdict
from conformance.prove.model import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.catalog.model import Case, Rule
    from conformance.prove.model import Outcome, Symptom

SHOWN = 3


def complaints(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield what is wrong with each deviation by itself, and with any two that show alike."""
    for outcome in outcomes:
        yield from _of(outcome)
    yield from alike(outcomes)


def by_profile(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield what is wrong with a proof by profile: faults that values can show and that were not named alone."""
    for outcome in outcomes:
        if outcome.standing in {Standing.SURVIVED, Standing.BROKEN}:
            yield f"By profile, nothing names {outcome.name}: {outcome.why}."
        accused = [red for symptom in outcome.undeclared if symptom.level != Verdict.INCONCLUSIVE]
        if accused:
            first = "; ".join(_in_words(symptom) for symptom in accused[:SHOWN])
            yield f"By profile, {outcome.name} also breaks what it does not declare: {first}."


def _of(outcome: Outcome) -> Iterator[str]:
    match outcome.standing:
        case Standing.SURVIVED:
            yield f"Nothing kills {outcome.name}: {outcome.why}. Add a case to that rule, or mend the deviation."
        case Standing.VOID:
            yield f"{outcome.name} does nothing: {outcome.why}. Mend what it looks for, or remove it."
        case Standing.BROKEN:
            yield f"{outcome.name} broke the harness, which proves nothing: {outcome.why}."
        case Standing.KILLED | Standing.OUT_OF_REACH:
            pass
    if outcome.undeclared:
        first = "; ".join(_in_words(symptom) for symptom in outcome.undeclared[:SHOWN])
        rest = len(outcome.undeclared) - SHOWN
        more = f"; and {rest} more" if rest > 0 else ""
        said = f"{outcome.name} also breaks what it does not declare: {first}{more}."
        yield f"{said} Narrow it, or declare that with a reason."
    for what in outcome.stale:
        yield f"{outcome.name} declares that it breaks {what} too, which does not come true: remove the declaration."


def _in_words(symptom: Symptom) -> str:
    return f"{symptom.case} is {symptom.level} ({symptom.code} on {symptom.rule})"


def alike(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield every two deviations that the same finding kills, unless one of them says why."""
    killed_by: dict[tuple[str, str, str], list[Outcome]] = defaultdict(list)
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
                    " make them differ, or let one say why it stands beside the other."
                )


def unprotected(rules: Iterable[Rule], deviated: Iterable[str]) -> Iterator[str]:
    """Yield every testable rule that no deviation breaks."""
    known = set(deviated)
    for rule in rules:
        if not rule.untestable and rule.id not in known:
            yield f"No deviation breaks {rule.id} ({rule.strength}): whether its cases would see that is not known."


def useless(cases: Iterable[Case], outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield every case without which all deviations would still die, unless it is a base or says why it stands."""
    cases = list(cases)
    excused = {case.id for case in cases if case.why}
    needed = set()
    for outcome in outcomes:
        for rule in outcome.rules:
            killers = {symptom.case for symptom in outcome.kills if symptom.rule == rule} - excused
            if len(killers) == 1:
                needed |= killers
    for case in cases:
        if case.edit is not None and case.id not in needed | excused:
            yield f"{case.id} kills nothing that others do not kill: add a deviation that only it sees, or remove it."
