"""No report shows what a client sent and the sandbox did not issue, where it could be a secret."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING

import msgspec
import pytest

from slack_conformance.audit.judge import Judge
from slack_conformance.audit.observed import Session
from slack_conformance.audit.record import IssuedValues, recorded, shown_call, shown_name
from slack_conformance.audit.rules import load_book
from slack_conformance.sandbox import Sandbox
from tests.audit.build import ASK, CATALOG, EXCHANGE, FORM, ask, call, exchange

if TYPE_CHECKING:
    from slack_conformance.audit.observed import Observed

SECRET = "fake0secret1of2the3clients4own"
PAIR = b64encode(f"{SECRET}:{SECRET}".encode()).decode()
PLACES: dict[str, Observed] = {
    "a bearer token": ask(headers={"Authorization": f"Bearer {SECRET}"}),
    "another scheme": ask(headers={"Authorization": f"Custom {SECRET}"}),
    "a header without a scheme": ask(headers={"Authorization": SECRET}),
    "Basic credentials": exchange(headers={"Authorization": f"Basic {PAIR}"}),
    "Basic credentials that cannot be read": exchange(headers={"Authorization": f"Basic {SECRET}"}),
    "a header of its own": ask(headers={"X-My-Key": SECRET}),
    "a cookie": ask(headers={"Cookie": f"d={SECRET}"}),
    "a code": exchange({"code": SECRET}),
    "a token in the form": ask({"token": SECRET}),
    "a token in the query": ask(query={"token": SECRET}),
    "an argument that no page has": ask({"colour": SECRET}),
    "a name": ask({SECRET: "1"}),
    "an odd name": ask({f"x-{SECRET}": "1"}),
    "an array": ask({f"foo[{SECRET}]": "1"}),
    "scopes": ask({"scopes": SECRET}),
    "an address": exchange({"redirect_uri": f"https://app.example/?key={SECRET}"}),
    "JSON": ask(headers={"Content-Type": "application/json"}, body=json.dumps({"code": SECRET, SECRET: 1})),
    "a charset": exchange(headers={"Content-Type": f"{FORM}; charset={SECRET}"}),
    "plain text": ask(headers={"Content-Type": "text/plain"}, body=SECRET),
    "a method": call(SECRET, {"token": SECRET}),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_unknown_value_is_not_shown(place: str) -> None:
    one, issued = PLACES[place], IssuedValues(())
    exchange_shown = msgspec.json.encode(recorded(one, issued, "http://127.0.0.1/api/", CATALOG.methods)).decode()
    shown = [exchange_shown, shown_call(one, issued)]
    session = Session([one])
    book = load_book(CATALOG)
    judge = Judge(CATALOG, book, "http://127.0.0.1/api/")
    shown += [msgspec.json.encode(case).decode() for case in judge.plain(session)]
    assert [text for text in shown if SECRET in text or PAIR in text] == []


def test_values_of_the_sandbox_have_names() -> None:
    with Sandbox(CATALOG, control=False) as sandbox, sandbox.world() as world:
        facts = sandbox.worlds.get(world.id)
        assert facts is not None
        code = world.code()
        one = exchange({"code": code, "redirect_uri": world.redirect_uri, "client_id": world.client_id})
        issued = IssuedValues([facts])
    found = recorded(one, issued, "http://127.0.0.1/api/", CATALOG.methods)
    assert found.request.body is not None
    assert "code=$code" in found.request.body
    assert "client_id=$client_id" in found.request.body
    assert world.redirect_uri in found.request.body


def test_harmless_things_are_shown() -> None:
    one = ask({"scopes": "channels:read commands"}, headers={"User-Agent": "an-app/1.0"})
    found = recorded(one, IssuedValues(()), "http://127.0.0.1/api/", CATALOG.methods)
    assert found.request.body is not None
    assert "scopes=channels:read commands" in found.request.body
    assert ("User-Agent", "an-app/1.0") in found.request.headers
    assert shown_name("foo[7]") == "foo[7]"
    none = ask(headers={"Authorization": "Bearer undefined"})
    assert "Bearer undefined" in shown_call(none, IssuedValues(()))


def test_answers_of_other_methods_are_cut_since_they_may_echo() -> None:
    one = call("api.test", {"foo": SECRET})
    assert one.call.reply is not None
    one.call.reply = type(one.call.reply)({"ok": True, "args": {"foo": SECRET}})
    found = recorded(one, IssuedValues(()), "http://127.0.0.1/api/", {ASK, EXCHANGE})
    assert found.answer is not None
    assert found.answer.body == '{"ok": true}'
