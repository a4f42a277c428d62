"""Answers in which exactly one thing is wrong: each breaker takes a right answer, and what it may be found to break."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.model import OK
from slack_conformance.wire.answer import Answer, read_answer

if TYPE_CHECKING:
    from slack_conformance.judge.model import Shown

OUTCOME = frozenset({"outcome", "warning"})
"""Checks of rules that say how a request is answered."""

Break = Callable[[Answer, "Shown"], Answer | None]


@dataclass(frozen=True, slots=True)
class Breaker:
    """One fault: `breaks` returns the answer with it, or `None` where the answer has no such part."""

    name: str
    breaks: Break
    checks: frozenset[str]
    """The checks of the rules that a finding about this fault may stand under."""


def _rendered(answer: Answer, document: dict[str, Any] | None = None, body: bytes | None = None) -> Answer:
    """Return the answer with another document or body, read again by the strict parser."""
    if body is None:
        body = json.dumps(answer.document if document is None else document).encode()
    kept = [(name, value) for name, value in answer.headers if name.lower() not in _OF_THE_BODY]
    head = "".join(f"{name}: {value}\r\n" for name, value in [*kept, ("content-length", str(len(body)))])
    return read_answer(f"HTTP/1.1 {answer.status} -\r\n{head}\r\n".encode("latin-1") + body, "POST")


_OF_THE_BODY = {"content-length", "transfer-encoding", "content-encoding", "connection"}


def _with(**fields: object) -> Break:
    return lambda answer, _: _rendered(answer, {**answer.document, **fields})


def _without(*names: str) -> Break:
    def breaks(answer: Answer, _shown: Shown) -> Answer | None:
        kept = {name: value for name, value in answer.document.items() if name not in names}
        return None if kept == answer.document else _rendered(answer, kept)

    return breaks


def _body(body: bytes) -> Break:
    return lambda answer, _: _rendered(answer, body=body)


def _header(name: str, value: str | None) -> Break:
    def breaks(answer: Answer, _shown: Shown) -> Answer:
        kept = tuple(pair for pair in answer.headers if pair[0].lower() != name)
        return replace(answer, headers=kept if value is None else (*kept, (name, value)))

    return breaks


def _status(status: int) -> Break:
    return lambda answer, _: replace(answer, status=status)


def _refused(pick: Callable[[Shown], str | None]) -> Break:
    def breaks(answer: Answer, shown: Shown) -> Answer | None:
        code = pick(shown)
        return None if code is None else _rendered(answer, {"ok": False, "error": code})

    return breaks


def _other_code(shown: Shown) -> str | None:
    return min(shown.method.error_codes - shown.case.accept - {shown.case.rule.name}, default=None)


def _success(answer: Answer, _shown: Shown) -> Answer | None:
    return None if answer.outcome == OK else _rendered(answer, {"ok": True, "access_token": "not-a-secret"})


def _on(success: bool, breaks: Break) -> Break:  # noqa: FBT001 - on which of the two kinds of answer
    return lambda answer, shown: breaks(answer, shown) if (answer.outcome == OK) is success else None


def _one_place(answer: Answer, _shown: Shown) -> Answer | None:
    return _without("response_metadata")(answer, _shown) if answer.document.get("warning") else None


def _warned_also(answer: Answer, shown: Shown) -> Answer | None:
    codes = sorted(shown.method.warning_codes)
    return _with(warning=",".join(codes), response_metadata={"warnings": codes})(answer, shown) if codes else None


_UNREADABLE = OUTCOME | {"failure-shape"}
_SHAPES = frozenset({"success-shape", "failure-shape"})
_WARNED = frozenset({"warning", "both-places"})

BREAKERS = (
    Breaker("status-500", _status(500), frozenset({"status"})),
    Breaker("status-201", _status(201), frozenset({"status"})),
    Breaker("html-said", _header("content-type", "text/html"), frozenset({"media-type"})),
    Breaker("no-type-said", _header("content-type", None), frozenset({"media-type"})),
    Breaker("ok-missing", _without("ok"), _UNREADABLE),
    Breaker("ok-a-string", _on(success=True, breaks=_with(ok="true")), OUTCOME | {"success-shape"}),
    Breaker("ok-a-number", _on(success=True, breaks=_with(ok=1)), OUTCOME | {"success-shape"}),
    Breaker("ok-a-string-of-a-refusal", _on(success=False, breaks=_with(ok="false")), _UNREADABLE),
    Breaker("ok-null", _with(ok=None), _UNREADABLE),
    Breaker("error-missing", _without("error"), _UNREADABLE),
    Breaker("error-a-number", _on(success=False, breaks=_with(error=7)), _UNREADABLE),
    Breaker("error-empty", _on(success=False, breaks=_with(error="")), _UNREADABLE),
    Breaker("error-beside-a-success", _on(success=True, breaks=_with(error="internal_error")), _SHAPES),
    Breaker("token-missing", _without("access_token"), _SHAPES),
    Breaker("token-a-number", _on(success=True, breaks=_with(access_token=7)), _SHAPES),
    Breaker("metadata-a-list", _with(response_metadata=[]), _SHAPES | _WARNED),
    Breaker("warning-a-number", _with(warning=7), _SHAPES | _WARNED),
    Breaker("warning-missing", _without("warning", "response_metadata"), _WARNED),
    Breaker("warning-in-one-place", _one_place, _WARNED),
    Breaker("every-warning", _warned_also, _WARNED),
    Breaker("an-unlisted-warning", _with(warning="x", response_metadata={"warnings": ["x"]}), _WARNED),
    Breaker("wrong-code", _on(success=False, breaks=_refused(_other_code)), OUTCOME),
    Breaker("undocumented-code", _refused(lambda _: "no_such_code"), OUTCOME),
    Breaker("code-in-capitals", _on(success=False, breaks=_refused(lambda _: "INVALID")), OUTCOME),
    Breaker("refused", _on(success=True, breaks=_refused(_other_code)), OUTCOME),
    Breaker("not-refused", _success, OUTCOME | {"not-presented"}),
    Breaker("retry-after-missing", _header("retry-after", None), frozenset({"retry-after"})),
    Breaker("retry-after-in-words", _header("retry-after", "soon"), frozenset({"retry-after"})),
    Breaker("a-page", _body(b"<!DOCTYPE html><title>Error</title>"), _UNREADABLE),
    Breaker("empty", _body(b""), _UNREADABLE),
    Breaker("an-array", _body(b"[]"), _UNREADABLE),
    Breaker("cut", lambda _, __: read_answer(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"), _UNREADABLE),
    Breaker("silence", lambda _, __: read_answer(b""), OUTCOME),
)
