"""The verdict of one case: the gate on its base, the ladder on its answer, and who is to blame for silence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalog.model import GATEWAY, OK, Gate
from conformance.judge import words
from conformance.judge.causes import NOT_TAKEN, Kind, base_cause
from conformance.judge.checks import CHECKS, findings, rule_of_the_outcome
from conformance.judge.declared import contradictions
from conformance.judge.levels import level, weaker, worst
from conformance.judge.model import Cause, Code, Finding, Judgement, Shown, Verdict
from conformance.judge.values import mixed_values, used_before, used_value
from conformance.judge.warnings import read_warnings
from conformance.wire.answer import Answer, Flaw, Unusable, json_object

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_HEADERS = frozenset({"retry-after", "throttled-status"})
"""Checks that look at nothing but status and headers."""


def judge(shown: Shown, declared: Mapping[str, str] | None = None) -> Judgement:
    """Return the verdict on a case, given the readings that the target's profile declares, by ledger row.

    A pure function: the same evidence always gets the same judgement.
    """
    judged = _by_gate(shown)
    broken = tuple(contradictions(shown, judged, declared or {}))
    if broken:
        findings = (*judged.findings, *broken)
        judged = replace(judged, findings=findings, verdict=worst([finding.level for finding in findings]))
    return _in_words(judged)


def _in_words(judged: Judgement) -> Judgement:
    """Return the judgement with what was found in `expected` and `got`, where the outcome itself is accepted."""
    outcome = words.cut(judged.expected)
    if not judged.findings or any(finding.expected == outcome for finding in judged.findings):
        return judged
    heaviest = next(finding for finding in judged.findings if finding.level is judged.verdict)
    return replace(judged, expected=heaviest.expected, got=heaviest.got)


def _by_gate(shown: Shown) -> Judgement:  # noqa: C901, PLR0911 - each gate ends in a way of its own
    if shown.times:
        return _seen_on_the_way(shown)
    if shown.base is None:
        return _base_itself(shown)
    if not shown.base.usable:
        return _inconclusive(shown, base_cause(shown))
    if not shown.edited.usable:
        return _without_answer(shown)
    used = used_value(shown) or (None if shown.missing else mixed_values(shown))
    if used is not None and shown.edited.outcome not in shown.case.accept:
        return _inconclusive(shown, used)
    match shown.case.gate:
        case Gate.SILENT if read_warnings(shown.base).any & shown.method.warning_codes:
            text = f"{shown.method.name}: the base {shown.case.base.name} already draws a warning."
            return _inconclusive(shown, Cause(Kind.BASE_NOT_SILENT, text, "A base that draws no warning."))
        case _ if shown.missing and shown.base.outcome != OK:
            return _by_difference(shown)
        case Gate.SILENT if shown.base.outcome != OK != shown.edited.outcome:
            # Whatever refuses the base may refuse the edited request too: that is no fault of the edit's.
            judged = _by_ladder(shown)
            return _inconclusive(shown, base_cause(shown)) if judged.verdict is Verdict.FAIL else judged
        case Gate.OK if shown.base.outcome != OK:
            return _by_reading_of_base(shown) or _by_difference(shown)
        case Gate.DIFFERS if shown.base.outcome != OK:
            return _declared_difference(shown)
        case _:
            return _by_ladder(shown)


def _base_itself(shown: Shown) -> Judgement:
    """Judge a base: its refusal is the target's fault if another one works with such values, or it minted them.

    No value explains an answer that the method itself garbles, nor a status that says that this way is not taken where
    the method answers another way.
    """
    lacking = shown.edited.outcome != OK and bool(shown.missing) and not shown.edited.garbled
    if (shown.edited.outcome in shown.case.accept or shown.edited.outcome == OK) and not lacking:
        return _by_ladder(shown)
    not_taken = shown.edited.foreign and shown.edited.status in NOT_TAKEN and shown.present
    if (lacking and not not_taken) or used_value(shown) is not None:
        return _inconclusive(shown, base_cause(shown))
    if shown.sibling or shown.edited.garbled or not_taken or (shown.minted and shown.edited.usable):
        return _by_ladder(shown) if shown.edited.usable else _blamed(shown)
    return _inconclusive(shown, base_cause(shown))


def _seen_on_the_way(shown: Shown) -> Judgement:
    """Judge an answer that nobody had asked for; its headers count even where its body cannot be read."""
    judged = _by_ladder(shown) if shown.edited.usable else _blamed(shown)
    if not shown.edited.usable:
        of_headers = [
            finding
            for rule in shown.case.also
            if rule.check in _OF_HEADERS
            for finding in CHECKS[rule.check](shown, rule, rule.strength)
        ]
        found = (*judged.findings, *of_headers)
        judged = replace(judged, findings=found, verdict=worst([finding.level for finding in found]))
    times = "once" if shown.times == 1 else f"{shown.times} times"
    return replace(judged, got=f"{words.described(shown.edited)} ({times} so far)")


def _by_ladder(shown: Shown) -> Judgement:
    found = tuple(findings(shown))
    outcome, case = shown.edited.outcome, shown.case
    verdict = worst([finding.level for finding in found])
    own = case.warning in read_warnings(shown.edited).any if case.warning else outcome == case.rule.code
    return _said(
        shown,
        verdict,
        findings=found,
        seen=own and verdict is not Verdict.FAIL,
        reading=case.readings.get(outcome),
    )


def _by_difference(shown: Shown) -> Judgement:
    """Judge on a refused base: only an answer that the edit changed into the wanted one proves anything.

    With a placeholder in the place of a missing value, not even a WARN can rest on it.
    """
    judged = _by_ladder(shown)
    changed = shown.base is not None and (
        shown.edited.outcome != shown.base.outcome or read_warnings(shown.edited).any != read_warnings(shown.base).any
    )
    warned = shown.case.warning is not None and shown.case.warning in read_warnings(shown.edited).any
    refused_as_wanted = shown.edited.outcome != OK and shown.edited.outcome in shown.case.accept
    if changed and (warned or (shown.case.warning is None and not shown.case.silent and refused_as_wanted)):
        kept = tuple(finding for finding in judged.findings if finding.level is Verdict.WARN)
        verdict = worst([finding.level for finding in kept])
        if verdict is Verdict.PASS or not shown.missing:
            return replace(judged, verdict=verdict, findings=kept, seen=judged.seen or warned, differential=True)
    return _inconclusive(shown, base_cause(shown))


def _by_reading_of_base(shown: Shown) -> Judgement | None:
    """Judge on a base that a reading lets the target refuse; what is refused in the same way keeps to that reading.

    `None` where no reading lets the target refuse the base, or where the edited request drew something else.
    """
    base, case = shown.base, shown.case
    own = next((other for other in shown.method.cases if other.base is case.base and other.edit is None), None)
    if own is None or base is None or base.outcome not in own.readings:
        return None
    if shown.edited.outcome == base.outcome:
        return replace(_said(shown, Verdict.PASS, reading=own.readings[base.outcome]), differential=True)
    if shown.edited.outcome in case.accept:
        return replace(_by_ladder(shown), differential=True)
    return None


def _declared_difference(shown: Shown) -> Judgement:
    """Judge on a base without a promise: the ladder holds, but only an unrefused fault weighs more than a WARN.

    What the base draws as well does not come from the edit, and proves nothing.
    """
    if shown.base is not None and shown.base.outcome == shown.edited.outcome == shown.case.rule.code:
        return _inconclusive(shown, base_cause(shown))
    judged = _by_ladder(shown)
    capped = tuple(
        finding
        if finding.code is Code.NOT_REFUSED or finding.level is not Verdict.FAIL
        else replace(finding, level=Verdict.WARN)
        for finding in judged.findings
    )
    verdict = worst([finding.level for finding in capped])
    return replace(judged, verdict=verdict, findings=capped, differential=True)


def _without_answer(shown: Shown) -> Judgement:
    """Judge silence: the base, asked again, tells whether the edit or the target's state is the cause.

    Where a reading lets a gateway answer in the method's place, its status alone can be told.
    """
    used = None if shown.recheck is None else used_before(shown.method, shown.recheck, shown.base_once)
    if used is not None:
        return _inconclusive(shown, used)
    same_as_before = (
        shown.recheck is not None
        and shown.base is not None
        and (shown.recheck.usable and shown.recheck.outcome == shown.base.outcome)
    )
    if not same_as_before:
        now = shown.recheck or shown.edited
        text = f"{shown.method.name}: the target stopped answering; its base {shown.case.base.name} now draws "
        text += f"{words.got(now)}."
        return _inconclusive(shown, Cause(Kind.TARGET_DOWN, text, "A target that keeps answering."))
    reading = shown.case.readings.get(f"{GATEWAY}{shown.edited.status}") if shown.edited.foreign else None
    if reading is not None:
        differential = shown.base is not None and shown.base.outcome != OK
        return replace(_said(shown, Verdict.PASS, reading=reading), differential=differential)
    if (shown.case.gate is Gate.OK or shown.missing) and shown.base is not None and shown.base.outcome != OK:
        return _inconclusive(shown, base_cause(shown))
    return _blamed(shown)


def _blamed(shown: Shown) -> Judgement:
    code = Code.NO_ANSWER if shown.edited.flaw is Flaw.NOTHING else Code.UNREADABLE
    meant_well, strength = _says_success(shown.edited), shown.case.strength
    rule = shown.case.rule if meant_well else rule_of_the_outcome(shown)
    wanted, came = words.expected(shown.case, shown.method), words.got(shown.edited)
    blamed = [(rule, strength)]
    if code is Code.UNREADABLE:
        broken = "success-shape" if meant_well else "failure-shape"
        blamed += [(also, weaker(also.strength, strength)) for also in shown.case.also if also.check == broken]
    found = tuple(Finding(one.id, code, level(weight, code), wanted, came) for one, weight in blamed)
    return _said(shown, worst([finding.level for finding in found]), findings=found)


def _says_success(answer: Answer) -> bool:
    """Whether an answer that is not as the pages have it is meant as a success: its `ok` is true in some other type."""
    try:
        document = json_object(answer)
    except Unusable:
        return False
    return bool(document.get("ok")) and "error" not in document


def _inconclusive(shown: Shown, cause: Cause) -> Judgement:
    return _said(shown, Verdict.INCONCLUSIVE, cause=cause)


def _said(  # noqa: PLR0913 - what a judgement consists of
    shown: Shown,
    verdict: Verdict,
    *,
    findings: tuple[Finding, ...] = (),
    seen: bool = False,
    reading: tuple[str, str] | None = None,
    cause: Cause | None = None,
) -> Judgement:
    answer: Answer = shown.edited
    return Judgement(
        verdict=verdict,
        expected=words.expected(shown.case, shown.method),
        got=words.got(answer, read_warnings(answer)),
        observed=answer.outcome,
        findings=findings,
        seen=seen,
        reading=reading,
        cause=cause,
    )
