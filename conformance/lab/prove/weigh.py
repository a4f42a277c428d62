"""Decide the outcome of a fault from the suite's judgements of a target that has it. Pure: nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...catalog.edits.orders import Then
from ...judge.levels import level
from ...results.terms import Code, Kind, Verdict
from .model import Collateral, Symptom, TrialOutcome, TrialStanding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ...catalog.model import Case, Rule
    from ...judge.model import Judgement
    from ..deviations.kinds import DeliberateFault

    Judged = tuple[Case, Judgement]

OF_THE_BASE = {
    Kind.BASE_REFUSED,
    Kind.WAY_NOT_TAKEN,
    Kind.BASE_NOT_SILENT,
    Kind.BASE_BROKEN_AT_END,
    Kind.TARGET_DOWN,
    Kind.TOO_SLOW,
    Kind.UNREADABLE,
}
"""Kinds of causes that lie in the base of a case."""
RESTS = "Cases that rest on a base that is refused cannot be judged."


def weigh(
    fault: DeliberateFault,
    judged: Sequence[Judged],
    rules: Mapping[str, Rule],
    *,
    took_effect: bool,
    harness: Iterable[str] = (),
) -> TrialOutcome:
    """Return the outcome of the fault; `harness` lists errors of the sandbox or the suite during the trial."""
    symptoms = [symptom for case, judgement in judged for symptom in _symptoms(case, judgement)]
    kills = tuple(symptom for symptom in symptoms if _kills(symptom, fault, rules))
    undeclared = tuple(
        symptom for symptom in symptoms if symptom.rule not in fault.rules and not _declared(symptom, fault)
    )
    collateral = tuple(_collateral(fault, symptoms))
    engine = [(case.id, said.cause) for case, said in judged if said.verdict is Verdict.ENGINE]
    broken = [*harness, *(f"{case}: {cause.text if cause else 'no cause'}" for case, cause in engine)]
    unproved = [rule for rule in fault.rules if rule not in {symptom.rule for symptom in kills}]
    if broken:
        standing, why = TrialStanding.BROKEN, broken[0]
    elif not took_effect:
        standing, why = TrialStanding.VOID, "it affected no request: the sandbox answered as usual"
    elif unproved:
        standing, why = (
            TrialStanding.SURVIVED,
            f"no case shows it as a finding on {unproved[0]} at the level of that rule",
        )
    else:
        standing, why = TrialStanding.KILLED, ""
    return TrialOutcome(
        name=fault.name,
        rules=fault.rules,
        summary=fault.summary,
        standing=standing,
        why=why,
        kills=kills,
        collateral=collateral,
        undeclared=undeclared,
        stale=tuple(entry.what for entry in collateral if not entry.cases),
        like=tuple((f"{fault.rules[0]}--{other}", why) for other, why in fault.like.items()),
    )


def _symptoms(case: Case, judgement: Judgement) -> Iterator[Symptom]:
    """Yield everything that is wrong in a case: its cause if it was not judged, then each finding."""
    cause = judgement.cause
    if judgement.verdict is Verdict.INCONCLUSIVE and cause is not None:
        base = case.base.name
        if isinstance(case.edit, Then) and f"the base {case.edit.base}, as which the second" in cause.text:
            base = case.edit.base
        where = f"{case.method} by {base}" if cause.kind in OF_THE_BASE else case.rule.id
        yield Symptom(case.id, where, cause.kind, str(judgement.verdict), "", cause.text)
    for found in judgement.findings:
        yield Symptom(case.id, found.rule, str(found.code), str(found.level), found.expected, found.got)


def _kills(symptom: Symptom, fault: DeliberateFault, rules: Mapping[str, Rule]) -> bool:
    if symptom.rule not in fault.rules or symptom.level == Verdict.INCONCLUSIVE:
        return False
    return symptom.level == level(fault.strength or rules[symptom.rule].strength, Code(symptom.code))


def _declared(symptom: Symptom, fault: DeliberateFault) -> bool:
    return symptom.rule in {f"{fault.method}.{rule}" for rule in fault.breaks} or symptom.rule in _based(fault)


def _based(fault: DeliberateFault) -> set[str]:
    return {f"{fault.method} by {base}" for base in fault.bases}


def _collateral(fault: DeliberateFault, symptoms: Sequence[Symptom]) -> Iterator[Collateral]:
    for rule, why in fault.breaks.items():
        name = f"{fault.method}.{rule}"
        yield Collateral(name, why, tuple(dict.fromkeys(symptom.case for symptom in symptoms if symptom.rule == name)))
    for base in sorted(fault.bases):
        name = f"{fault.method} by {base}"
        cases = tuple(dict.fromkeys(symptom.case for symptom in symptoms if symptom.rule == name))
        # A fault of the base itself need not cost other cases: perhaps there are none, or their refusals still differ.
        if cases or fault.rule != f"via-{base}":
            yield Collateral(name, RESTS, cases)
