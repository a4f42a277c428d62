"""The verdict of one case.

A case consists of a *base*, a documented request that should succeed, the same request with exactly one *edit*, and the
outcomes that the edited request may get (`Case.accept`). An outcome is `ok`, an error code, or the lack of a usable
answer. Six ideas decide about the verdict:

**Gate.** What the base's answer must look like before the edited one says anything. It is part of the case: `ok`
(default), `silent` (the base must not get a documented warning), `differs` (no page promises that this base succeeds).

**Ladder.** How far an outcome is from what is accepted; see `checks.findings`. Each rung is a finding code, and the
strength of the rule decides whether that is a FAIL or a WARN (`levels.level`):

    accepted                                         no finding
    ok, although the request had to be refused       not-refused
    a refusal, although only ok is accepted          refused
    another code of the method's page                wrong-code
    a code that the page does not list               undocumented-code

**Readings.** Where the pages can be understood in several ways, a row of the ledger names the readings, and `accept`
holds the outcomes of all of them. Each reading conforms. The reading that an answer follows is recorded. Only where
the profile declares one is another a WARN (`declared.contradictions`).

**Differential evidence.** On a refused base, a refusal of the edited request may have the base's reason. What still
counts is a difference: the base got one answer and the edit turned it into the one that the case accepts. That is a
PASS (marked `differential`), at worst a WARN.

**Missing and doubtful values.** A placeholder, a used value or values of different worlds explain a refusal. They
excuse the target: the verdict is INCONCLUSIVE.

**Blame.** A missing answer is the target's fault only if the base, sent again, is answered as before. A refused base is
the target's fault only if its values are known to be good: another base succeeded with them, or the target issued them.

The first row that applies decides:

    base                             edited request       verdict by
    -------------------------------  -------------------  ------------------------------------------------------------
    (throttled without being asked)  any                  the ladder, on that answer alone
    (the case is about the base)     any                  blame, then the ladder
    not usable                       any                  INCONCLUSIVE
    usable                           not usable           blame
    usable                           refused, and a bad   INCONCLUSIVE
                                     value explains it
    gate silent: warned              any                  INCONCLUSIVE
    refused, values missing          any                  difference
    gate silent: refused             refused              the ladder; a FAIL becomes INCONCLUSIVE
    gate ok: refused                 any                  a reading by which the base may be refused, else difference
    gate differs: refused            any                  the ladder; all but not-refused is at most a WARN
    any other                        any                  the ladder

A FAIL rests on a refused base only behind `silent` and `differs`, and only where the base's reason cannot explain the
answer: the edited request succeeded, or it got no usable answer while the base is still answered as before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from ..catalog.model import GATEWAY, OK, Gate
from ..results.model import Cause, Finding
from ..results.terms import Code, Kind, Level, Verdict
from ..results.words import NEEDS
from ..wire.answer import Answer, json_object
from ..wire.flaws import Flaw, Unusable
from . import words
from .causes import NOT_TAKEN, base_cause
from .checks import CHECKS, findings, rule_of_the_outcome
from .declared import contradictions
from .levels import level, weaker, worst
from .model import Judgement, Shown
from .values import mixed_values, used_before, used_value
from .warnings import read_warnings

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_HEADERS = frozenset({"retry-after", "throttled-status"})
"""Checks that look at nothing but status and headers."""


def judge(shown: Shown, declared: Mapping[str, str] | None = None) -> Judgement:
    """Return the judgement on a case. The same evidence always gets the same judgement.

    `declared` maps ids of ledger rows to the readings that the target's profile declares.
    """
    judged = _by_gate(shown)
    if shown.together:
        judged = judged.with_remark(shown.together)
    broken = tuple(contradictions(shown, judged, declared or {}))
    if broken:
        findings = (*judged.findings, *broken)
        judged = replace(judged, findings=findings, verdict=worst([finding.level for finding in findings]))
    return _in_words(judged)


def _in_words(judged: Judgement) -> Judgement:
    """Return the judgement with `expected` and `got` of its heaviest finding, if the outcome itself is accepted."""
    outcome = judged.expected
    if not judged.findings or any(finding.expected == outcome for finding in judged.findings):
        return judged
    heaviest = next(finding for finding in judged.findings if finding.level == str(judged.verdict))
    return replace(judged, expected=heaviest.expected, got=heaviest.got)


def _by_gate(shown: Shown) -> Judgement:  # noqa: C901, PLR0911 - each gate ends in a way of its own
    if shown.times:
        return _seen_on_the_way(shown)
    if shown.base is None:
        return _base_itself(shown)
    if not shown.base.usable:
        return _inconclusive(shown, base_cause(shown))
    if shown.edited.flaw is Flaw.ASKED_CODING:
        text = f"{shown.method.name}: the answer cannot be judged: {shown.edited.why}."
        return _inconclusive(shown, Cause(Kind.CODING, text, NEEDS[Kind.CODING]))
    if not shown.edited.usable:
        return _without_answer(shown)
    used = used_value(shown) or (mixed_values(shown) if shown.base.outcome == OK or not shown.missing else None)
    if used is not None and shown.edited.outcome not in shown.case.accept:
        return _inconclusive(shown, used)
    match shown.case.gate:
        case Gate.SILENT if read_warnings(shown.base).any & shown.method.warning_codes:
            text = f"{shown.method.name}: the base {shown.case.base.name} already gets a warning."
            return _inconclusive(shown, Cause(Kind.BASE_NOT_SILENT, text, "A base that gets no warning."))
        case _ if shown.missing and shown.base.outcome != OK:
            return _by_difference(shown)
        case Gate.SILENT if shown.base.outcome != OK != shown.edited.outcome:
            # The reason for refusing the base may be the reason for refusing the edited request.
            judged = _by_ladder(shown)
            return _inconclusive(shown, base_cause(shown)) if judged.verdict is Verdict.FAIL else judged
        case Gate.OK if shown.base.outcome != OK:
            return _by_reading_of_base(shown) or _by_difference(shown)
        case Gate.DIFFERS if shown.base.outcome != OK:
            return _declared_difference(shown)
        case _:
            return _by_ladder(shown)


def _base_itself(shown: Shown) -> Judgement:
    """Judge a base's own case: its refusal is the target's fault only if the values are known to be good.

    That is so if another base succeeded with such values, or if the target issued them. A garbled answer of the method,
    or a status by which HTTP rejects this verb and path alone, cannot be explained by values.
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
    """Judge a throttled answer to a request that was not meant to be throttled.

    Its headers are judged even if its body cannot be read.
    """
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
    """Judge a usable answer by its findings alone."""
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
    """Judge on a refused base: only a change of the answer into an accepted one proves anything.

    If a placeholder was sent for a missing value, the verdict is not even a WARN.
    """
    judged = _by_ladder(shown)
    changed = shown.base is not None and (
        shown.edited.outcome != shown.base.outcome or read_warnings(shown.edited).any != read_warnings(shown.base).any
    )
    warned = shown.case.warning is not None and shown.case.warning in read_warnings(shown.edited).any
    refused_as_wanted = shown.edited.outcome != OK and shown.edited.outcome in shown.case.accept
    if changed and (warned or (shown.case.warning is None and not shown.case.silent and refused_as_wanted)):
        kept = tuple(finding for finding in judged.findings if finding.level is Level.WARN)
        verdict = worst([finding.level for finding in kept])
        if verdict is Verdict.PASS or not shown.missing:
            return replace(judged, verdict=verdict, findings=kept, seen=judged.seen or warned, differential=True)
    return _inconclusive(shown, base_cause(shown))


