"""The seams: deliberate faults that are noted when they take effect, and what a conforming target may do otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.lab.variants.choices import readings
from slack_conformance.sandbox import Deviation, Sandbox, Variant
from slack_conformance.sandbox.access import CHECKS
from slack_conformance.sandbox.facts import AppKind
from slack_conformance.sandbox.reply import Presentation, Reply
from slack_conformance.sandbox.variant import reverse, shuffled

from .conftest import FORM, OAUTH, PERMISSIONS, Client

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Catalog
    from slack_conformance.sandbox.context import Context
    from slack_conformance.sandbox.intake import Call, Received


class NotEnforced(Deviation):
    """A trigger that was never issued passes."""

    def refusal(self, code: str, context: Context) -> str | None:
        """Let a trigger that was never issued pass."""
        return None if context.condition == "trigger_id.unknown" else code


class OtherName(Deviation):
    """A bad trigger has the wrong name."""

    def refusal(self, code: str, context: Context) -> str | None:
        """Name it otherwise."""
        return "invalid_user" if context.condition == "trigger_id.unknown" else code


class Unheard(Deviation):
    """The header with the token is not seen."""

    def received(self, request: Received) -> Received:
        """Drop it."""
        return replace(request, headers=tuple(h for h in request.headers if h[0].lower() != "authorization"))


class Unread(Deviation):
    """The form is not seen."""

    def understood(self, call: Call) -> Call:
        """Empty it."""
        return replace(call, form={})


class PostOnly(Deviation):
    """GET is refused."""

    def refuses(self, request: Received, call: Call) -> Reply | None:
        """Refuse GET."""
        del call
        return Reply({"ok": False, "error": "invalid_arguments"}) if request.verb == "GET" else None


class SpentByRefusal(Deviation):
    """A refused request uses its trigger up."""

    def spends(self, context: Context) -> bool:
        """Use it up always."""
        del context
        return True


class Silent(Deviation):
    """Nothing is answered."""

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Withhold it."""
        del context
        return replace(reply, answered=False)


class Failing(Deviation):
    """A hook that is itself broken."""

    def understood(self, call: Call) -> Call:
        """Fail."""
        del call
        raise ZeroDivisionError


def asked(client: Client, *, verb: str = "POST", **changed: str) -> str:
    """Return the outcome of a request for permissions with some arguments changed."""
    world = client.world(method=PERMISSIONS)
    fields = {**world.permissions(), **changed}
    if verb == "GET":
        return client.call(PERMISSIONS, verb="GET", query=fields, headers=world.bearer).outcome
    return client.call(PERMISSIONS, fields, headers=world.bearer).outcome


