"""Judge the recorded exchanges of a case again.

The judge is pure: the same evidence always gets the same judgement. A line of a results file has all of that evidence,
the answers in its exchanges and the rest in its `grounds`, so that anybody can hold the recorded verdict against it.

Bodies are read again by the strict parser. What only the bytes on the wire could show (a missing answer, wrong framing,
an unknown compression) is taken from the record. So are two things that the engine adds after judging: the sentence of
the exploration, and the cause by which a whole method could not be tested.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec.structs import replace as changed

from ..catalog.edits import recorded_edit
from ..catalog.edits.orders import InState, Order
from ..catalog.model import HEALTHY, OK
from ..judge import words
from ..judge.judge import judge
from ..judge.model import Judgement, Shown
from ..judge.values import doubtful
from ..results.model import OF_A_METHOD, CaseResult, Code, Finding, Kind, Level, Role, Verdict
from ..run.record import cut
from ..wire.answer import Answer, Flaw, Unusable, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..catalog.model import Case, Catalog
    from ..results.model import OtherBase, RecordedExchange

_OF_THE_BODY = {Flaw.JSON, Flaw.SHAPE}
_WEIGHT = (Verdict.PASS, Verdict.WARN, Verdict.FAIL)
_NOT_JUDGED = {Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.ENGINE}


class UnreadableRecordError(ValueError):
    """A line cannot be judged again; the text says why."""


def differences(line: CaseResult, case: Case, catalog: Catalog, declared: Mapping[str, str]) -> Iterator[str]:
    """Yield what the line says otherwise than its exchanges, as judged again by the rules of the catalog.

    `case` is that of the line (`case_of`), `declared` has the readings that the target's profile declares. Raises
    `UnreadableRecordError` if the line does not hold what the judge needs.
    """
    yield from _of_the_catalog(line, case)
    if line.grounds is None:
        yield from _without_grounds(line)
        return
    answers = [answer_of(one) for one in line.exchanges]
    yield from (text for one in line.exchanges for text in _flaws(one))
    shown = shown_of(line, case, catalog, answers)
    found = _final(line, shown, answers, judge(shown, declared))
    yield from _compared(line, found)


def case_of(line: CaseResult, catalog: Catalog) -> Case:
    """Return the case of the line as it was exercised: with the recorded base, edit and state.

    Raises `UnreadableRecordError` if the catalog has none of this id, or no such base.
    """
    found = next((case for case in catalog.cases if case.id == line.id), None)
    if found is None:
        raise UnreadableRecordError("this version of the suite has no such case")
    method = catalog.methods[found.method]
    if line.base not in method.bases:
        raise UnreadableRecordError(f"{found.method} has no base {line.base!r}")
    edit = found.edit
    if line.edit is not None and edit is not None:
        edit = recorded_edit(line.edit.kind, line.edit.value) or edit
    world = HEALTHY if isinstance(edit, InState) and edit != found.edit else found.world
    return replace(found, base=method.bases[line.base], edit=edit, world=world)


def shown_of(line: CaseResult, case: Case, catalog: Catalog, answers: list[Answer]) -> Shown:
    """Return what the judge saw. Raises `UnreadableRecordError` if the grounds name exchanges that are not there."""
    grounds = line.grounds
    assert grounds is not None  # noqa: S101 - for the type checker; the caller has looked
    numbers = [number for number in (grounds.edited, grounds.base, grounds.recheck) if number is not None]
    if max(numbers) >= len(answers):
        raise UnreadableRecordError(f"the grounds name exchange {max(numbers)}, and there are only {len(answers)}")
    return Shown(
        case,
        catalog.methods[case.method],
        answers[grounds.edited],
        base=None if grounds.base is None else answers[grounds.base],
        recheck=None if grounds.recheck is None else answers[grounds.recheck],
        minted=grounds.minted,
        others={name: _answer_to(other) for name, other in grounds.others.items()},
        missing=grounds.missing,
        once=grounds.once,
        base_once=grounds.base_once,
        borrowed=frozenset(grounds.borrowed),
        journal=None if grounds.presented is None else {"permission_requests": [None] * grounds.presented},
        times=grounds.throttled,
        together=grounds.together,
    )


def answer_of(exchange: RecordedExchange) -> Answer:
    """Return the answer of an exchange as the judge reads it."""
    flaw = None if exchange.flaw is None else Flaw(exchange.flaw)
    if exchange.answer is None:
        return Answer(flaw=flaw or Flaw.NOTHING, why=exchange.problem or "")
    recorded = exchange.answer
    # The recorded body is decompressed.
    headers = tuple((name, value) for name, value in recorded.headers if name.lower() != "content-encoding")
    body = recorded.body.encode("utf-8", "surrogatepass")
    bare = Answer(recorded.status, recorded.reason, headers, body, flaw=flaw, why=exchange.problem or "")
    if flaw is not None:
        return bare
    try:
        return Answer(recorded.status, recorded.reason, headers, body, read_document(body))
    except Unusable as error:
        return Answer(recorded.status, recorded.reason, headers, body, flaw=error.flaw, why=str(error))


def _flaws(exchange: RecordedExchange) -> Iterator[str]:
    """Yield where an exchange names another flaw of the body than the one that the body has."""
    if exchange.answer is None or (exchange.flaw is not None and Flaw(exchange.flaw) not in _OF_THE_BODY):
        return
    body = exchange.answer.body.encode("utf-8", "surrogatepass")
    try:
        read_document(body)
    except Unusable as error:
        found: str | None = error.flaw
    else:
        found = None
    if found != exchange.flaw:
        yield f"an answer is recorded as {exchange.flaw or 'usable'}, and its body is {found or 'usable'}"


def _answer_to(other: OtherBase) -> Answer:
    """Return an answer that the judge takes for that of another base."""
    if other.flaw is not None:
        body = b'"ok"' if other.says_ok else b""
        return Answer(other.status, body=body, flaw=Flaw(other.flaw), why=other.problem or "")
    succeeded = other.outcome == OK
    return Answer(other.status, document={"ok": True} if succeeded else {"ok": False, "error": other.outcome})


def _of_the_catalog(line: CaseResult, case: Case) -> Iterator[str]:
    """Yield the fields that say otherwise than the catalog."""
    wanted = {
        "method": case.method,
        "rule": case.rule.id,
        "also": tuple(rule.id for rule in case.also),
        "concern": case.rule.concern,
        "strength": case.strength,
        "evidence": case.evidence,
        "accept": tuple(sorted(case.accept)),
        "edit_text": "" if case.edit is None else case.edit.words(),
        "state": case.state,
    }
    for name, value in wanted.items():
        if getattr(line, name) != value:
            yield _differs(name, getattr(line, name), value)


def _without_grounds(line: CaseResult) -> Iterator[str]:
    """Yield what cannot be in a line about a case that was not judged."""
    if line.judged not in _NOT_JUDGED:
        yield f"the verdict is {line.judged}, and there are no grounds for one"
    if line.findings:
        yield "it has findings, and nothing was judged"
    if line.cause is None:
        yield "it was not judged, and says nothing of the cause"


def _final(line: CaseResult, shown: Shown, answers: list[Answer], judged: Judgement) -> Judgement:
    """Return the judgement after what the engine does with it: second looks, refusals asked for twice, causes."""
    judged = _unstable(line, shown, answers, judged)
    judged = _worse_of_two(line, shown, answers, judged)
    cause = line.cause
    if cause is None or line.judged is not Verdict.INCONCLUSIVE or cause == judged.cause:
        return judged
    in_doubt = judged.verdict in {Verdict.FAIL, Verdict.WARN} and shown.edited.outcome in doubtful(
        shown.method, shown.once
    )
    if in_doubt and cause.kind is Kind.VALUE_IN_DOUBT:
        return Judgement(Verdict.INCONCLUSIVE, judged.expected, judged.got, judged.observed, cause=cause)
    may = judged.cause is not None or (shown.case.edit is None and shown.edited.usable)
    if may and (cause.kind in OF_A_METHOD or cause.kind in _STOPPING):
        return replace(judged, verdict=Verdict.INCONCLUSIVE, findings=(), seen=False, reading=None, cause=cause)
    return judged


_STOPPING = {
    Kind.TIME_IS_UP,
    Kind.NOT_LEFT,
    Kind.METHOD_MISSING,
    Kind.METHOD_RETIRED,
    Kind.NO_VALUE,
    Kind.WAY_NOT_TAKEN,
}
"""Causes by which a whole method, or the rest of a run, is not tested."""


def _unstable(line: CaseResult, shown: Shown, answers: list[Answer], judged: Judgement) -> Judgement:
    """Return the judgement on a case that failed at first and passed when it was looked at again."""
    roles = [one.role for one in line.exchanges]
    codes = [finding.code for finding in line.findings]
    if codes != [Code.UNSTABLE] or judged.verdict is not Verdict.PASS or not roles or roles[0] is not Role.RECHECK:
        return judged
    first = answers[0]
    finding = Finding(
        shown.case.rule.id,
        Code.UNSTABLE,
        Level.WARN,
        words.expected(shown.case, shown.method),
        words.got(first),
        None,
    )
    return replace(judged, verdict=Verdict.WARN, findings=(finding,), seen=False)


def _worse_of_two(line: CaseResult, shown: Shown, answers: list[Answer], judged: Judgement) -> Judgement:
    """Return the judgement on a refusal that was asked for twice, with what the other answer was."""
    again = [number for number, one in enumerate(line.exchanges) if one.role is Role.AGAIN]
    if isinstance(shown.case.edit, Order) or not again or judged.verdict not in _WEIGHT:
        return judged
    other = answers[again[-1]]
    another = judge(replace(shown, edited=other, recheck=None))
    if another.verdict not in _WEIGHT or another.verdict is judged.verdict:
        return judged
    if _WEIGHT.index(another.verdict) > _WEIGHT.index(judged.verdict):
        return another
    for when in ("at the beginning of the run it got", "at the end of the run it got"):
        remarked = judged.with_remark(f"{when} {words.got(other)}")
        if remarked.got == line.got:
            return remarked
    return judged


def _compared(line: CaseResult, found: Judgement) -> Iterator[str]:
    """Yield what the line says otherwise than the judgement."""
    wanted: dict[str, object] = {
        "verdict": Verdict.KNOWN if line.known is not None and found.verdict in _ACCEPTABLE else found.verdict,
        "observed": found.observed or None,
        "seen": found.seen,
        "reading": found.reading,
        "differential": found.differential,
    }
    for name, value in wanted.items():
        recorded = line.judged if name == "verdict" else getattr(line, name)
        if recorded != value:
            yield _differs(name, recorded, value)
    for name in ("expected", "got"):
        if not _same(getattr(line, name), getattr(found, name)):
            yield _differs(name, getattr(line, name), getattr(found, name))
    pairs = list(zip_longest(line.findings, found.findings))
    for recorded, derived in pairs:
        if recorded is None or derived is None or not _same_finding(recorded, derived):
            yield _differs("findings", _short(recorded), _short(derived))
    if (line.cause is None) != (found.cause is None) or (
        line.cause is not None
        and found.cause is not None
        and (line.cause.kind is not found.cause.kind or not _same(line.cause.text, found.cause.text))
    ):
        yield _differs("cause", line.cause and line.cause.text, found.cause and found.cause.text)


_ACCEPTABLE = {Verdict.FAIL, Verdict.WARN}
"""Verdicts that a baseline may turn into KNOWN."""


def _same_finding(recorded: Finding, derived: Finding) -> bool:
    bare = {"expected": "", "got": ""}
    same = changed(recorded, **bare) == changed(derived, **bare)
    return same and _same(recorded.expected, derived.expected) and _same(recorded.got, derived.got)


def _short(finding: Finding | None) -> str | None:
    return None if finding is None else f"{finding.code} ({finding.level}, {finding.rule}): {finding.got}"


def _same(recorded: str, derived: str) -> bool:
    """Whether two sentences are the same but for what redaction hides in quotations, and the end if it was cut."""
    one, other = (
        _QUOTED.sub('""', cut(text)) if "$" in recorded + derived else cut(text) for text in (recorded, derived)
    )
    return one == other


_QUOTED = re.compile('"[^"\n]*"')


def _differs(name: str, recorded: object, derived: object) -> str:
    return f"{name} is {_in_words(recorded)}, and follows as {_in_words(derived)}"


def _in_words(value: object) -> str:
    return "nothing" if value is None else repr(str(value)) if isinstance(value, str) else str(value)
