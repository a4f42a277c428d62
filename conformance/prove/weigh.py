"""From what the suite said about a target with one fault to what became of that fault. Pure: nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.judge.causes import Kind
from conformance.judge.levels import level
from conformance.judge.model import Code, Verdict
from conformance.prove.model import Collateral, Outcome, Red, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.catalog.model import Case, Rule
    from conformance.judge.model import Judgement
    from conformance.sandbox.deviations.fault import Fault

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
"""Causes for which a case could not be judged that lie in its base."""
RESTS = "Cases that rest on a base that is refused cannot be judged."


def weigh(
    fault: Fault,
    judged: Sequence[Judged],
    rules: Mapping[str, Rule],
    *,
    took_effect: bool,
    harness: Iterable[str] = (),
) -> Outcome:
    """Return what became of the fault; `harness` is what went wrong in the sandbox or in us meanwhile."""
    reds = [red for case, judgement in judged for red in _reds(case, judgement)]
    kills = tuple(red for red in reds if _kills(red, fault, rules))
    undeclared = tuple(red for red in reds if red.rule not in fault.rules and not _declared(red, fault))
    collateral = tuple(_collateral(fault, reds))
    engine = [(case.id, said.cause) for case, said in judged if said.verdict is Verdict.ENGINE]
    broken = [*harness, *(f"{case}: {cause.text if cause else 'no cause'}" for case, cause in engine)]
    unproved = [rule for rule in fault.rules if rule not in {red.rule for red in kills}]
    if broken:
        standing, why = Standing.BROKEN, broken[0]
    elif not took_effect:
        standing, why = Standing.VOID, "no request met it: the sandbox answered as ever"
    elif unproved:
        standing, why = Standing.SURVIVED, f"no case shows it as a finding on {unproved[0]} at the level of that rule"
    else:
        standing, why = Standing.KILLED, ""
    return Outcome(
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


def _reds(case: Case, judgement: Judgement) -> Iterator[Red]:
    """Yield what is not well in a case, finding by finding."""
    cause = judgement.cause
    if judgement.verdict is Verdict.INCONCLUSIVE and cause is not None:
        where = f"{case.method} by {case.base.name}" if cause.kind in OF_THE_BASE else case.rule.id
        yield Red(case.id, where, cause.kind, str(judgement.verdict), "", cause.text)
    for found in judgement.findings:
        yield Red(case.id, found.rule, str(found.code), str(found.level), found.expected, found.got)


def _kills(red: Red, fault: Fault, rules: Mapping[str, Rule]) -> bool:
    if red.rule not in fault.rules or red.level == Verdict.INCONCLUSIVE:
        return False
    return red.level == level(fault.strength or rules[red.rule].strength, Code(red.code))


def _declared(red: Red, fault: Fault) -> bool:
    return red.rule in {f"{fault.method}.{rule}" for rule in fault.breaks} or red.rule in _based(fault)


def _based(fault: Fault) -> set[str]:
    return {f"{fault.method} by {base}" for base in fault.bases}


def _collateral(fault: Fault, reds: Sequence[Red]) -> Iterator[Collateral]:
    for rule, why in fault.breaks.items():
        name = f"{fault.method}.{rule}"
        yield Collateral(name, why, tuple(dict.fromkeys(red.case for red in reds if red.rule == name)))
    for name in sorted(_based(fault)):
        yield Collateral(name, RESTS, tuple(dict.fromkeys(red.case for red in reds if red.rule == name)))