@pytest.mark.parametrize(
    ("deviation", "changed", "verb", "expected"),
    [
        (NotEnforced(), {"trigger_id": "1.2.3"}, "POST", "ok"),
        (OtherName(), {"trigger_id": "1.2.3"}, "POST", "invalid_user"),
        (Unheard(), {}, "POST", "not_authed"),
        (Unread(), {}, "POST", "invalid_arguments"),
        (PostOnly(), {}, "GET", "invalid_arguments"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_deviation_changes_the_answer_and_is_noted(
    catalog: Catalog, deviation: Deviation, changed: dict[str, str], verb: str, expected: str
) -> None:
    with Sandbox(catalog, deviation=deviation) as sandbox:
        assert not sandbox.took_effect
        assert asked(Client(sandbox), verb=verb, **changed) == expected
        assert sandbox.took_effect


@pytest.mark.parametrize("deviation", [NotEnforced(), OtherName(), PostOnly(), SpentByRefusal(), Deviation()])
def test_a_deviation_that_changes_nothing_is_not_noted(catalog: Catalog, deviation: Deviation) -> None:
    with Sandbox(catalog, deviation=deviation) as sandbox:
        assert asked(Client(sandbox)) == "ok"
        assert not sandbox.took_effect


def test_a_value_can_be_used_up_by_a_refusal(catalog: Catalog) -> None:
    with Sandbox(catalog, deviation=SpentByRefusal()) as sandbox:
        client = Client(sandbox)
        world = client.world(method=PERMISSIONS)
        forms = ({**world.permissions(), "scopes": "no-such:scope"}, world.permissions())
        assert [client.call(PERMISSIONS, form, headers=world.bearer).outcome for form in forms] == [
            "invalid_scope",
            "trigger_exchanged",
        ]


def test_an_answer_can_be_withheld(catalog: Catalog) -> None:
    with Sandbox(catalog, deviation=Silent()) as sandbox:
        assert Client(sandbox).raw(f"GET /api/{PERMISSIONS} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) == b""
        assert sandbox.took_effect


def test_a_broken_hook_is_kept_for_the_owner_and_no_answer_of_slack(catalog: Catalog) -> None:
    with Sandbox(catalog, deviation=Failing()) as sandbox:
        answer = Client(sandbox).call(PERMISSIONS)
        assert (answer.status, answer.headers["content-type"]) == (500, "text/plain; charset=utf-8")
        assert [type(failure) for failure in sandbox.failures] == [ZeroDivisionError]


@pytest.mark.parametrize("order", [reverse, shuffled(1), shuffled(2)])
def test_with_one_fault_the_order_of_checks_changes_nothing(catalog: Catalog, order: object) -> None:
    with Sandbox(catalog, variant=Variant(order=order)) as sandbox:  # type: ignore[arg-type]
        client = Client(sandbox)
        assert asked(client) == "ok"
        assert asked(client, scopes="no-such:scope") == "invalid_scope"
        assert asked(client, trigger_id="1.2.3") == "invalid_trigger"
        assert client.call(PERMISSIONS, body=b"a=1").outcome == "missing_post_type"


def test_an_order_shuffled_by_the_same_seed_is_the_same() -> None:
    checks = [(check, check.condition) for check in CHECKS]
    assert list(shuffled(7)(checks)) == list(shuffled(7)(checks)) != checks


def test_every_reading_of_the_ledger_is_one_and_refusals_stay_refusals(catalog: Catalog) -> None:
    for choice in readings():
        assert choice.reading is not None
        row, reading = choice.reading
        named = set(choice.alone().names.values()) - {"ok"}
        allowed = {code for codes in catalog.ledger[row].readings.values() for code in codes}
        assert named <= allowed, (row, reading)


def test_a_reading_shows_in_the_answer(catalog: Catalog) -> None:
    by_name = {choice.name: choice.alone() for choice in readings()}
    with Sandbox(catalog, variant=by_name["example-name"]) as sandbox:
        assert asked(Client(sandbox), trigger_id="1.2.3") == "invalid_trigger_id"
    with Sandbox(catalog, variant=by_name["listed-names-only"]) as sandbox:
        assert asked(Client(sandbox), note="1") == "invalid_arg_name"
    with Sandbox(catalog, variant=by_name["json-refused"]) as sandbox:
        client = Client(sandbox)
        world = client.world(method=PERMISSIONS)
        answer = client.call(PERMISSIONS, body=b"{}", content_type="application/json", headers=world.bearer)
        assert answer.outcome == "invalid_post_type"
    with Sandbox(catalog, variant=by_name["query-tokens-read"]) as sandbox:
        client = Client(sandbox)
        world = client.world(method=PERMISSIONS)
        query = {**world.permissions(), "token": world.values["token"]}
        assert client.call(PERMISSIONS, verb="GET", query=query).outcome == "ok"


def test_an_answer_can_be_written_otherwise_and_say_the_same(catalog: Catalog) -> None:
    style = Presentation(
        separators=(", ", ": "),
        indent=2,
        escape_slash=False,
        sort=lambda name: name[::-1],
        header_case=str.upper,
        framing="chunked",
        gzip=True,
        close=True,
        extra={"extra": {"x": 1}},
    )
    variant = Variant(
        presentation=style, explanations="always", app_kind=AppKind.SIGN_IN, statuses={"invalid_code": 400}
    )
    with Sandbox(catalog, variant=variant) as sandbox:
        client = Client(sandbox)
        world = client.world(method=OAUTH)
        refused = client.call(OAUTH, {**world.oauth(), "code": "1.2.3"})
        assert (refused.status, refused.outcome, refused.document["extra"]) == (400, "invalid_code", {"x": 1})
        assert refused.document["response_metadata"]["messages"]
        assert refused.headers["transfer-encoding"] == "chunked"
        assert refused.headers["connection"] == "close"
        assert "user" in client.call(OAUTH, world.oauth(), content_type=FORM).document
        assert client.call(OAUTH, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
