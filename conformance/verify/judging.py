"""Judge the recorded exchanges of a case again.

The judge is pure: the same evidence always gets the same judgement. A line of a results file has all of that evidence,
the answers in its exchanges and the rest in its `grounds`, so anybody can check the recorded verdict.

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
from ..catalog.model import OK
from ..catalog.values import HEALTHY
from ..engine.exploring import OF_A_CLASS, in_words
from ..judge import words
from ..judge.judge import judge
from ..judge.model import Judgement, Shown, unexercised
from ..judge.values import doubtful, unconfirmed
from ..results.model import CaseResult, Cause, Finding
from ..results.terms import OF_A_METHOD, Code, Kind, Level, Role, Verdict
from ..run.record import BODY_SHOWN, cut
from ..wire.answer import Answer
from ..wire.by_name import HIDDEN, by_name
from ..wire.document import read_document
from ..wire.flaws import Flaw, Unusable
from . import shape
from .requests import bases_of, seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..catalog.model import Case, Catalog
    from ..results.exchange import RecordedExchange
    from ..results.model import OtherBase

_WITHOUT_ANSWER = {Flaw.NOTHING, Flaw.FRAMING, Flaw.SIZE}
_OF_THE_CODING = {Flaw.SIZE, Flaw.ENCODING, Flaw.ASKED_CODING}
_MANY = 10_000
"""From here on, the number of permission requests makes no difference."""
_WEIGHT = (Verdict.PASS, Verdict.WARN, Verdict.FAIL)


class UnreadableRecordError(ValueError):
    """A line cannot be judged again; the text says why."""


class IncompleteRecordError(UnreadableRecordError):
    """A line lacks part of what the judge saw, because the record was cut to size and not because it was changed."""


def differences(
    line: CaseResult, case: Case, answers: list[Answer], catalog: Catalog, declared: Mapping[str, str]
) -> Iterator[str]:
    """Yield where the line contradicts its own exchanges, judged again by the rules of the catalog.

    `case` is that of the line (`case_of`), `answers` has those of its exchanges (`answer_of`), `declared` the readings
    that the target's profile declares. Raises `UnreadableRecordError` if the line lacks what the judge needs.
    """
    yield from _of_the_catalog(line, case)
    if line.grounds is None:
        yield from _without_grounds(line)
        return
    yield from (text for one in line.exchanges for text in _flaws(one))
    shown = shown_of(line, case, catalog, answers)
    yield from shape.differences(line, case, shown.method, answers)
    found = _final(line, shown, answers, judge(shown, declared))
    yield from _compared(line, found)
    yield from _explored(line, case, found)


def original_of(line: CaseResult, catalog: Catalog) -> Case:
    """Return the case of the line as the catalog has it. Raises `UnreadableRecordError` if it has none of this id."""
    found = catalog.by_id.get(line.id)
    if found is None:
        raise UnreadableRecordError("this version of the suite has no such case")
    return found


def case_of(line: CaseResult, catalog: Catalog) -> Case:
    """Return the case of the line as it was exercised: with the recorded base, edit and state.

    Raises `UnreadableRecordError` if the catalog has none of this id, or if it has no such base.
    """
    found = original_of(line, catalog)
    method = catalog.methods[found.method]
    bases = {**seconds_of(found, method), **bases_of(found, method)}
    if line.base not in bases:
        raise UnreadableRecordError(f"the case is not about the base {line.base!r}")
    edit = found.edit
    if line.edit is not None and edit is not None:
        edit = recorded_edit(line.edit.kind, line.edit.value) or edit
    world = HEALTHY if isinstance(edit, InState) and edit != found.edit else found.world
    return replace(found, base=bases[line.base], edit=edit, world=world)


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
        journal=None if grounds.presented is None else {"permission_requests": [None] * min(grounds.presented, _MANY)},
        times=grounds.throttled,
        together=grounds.together,
    )


def answer_of(exchange: RecordedExchange) -> Answer:
    """Return the answer of an exchange as the judge reads it. Raises `UnreadableRecordError` for an unknown flaw."""
    flaw = _flaw(exchange.flaw)
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


def _flaw(name: str | None) -> Flaw | None:
    try:
        return None if name is None else Flaw(name)
    except ValueError:
        raise UnreadableRecordError(f"unknown flaw {name!r}") from None


def _flaws(exchange: RecordedExchange) -> Iterator[str]:
    """Yield where the flaw that an exchange names is not the one that its answer has.

    Without an answer, and where a compressed body could not be read, only the bytes on the wire could show the flaw.
    Raises `IncompleteRecordError` if the record has only the beginning of the body.
    """
    flaw, answer = _flaw(exchange.flaw), exchange.answer
    if (flaw is None) != (exchange.problem is None):
        yield f"an answer is recorded as {flaw or 'usable'}, but with the problem {exchange.problem!r}"
    if answer is None:
        if flaw not in _WITHOUT_ANSWER:
            yield f"there is no answer, but it is recorded as {flaw or 'usable'}"
        return
    if any(name.lower() == "content-encoding" for name, _ in answer.headers) and flaw in _OF_THE_CODING:
        return
    if len(answer.body) > BODY_SHOWN:
        raise IncompleteRecordError("only the beginning of a long answer is recorded, which cannot be judged again")
    problem = None
    try:
        read_document(answer.body.encode("utf-8", "surrogatepass"))
        found = None
    except Unusable as error:
        found, problem = error.flaw, str(error)
    if flaw is Flaw.ENCODING and "\\x" in answer.body:
        return  # bytes that are not UTF-8
    if found != flaw:
        yield f"an answer is recorded as {flaw or 'usable'}, but its body is {found or 'usable'}"
    elif problem is not None and not _is_redacted(answer.body) and not (exchange.problem or "").endswith(problem):
        yield f"the problem of an answer is {exchange.problem!r}, but should be {problem!r}"


def _is_redacted(text: str) -> bool:
    return "$" in text or HIDDEN in text


def _answer_to(other: OtherBase) -> Answer:
    """Return a stand-in for the answer of another base, with all that the judge looks at."""
    if other.flaw is not None:
        body = b'"ok"' if other.says_ok else b""
        return Answer(other.status, body=body, flaw=_flaw(other.flaw), why=other.problem or "")
    succeeded = other.outcome == OK
    return Answer(other.status, document={"ok": True} if succeeded else {"ok": False, "error": other.outcome})


def _of_the_catalog(line: CaseResult, case: Case) -> Iterator[str]:
    """Yield the fields that contradict the catalog."""
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
    """Yield what a line about a case that was not judged must not have."""
    kind = line.cause.kind if line.cause is not None else None
    wanted = _OF_A_KIND.get(kind, Verdict.INCONCLUSIVE) if kind is not None else None
    if line.verdict is not wanted:
        yield f"the verdict is {line.verdict}, but the line has no grounds"
    nothing = unexercised(Cause(Kind.ENGINE, "", ""))
    if line.exchanges or line.findings or line.seen or line.reading or line.differential or line.explored or line.known:
        yield "it has exchanges, or something that needs them, but no grounds"
    for name in ("got", "expected"):
        if getattr(line, name) != getattr(nothing, name):
            yield _differs(name, getattr(line, name), getattr(nothing, name))
    if line.observed is not None:
        yield _differs("observed", line.observed, None)


_OF_A_KIND = {Kind.NOT_CLAIMED: Verdict.NOT_APPLICABLE, Kind.ENGINE: Verdict.ENGINE}
"""Verdicts of cases that were not tried for these causes; all others are INCONCLUSIVE."""


def _final(line: CaseResult, shown: Shown, answers: list[Answer], judged: Judgement) -> Judgement:
    """Return the judgement as the engine changes it: second looks, refusals that were asked for twice, causes."""
    judged = _unstable(line, shown, answers, judged)
    judged = _worse_of_two(line, shown, answers, judged)
    cause = line.cause
    if cause is None or line.verdict is not Verdict.INCONCLUSIVE or cause == judged.cause:
        return judged
    in_doubt = judged.verdict in {Verdict.FAIL, Verdict.WARN} and shown.edited.outcome in doubtful(
        shown.method, shown.once
    )
    before, _, after = unconfirmed(shown.method, shown.edited, shown.once, "\0").text.partition("\0")
    if in_doubt and cause.kind is Kind.VALUE_IN_DOUBT and cause.text.startswith(before) and cause.text.endswith(after):
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
"""Causes that keep a whole method, or the rest of a run, from being tested."""


def _unstable(line: CaseResult, shown: Shown, answers: list[Answer], judged: Judgement) -> Judgement:
    """Return the judgement on a case that failed at first and passed at the second look."""
    codes = [finding.code for finding in line.findings]
    first_is_earlier = bool(line.exchanges) and line.exchanges[0].role is Role.RECHECK
    if codes != [Code.UNSTABLE] or judged.verdict is not Verdict.PASS or not first_is_earlier:
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
    """Yield where the line contradicts the judgement."""
    wanted: dict[str, object] = {
        "verdict": Verdict.KNOWN if line.known is not None and found.verdict in _ACCEPTABLE else found.verdict,
        "observed": found.observed or None,
        "seen": found.seen,
        "reading": found.reading,
        "differential": found.differential,
    }
    for name, value in wanted.items():
        if getattr(line, name) != value:
            yield _differs(name, getattr(line, name), value)
    for name in ("expected", "got"):
        if not _same(getattr(line, name), getattr(found, name)):
            yield _differs(name, getattr(line, name), getattr(found, name))
    for recorded, derived in zip_longest(line.findings, found.findings):
        if recorded is None or derived is None or not _same_finding(recorded, derived):
            yield _differs("findings", _short(recorded), _short(derived))
    if not _same_cause(line.cause, found.cause):
        yield _differs("cause", line.cause and line.cause.text, found.cause and found.cause.text)
    if (line.known is not None) != (line.verdict is Verdict.KNOWN):
        yield f"the verdict is {line.verdict}, but it has {'no' if line.known is None else 'the'} terms of a baseline"


_ACCEPTABLE = {Verdict.FAIL, Verdict.WARN}
"""Verdicts that a baseline may turn into KNOWN."""


def _same_finding(recorded: Finding, derived: Finding) -> bool:
    bare: dict[str, object] = {"expected": "", "got": ""}
    if _is_redacted(derived.got):  # the code that is hidden has another nearest one
        bare["nearest"] = None
    same = changed(recorded, **bare) == changed(derived, **bare)
    return same and _same(recorded.expected, derived.expected) and _same(recorded.got, derived.got)


def _short(finding: Finding | None) -> str | None:
    return None if finding is None else f"{finding.code} ({finding.level}, {finding.rule}): {finding.got}"


def _same_cause(recorded: Cause | None, derived: Cause | None) -> bool:
    if recorded is None or derived is None:
        return recorded is derived
    same = recorded.kind is derived.kind and _same(recorded.text, derived.text)
    return same and _same(recorded.needs, derived.needs)


def _same(recorded: str, derived: str) -> bool:
    """Whether two sentences are the same, apart from what redaction has hidden and an end that was cut."""
    recorded, derived = by_name(cut(recorded)), by_name(cut(derived))
    if recorded == derived or not _is_redacted(recorded + derived):
        return recorded == derived
    one, other = _QUOTED.split(recorded), _QUOTED.split(derived)
    # Only a quotation that is hidden in one of the sentences may differ, not the words around it.
    return len(one) == len(other) and all(
        here == there or (number % 2 and _is_redacted(there))
        for number, (here, there) in enumerate(zip(one, other, strict=True))
    )


_QUOTED = re.compile('("[^"\n]*")')


def _explored(line: CaseResult, case: Case, found: Judgement) -> Iterator[str]:
    """Yield why no run writes this sentence about further values; what it counts is not in the file."""
    if not line.explored:
        return
    counts = {name: [int(right), int(tried)] for right, tried, name in _COUNTED.findall(line.explored)}
    possible = all(right <= tried <= OF_A_CLASS for right, tried in counts.values())
    if found.verdict not in _ACCEPTABLE or not counts or not possible or in_words(case, counts) != line.explored:
        yield f"the sentence about further values is {line.explored!r}, which no run writes"


_COUNTED = re.compile("([0-9]{1,3}) of ([0-9]{1,3}) ([a-z][a-z -]*[a-z])")
"""How many further values of a class were answered rightly, how many were tried, and the name of the class."""


def _differs(name: str, recorded: object, derived: object) -> str:
    return f"{name} is {_in_words(recorded)}, but should be {_in_words(derived)}"


def _in_words(value: object) -> str:
    return "nothing" if value is None else repr(str(value)) if isinstance(value, str) else str(value)
