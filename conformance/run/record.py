"""Turn evidence into a record, a line of the results file (`schemas/results.schema.json`), and redact it.

A record has two kinds of fields. Fields from the catalog and the judge (ids, rules, verdicts, expectations, the edit)
are never redacted, whatever the secrets of a run are; `checked` verifies that. Fields that hold or quote what was sent
or received are redacted as they are written; `rewritten` names all of them.
"""

from __future__ import annotations

import base64
import contextlib
import zlib
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..catalog.model import OK
from ..results.exchange import RecordedAnswer, RecordedExchange, RecordedRequest
from ..results.model import CaseResult, EditRecord, Grounds, LedgerRecord, OtherBase, RuleRecord
from ..wire.answer import BODY_CAP
from ..wire.by_name import by_name, header_by_name
from ..wire.flaws import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..catalog.model import Case, LedgerRow, Rule
    from ..engine.trial import Trial
    from ..judge.model import Judgement
    from ..results.model import Cause
    from ..results.terms import Role
    from ..wire.answer import Answer
    from ..wire.redact import Redactor
    from ..wire.request import Request
    from ..wire.sender import Exchange

BODY_SHOWN = 20_000
"""Characters of a body that a record keeps."""

_LONGEST = 400
"""Characters of a sentence that a record keeps."""

