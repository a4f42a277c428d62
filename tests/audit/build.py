"""Calls as the sandbox would have received them, for checks that need no sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from slack_conformance.audit.checks import CHECKS, Subject
from slack_conformance.audit.observed import Observed, Session
from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox.intake import Received, understand
from slack_conformance.sandbox.journal import ReceivedCall
from slack_conformance.sandbox.reply import Reply

if TYPE_CHECKING:
    from slack_conformance.audit.checks import Outcome

ASK, EXCHANGE = "apps.permissions.request", "oauth.access"
CATALOG = load_catalog()
FORM = "application/x-www-form-urlencoded"
TOKEN = "xoxa-fake-token"
ASKED = {"scopes": "channels:read,commands", "trigger_id": "1.2.fake"}
EXCHANGED = {"code": "fake-code", "redirect_uri": "https://app.example/"}


def call(
    method: str,
    arguments: dict[str, str] | None = None,
    *,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    body: str | None = None,
    at: float = 1.0,
    took: float = 0.1,
    answered: str = "ok",
    retry_after: str = "",
    **others: Any,  # noqa: ANN401 - fields of a call
) -> Observed:
    """Return a POST of a form, unless the headers or the body say otherwise, received `at` and answered later."""
    sent = (urlencode(arguments or {}) if body is None else body).encode()
    named = {"Content-Type": FORM, "Content-Length": str(len(sent)), **(headers or {})}
    pairs = tuple((name, value) for name, value in named.items() if value)
    verb = others.pop("verb", "POST")
    got = understand(Received(verb, f"/api/{method}?{urlencode(query or {})}", pairs, sent))
    received = ReceivedCall(
        number=int(at * 1000),
        method=method,
        verb=verb,
        headers=pairs,
        query=got.query,
        form=got.form,
        json=got.json,
        token=got.token,
        basic=got.basic,
        received_at=at,
        world_time=0.0,
        size=len(sent),
        answered=answered,
        status=200,
        **others,
    )
    received.reply = Reply({"ok": answered == "ok"}, headers=(("retry-after", retry_after),) if retry_after else ())
    return Observed(received, at + took)


def ask(arguments: dict[str, str] | None = None, **others: Any) -> Observed:  # noqa: ANN401 - as above
    """Return a call that asks for scopes as it should."""
    headers = {"Authorization": f"Bearer {TOKEN}", **others.pop("headers", {})}
    return call(ASK, {**ASKED, **(arguments or {})}, headers=headers, **others)


def exchange(arguments: dict[str, str] | None = None, **others: Any) -> Observed:  # noqa: ANN401 - as above
    """Return a call that exchanges a code as it should."""
    headers = {"Authorization": "Basic MS4yOmZha2U=", **others.pop("headers", {})}
    return call(EXCHANGE, {**EXCHANGED, **(arguments or {})}, headers=headers, **others)


def outcome(rule: str, *calls: Observed, method: str = "", plain: Session | None = None, exit_code: int = 0) -> Outcome:
    """Return what the check of a rule finds in these calls."""
    session = Session(list(calls), exit_code=exit_code, plain=plain)
    return CHECKS[rule](Subject(session, CATALOG.methods[method or calls[0].call.method]))