def _by_reading_of_base(shown: Shown) -> Judgement | None:
    """Judge on a base that the target may refuse by a reading of the pages.

    An edited request that is refused in the same way follows that reading too, and so does one that only had to succeed
    like its base: where a body is not read, the code depends on what else is missing. Returns `None` if no reading
    allows the refusal of the base, or if the edited request got another outcome that is not accepted.
    """
    base, case = shown.base, shown.case
    own = next((other for other in shown.method.cases if other.base is case.base and other.edit is None), None)
    if own is None or base is None or base.outcome not in own.readings:
        return None
    refused_too = case.accept == {OK} and shown.edited.outcome in shown.method.error_codes
    if shown.edited.outcome == base.outcome or refused_too:
        return replace(_said(shown, Verdict.PASS, reading=own.readings[base.outcome]), differential=True)
    if shown.edited.outcome in case.accept:
        return replace(_by_ladder(shown), differential=True)
    return None


def _declared_difference(shown: Shown) -> Judgement:
    """Judge on a refused base that no page promises to succeed: only `not-refused` may be more than a WARN.

    If the base already got the rule's own code, that code does not come from the edit and proves nothing.
    """
    if shown.base is not None and shown.base.outcome == shown.edited.outcome == shown.case.rule.code:
        return _inconclusive(shown, base_cause(shown))
    judged = _by_ladder(shown)
    capped = tuple(
        finding
        if finding.code is Code.NOT_REFUSED or finding.level is Level.WARN
        else msgspec.structs.replace(finding, level=Level.WARN)
        for finding in judged.findings
    )
    verdict = worst([finding.level for finding in capped])
    return replace(judged, verdict=verdict, findings=capped, differential=True)


def _without_answer(shown: Shown) -> Judgement:
    """Judge an edited request without a usable answer: the base sent again shows whether the edit is the cause.

    Where a reading allows that a gateway answers in the method's place, only the status can be compared.
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
        text = f"{shown.method.name}: the target stopped answering; its base {shown.case.base.name} now gets "
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
    """Judge an unusable answer as the target's fault."""
    code = Code.NO_ANSWER if shown.edited.flaw is Flaw.NOTHING else Code.UNREADABLE
    meant_well, strength = _says_success(shown.edited), shown.case.strength
    rule, strength = (shown.case.rule, strength) if meant_well else rule_of_the_outcome(shown)
    wanted, came = words.expected(shown.case, shown.method), words.got(shown.edited)
    blamed = [(rule, strength)]
    if code is Code.UNREADABLE:
        broken = "success-shape" if meant_well else "failure-shape"
        blamed += [(also, weaker(also.strength, strength)) for also in shown.case.also if also.check == broken]
    found = tuple(Finding(one.id, code, level(weight, code), wanted, came, nearest=None) for one, weight in blamed)
    return _said(shown, worst([finding.level for finding in found]), findings=found)


def _says_success(answer: Answer) -> bool:
    """Whether a malformed answer is meant as a success: its `ok` has another type than boolean and is truthy."""
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