_COMPRESSED = (b"\x1f\x8b", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
"""How gzip and zlib begin, whatever the headers say."""


def record_of(  # noqa: PLR0913 - what a line is made of
    case: Case, judgement: Judgement, trial: Trial | None, redactor: Redactor, ms: float, *, whole: bool = True
) -> CaseResult:
    """Return the result of a case, redacted; unless `whole`, without the exchanges. `ms` is its duration."""
    known = redactor if trial is None else redactor.extended(secrets_of(trial))
    sent = trial.sent if trial is not None and whole else ()
    public = case.edit.literals if sent and case.edit is not None else frozenset()
    return CaseResult(
        id=case.id,
        method=case.method,
        rule=case.rule.id,
        also=tuple(rule.id for rule in case.also),
        concern=case.rule.concern,
        strength=case.strength,
        evidence=case.evidence,
        differential=judgement.differential,
        verdict=judgement.verdict,
        observed=known.outcome(judgement.observed) or None,
        seen=judgement.seen,
        reading=judgement.reading,
        expected=judgement.expected,
        got=known.sentence(judgement.got),
        accept=tuple(sorted(case.accept)),
        findings=tuple(replace(finding, got=known.sentence(finding.got)) for finding in judgement.findings),
        cause=None if judgement.cause is None else redacted(judgement.cause, known.sentence),
        base=case.base.name,
        edit=None if case.edit is None else EditRecord(case.edit.kind, case.edit.data),
        edit_text="" if case.edit is None else case.edit.words(),
        state=case.state,
        exchanges=tuple(_exchange(one.role, one.exchange, known, public) for one in sent),
        grounds=_grounds(trial, known) if trial is not None and whole else None,
        known=None,
        ms=round(ms, 2),
        worker="master",
        explored=judgement.explored,
        after="",
    )


def rewritten(case: CaseResult, change: Callable[[str], str]) -> CaseResult:
    """Return the result with `change` applied to every text that was sent or received, or that quotes such a text."""
    return replace(
        case,
        got=change(case.got),
        observed=_changed(case.observed, change),
        findings=tuple(replace(finding, got=change(finding.got)) for finding in case.findings),
        cause=None if case.cause is None else redacted(case.cause, change),
        exchanges=tuple(
            replace(
                one,
                request=_rewritten_request(one.request, change),
                answer=None if one.answer is None else _rewritten_answer(one.answer, change),
                problem=_changed(one.problem, change),
            )
            for one in case.exchanges
        ),
        grounds=None if case.grounds is None else _rewritten_grounds(case.grounds, change),
    )


def _rewritten_grounds(grounds: Grounds, change: Callable[[str], str]) -> Grounds:
    def each(texts: Mapping[str, str]) -> dict[str, str]:
        return {name: change(text) for name, text in texts.items()}

    others = {
        name: replace(one, outcome=change(one.outcome), problem=_changed(one.problem, change))
        for name, one in grounds.others.items()
    }
    once, base_once = each(grounds.once), each(grounds.base_once)
    return replace(grounds, others=others, missing=each(grounds.missing), once=once, base_once=base_once)


def shortened(case: CaseResult) -> CaseResult:
    """Return the result with its sentences cut to the length of a line; a target may send a million characters.

    This comes last: half a secret in an encoding that nobody expects is not recognised any more.
    """
    return replace(
        case,
        expected=cut(case.expected),
        got=cut(case.got),
        findings=tuple(
            replace(finding, expected=cut(finding.expected), got=cut(finding.got)) for finding in case.findings
        ),
        cause=None if case.cause is None else redacted(case.cause, cut),
    )


def cut(text: str) -> str:
    """Return a sentence, cut to the length of a line."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def redacted(cause: Cause, change: Callable[[str], str]) -> Cause:
    """Return the cause with `change` applied to its two sentences."""
    return replace(cause, text=change(cause.text), needs=change(cause.needs))


def _rewritten_request(request: RecordedRequest, change: Callable[[str], str]) -> RecordedRequest:
    address, mark, query = request.url.partition("?")
    return replace(
        request,
        url=f"{address}{mark}{change(query)}",
        headers=tuple((name, change(value)) for name, value in request.headers),
        body=_changed(request.body, change),
    )


def _rewritten_answer(answer: RecordedAnswer, change: Callable[[str], str]) -> RecordedAnswer:
    headers = tuple((change(name), change(value)) for name, value in answer.headers)
    return replace(answer, reason=change(answer.reason), headers=headers, body=change(answer.body))


def _changed(text: str | None, change: Callable[[str], str]) -> str | None:
    return None if text is None else change(text)


def checked(result: CaseResult, case: Case) -> CaseResult:
    """Return the result. Raises `ValueError` if a field from the catalog differs from the catalog."""
    expected = {
        "id": case.id,
        "method": case.method,
        "rule": case.rule.id,
        "also": tuple(rule.id for rule in case.also),
        "strength": case.strength,
        "accept": tuple(sorted(case.accept)),
        "base": case.base.name,
        "state": case.state,
    }
    wrong = [key for key, value in expected.items() if getattr(result, key) != value]
    wrong += ["findings"] if {one.rule for one in result.findings} - {rule.id for rule in case.rules} else []
    if wrong:
        text = f"The record of {case.id} differs from the catalog in {', '.join(wrong)}."
        raise ValueError(text)
    return result


def secrets_of(trial: Trial) -> Iterable[tuple[str, str]]:
    """Yield the name and value of every secret of the trial's worlds."""
    for world in trial.worlds:
        yield from world.secrets()


def _exchange(role: Role, exchange: Exchange, known: Redactor, public: frozenset[str]) -> RecordedExchange:
    return RecordedExchange(
        role=role,
        request=recorded_request(exchange.request, known, public),
        answer=_answer(exchange.answer, known) if exchange.answer.status is not None else None,
        flaw=exchange.answer.flaw,
        problem=None if exchange.answer.usable else known.sentence(exchange.answer.why),
        ms=round(exchange.ms, 2),
    )


def _grounds(trial: Trial, known: Redactor) -> Grounds:
    shown = trial.shown
    at = {id(step.answer): number for number, step in enumerate(trial.sent)}
    base_succeeded = shown.base is not None and shown.base.outcome == OK
    requests = None if shown.journal is None else shown.journal.get("permission_requests")
    return Grounds(
        edited=at[id(shown.edited)],
        base=None if shown.base is None else at[id(shown.base)],
        recheck=None if shown.recheck is None else at[id(shown.recheck)],
        minted=shown.minted,
        # Where the base succeeds, no other base has a say.
        others={name: _other_base(answer, known) for name, answer in shown.others.items() if not base_succeeded},
        missing={name: known.sentence(why) for name, why in shown.missing.items()},
        once={name: known.sentence(source) for name, source in shown.once.items()},
        base_once={name: known.sentence(source) for name, source in shown.base_once.items()},
        borrowed=tuple(sorted(shown.borrowed)),
        presented=None if shown.journal is None else len(requests) if isinstance(requests, list) else 0,
        throttled=shown.times,
        together=shown.together,
    )


def _other_base(answer: Answer, known: Redactor) -> OtherBase:
    return OtherBase(
        outcome=known.outcome(answer.outcome),
        status=answer.status,
        flaw=answer.flaw,
        problem=None if answer.usable else known.sentence(answer.why),
        says_ok=answer.usable or answer.garbled,
    )


def recorded_request(request: Request, known: Redactor, public: frozenset[str]) -> RecordedRequest:
    """Return a request as a record has it; of `public` texts, which an edit sends, none is hidden by its name."""
    body = request.body_sent

    def shown(text: str) -> str:
        text = known.known(text)
        return text if any(literal and literal in text for literal in public) else by_name(text)

    headers = [("Host", request.host)]
    for name, value in request.headers:
        text = known.sent_header(name, _readable(value))
        is_public = text != _readable(value) or any(literal and literal in value for literal in public)
        headers.append((name, text if is_public else header_by_name(name, value)))
    # The part before the query is the profile's URL and the method's name, both public.
    address, mark, query = request.url.partition("?")
    return RecordedRequest(
        verb=request.verb,
        url=f"{address}{mark}{shown(query)}",
        headers=tuple(headers),
        body=None if body is None else shown(body.decode("utf-8", "backslashreplace")),
        raw=request.malformed_framing,
        note=request.unsent,
    )


def _readable(value: str) -> str:
    """Return a header value with Basic credentials decoded, since each half is redacted on its own."""
    scheme, _, pair = value.partition(" ")
    if scheme != "Basic":
        return value
    try:
        return f"Basic {base64.b64decode(pair, validate=True).decode()}"
    except ValueError:
        return value


def _answer(answer: Answer, known: Redactor) -> RecordedAnswer:
    return RecordedAnswer(
        status=answer.status or 0,
        reason=known.reason(answer.status or 0, answer.reason),
        headers=tuple((known.by_value(name), known.header(name, value)) for name, value in answer.headers),
        body=_shown(_decompressed(answer), known),
    )


def _decompressed(answer: Answer) -> bytes:
    """Return the body decompressed; a compressed one would hide secrets from redaction."""
    named = (answer.header("Content-Encoding") or "identity").strip().lower()
    if named == "identity" and not answer.body.startswith(_COMPRESSED):
        return answer.body
    if named != "identity":
        with contextlib.suppress(Unusable):
            return answer.plain
    # What is left is damaged, too long, or compressed without a header that says so: show as much as can be had.
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        return inflater.decompress(answer.body, BODY_CAP)
    except zlib.error:
        note = f"({len(answer.body)} bytes, compressed, that cannot be decompressed)".encode()
        return answer.body if _is_text(answer.body) else note


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _shown(body: bytes, known: Redactor) -> str:
    text = known.body(body.decode("utf-8", "backslashreplace"))
    return text if len(text) <= BODY_SHOWN else f"{text[:BODY_SHOWN]}… ({len(body)} bytes in all)"


def rule_record(rule: Rule, page: str) -> RuleRecord:
    """Return a rule as a header has it; `page` is the file name of its page."""
    return RuleRecord(
        id=rule.id,
        method=rule.method,
        name=rule.name,
        kind=rule.kind,
        strength=rule.strength,
        concern=rule.concern,
        place=rule.place,
        page=page,
        summary=rule.summary,
        hidden=rule.hidden,
        untestable=rule.untestable,
        source=rule.source,
    )


def ledger_record(row: LedgerRow) -> LedgerRecord:
    """Return a row of the ledger as a header has it."""
    return LedgerRecord(row.title, row.places, row.readings, row.preferred, row.because)
