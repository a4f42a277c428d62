"""Turn evidence into a record, a line of the results file (`schemas/results.schema.json`), and redact it.

A record has two kinds of fields. Fields from the catalog and the judge (ids, rules, verdicts, expectations, the edit)
are never redacted, whatever the secrets of a run are; `checked` verifies that. Fields that hold or quote what was sent
or received are redacted as they are written; `rewritten` names all of them.
"""

from __future__ import annotations

import base64
import dataclasses
import zlib
from typing import TYPE_CHECKING, Any

from conformance.judge.model import Verdict
from conformance.wire.answer import BODY_CAP
from conformance.wire.by_name import by_name, header_by_name
from conformance.wire.request import BodySent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.catalog.model import Case
    from conformance.engine.trial import Trial
    from conformance.judge.model import Cause, Finding, Judgement
    from conformance.wire.answer import Answer
    from conformance.wire.redact import Redactor
    from conformance.wire.request import Request
    from conformance.wire.sender import Exchange

BODY_SHOWN = 20_000
"""Characters of a body that a record keeps."""

_COMPRESSED = (b"\x1f\x8b", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
"""How gzip and zlib begin, whatever the headers say."""

Record = dict[str, Any]


def record_of(  # noqa: PLR0913 - what a line is made of
    case: Case, judgement: Judgement, trial: Trial | None, redactor: Redactor, ms: float, *, whole: bool = True
) -> Record:
    """Return the record of a case, redacted; unless `whole`, without the exchanges. `ms` is its duration."""
    known = redactor if trial is None else redactor.extended(secrets_of(trial))
    sent = trial.sent if trial is not None and whole else ()
    public = case.edit.literals if sent and case.edit is not None else frozenset()
    return {
        "type": "case",
        "id": case.id,
        "method": case.method,
        "rule": case.rule.id,
        "also": [rule.id for rule in case.also],
        "concern": str(case.rule.concern),
        "strength": str(case.strength),
        "evidence": str(case.evidence),
        "differential": judgement.differential,
        "verdict": str(judgement.verdict),
        "observed": known.outcome(judgement.observed) or None,
        "seen": judgement.seen,
        "reading": list(judgement.reading) if judgement.reading else None,
        "expected": judgement.expected,
        "got": known.sentence(judgement.got),
        "accept": sorted(case.accept),
        "findings": [_finding(finding, known) for finding in judgement.findings],
        "cause": None if judgement.cause is None else cause_of(judgement.cause, known),
        "base": case.base.name,
        "edit": None if case.edit is None else {"kind": case.edit.kind, "value": case.edit.data},
        "edit_text": "" if case.edit is None else case.edit.words(),
        "state": case.state,
        "exchanges": [_exchange(one.role, one.exchange, known, public) for one in sent],
        "known": None,
        "ms": round(ms, 2),
        "worker": "master",
    }


def rewritten(record: Record, change: Callable[[str], str]) -> Record:
    """Return the record with `change` applied to every text that was sent or received, or that quotes such a text."""

    def headers(pairs: list[list[str]], *, ours: bool) -> list[list[str]]:
        return [[name if ours else change(name), change(value)] for name, value in pairs]

    def request(sent: Record) -> Record:
        base, mark, query = sent["url"].partition("?")
        body = None if sent["body"] is None else change(sent["body"])
        url = f"{base}{mark}{change(query)}"
        return {**sent, "url": url, "headers": headers(sent["headers"], ours=True), "body": body}

    def answer(came: Record | None) -> Record | None:
        if came is None:
            return None
        texts = {"reason": change(came["reason"]), "body": change(came["body"])}
        return {**came, **texts, "headers": headers(came["headers"], ours=False)}

    def cited(part: Record | None, *keys: str) -> Record | None:
        return None if part is None else part | {key: change(part[key]) for key in keys if part[key] is not None}

    return {
        **record,
        **(cited({key: record[key] for key in ("got", "observed")}, "got", "observed") or {}),
        "findings": [cited(finding, "got") for finding in record["findings"]],
        "cause": cited(record["cause"], "text", "needs"),
        "exchanges": [
            cited({**one, "request": request(one["request"]), "answer": answer(one["answer"])}, "problem")
            for one in record["exchanges"]
        ],
    }


def checked(record: Record, case: Case) -> Record:
    """Return the record. Raises `ValueError` if a field from the catalog differs from the catalog."""
    expected = {
        "type": "case",
        "id": case.id,
        "method": case.method,
        "rule": case.rule.id,
        "also": [rule.id for rule in case.also],
        "strength": str(case.strength),
        "accept": sorted(case.accept),
        "base": case.base.name,
        "state": case.state,
    }
    wrong = [key for key, value in expected.items() if record[key] != value]
    wrong += [] if record["verdict"] in set(Verdict) else ["verdict"]
    wrong += ["findings"] if {one["rule"] for one in record["findings"]} - {rule.id for rule in case.rules} else []
    if wrong:
        text = f"The record of {case.id} differs from the catalog in {', '.join(wrong)}."
        raise ValueError(text)
    return record


def secrets_of(trial: Trial) -> Iterable[tuple[str, str]]:
    """Yield the name and value of every secret of the trial's worlds."""
    for world in trial.worlds:
        yield from world.secrets()


def cause_of(cause: Cause, known: Redactor) -> Record:
    """Return a cause in the form of records and footer, redacted."""
    return {"kind": str(cause.kind), "text": known.sentence(cause.text), "needs": known.sentence(cause.needs)}


def _finding(finding: Finding, known: Redactor) -> Record:
    redacted = {"code": str(finding.code), "level": str(finding.level), "got": known.sentence(finding.got)}
    return {**dataclasses.asdict(finding), **redacted}


def _exchange(role: str, exchange: Exchange, known: Redactor, public: frozenset[str]) -> Record:
    return {
        "role": role,
        "request": _request(exchange.request, known, public),
        "answer": _answer(exchange.answer, known) if exchange.answer.status is not None else None,
        "problem": None if exchange.answer.usable else known.sentence(exchange.answer.why),
        "ms": round(exchange.ms, 2),
    }


def _request(request: Request, known: Redactor, public: frozenset[str]) -> Record:
    note = ""
    if request.sent is not BodySent.WHOLE:
        whole, part = len(request.body or b""), request.body_length_sent
        note = f"{whole} bytes of body are announced, {part} are sent, then the sending side is closed"
    body = None if request.body is None else request.body[: request.body_length_sent]

    def shown(text: str) -> str:
        text = known.known(text)
        return text if any(literal and literal in text for literal in public) else by_name(text)

    headers = [["Host", request.host]]
    for name, value in request.headers:
        text = known.sent_header(name, _readable(value))
        is_public = text != _readable(value) or any(literal and literal in value for literal in public)
        headers.append([name, text if is_public else header_by_name(name, value)])
    # The part before the query is the profile's URL and the method's name, both public.
    address, mark, query = request.url.partition("?")
    return {
        "verb": request.verb,
        "url": f"{address}{mark}{shown(query)}",
        "headers": headers,
        "body": None if body is None else shown(body.decode("utf-8", "backslashreplace")),
        "raw": request.malformed_framing,
        "note": note,
    }


def _readable(value: str) -> str:
    """Return a header value with Basic credentials decoded, since each half is redacted on its own."""
    scheme, _, pair = value.partition(" ")
    if scheme != "Basic":
        return value
    try:
        return f"Basic {base64.b64decode(pair, validate=True).decode()}"
    except ValueError:
        return value


def _answer(answer: Answer, known: Redactor) -> Record:
    return {
        "status": answer.status,
        "reason": known.reason(answer.status or 0, answer.reason),
        "headers": [[known.by_value(name), known.header(name, value)] for name, value in answer.headers],
        "body": _shown(_decompressed(answer), known),
    }


def _decompressed(answer: Answer) -> bytes:
    """Return the body decompressed; a compressed one would hide secrets from redaction."""
    named = (answer.header("Content-Encoding") or "identity").strip().lower()
    if named == "identity" and not answer.body.startswith(_COMPRESSED):
        return answer.body
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
