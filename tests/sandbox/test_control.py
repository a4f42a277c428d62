"""The control API: what it hands out, what it tells, what it refuses, and that its answers fit their schemas."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.catalog.schema import validator
from slack_conformance.sandbox import Sandbox, SandboxError
from slack_conformance.sandbox.control import MOST_EXPLAINED
from slack_conformance.sandbox.minting import PlainMint
from slack_conformance.sandbox.worlds import EXPIRES_S, WorldStore

from .conftest import OAUTH, PERMISSIONS, Client

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Catalog

PROBLEMS: list[tuple[str, str, Any, int, str]] = [
    ("POST", "/worlds", {"state": "app-remved"}, 422, "unknown-state"),
    ("POST", "/worlds", {"state": ["healthy"]}, 422, "unknown-state"),
    ("POST", "/worlds", {"method": "foo.bar"}, 422, "unknown-method"),
    ("POST", "/worlds", {"one_shot": -1}, 422, "bad-one-shot"),
    ("POST", "/worlds", {"one_shot": True}, 422, "bad-one-shot"),
    ("POST", "/worlds", {"one_shot": "2"}, 422, "bad-one-shot"),
    ("POST", "/worlds", {"one_shot": 101}, 422, "bad-one-shot"),
    ("POST", "/worlds", {"error": "invalid_auth"}, 422, "unknown-key"),
    ("POST", "/worlds", {"method": ["oauth.access"]}, 422, "unknown-method"),
    ("POST", "/worlds", {"method": {}}, 422, "unknown-method"),
    ("POST", "/worlds", {"state": ["healthy"]}, 422, "unknown-state"),
    ("POST", "/worlds", b"{", 400, "bad-json"),
    ("POST", "/worlds", b"[]", 400, "bad-json"),
    ("POST", "/worlds", b'{"one_shot":NaN}', 400, "bad-json"),
    ("POST", "/worlds", b'{"state":-Infinity}', 400, "bad-json"),
    ("POST", "/worlds", b'{"one_shot":1e999}', 400, "bad-json"),
    ("POST", "/worlds", b'{"one_shot":1.5}', 422, "bad-one-shot"),
    ("PUT", "/worlds", {}, 405, "unknown-verb"),
    ("GET", "/worlds/w-none", None, 404, "unknown-world"),
    ("GET", "/elsewhere", None, 404, "unknown-path"),
    ("POST", "", {}, 405, "unknown-verb"),
]
CHANGES: list[tuple[Any, str]] = [
    ({"decide": "perhaps"}, "unknown-decision"),
    ({"decide": ["approve"]}, "unknown-decision"),
    ({"advance_s": -1}, "bad-advance"),
    ({"advance_s": True}, "bad-advance"),
    ({"advance_s": "1"}, "bad-advance"),
    ({}, "one-change-at-a-time"),
    ({"advance_s": 1, "decide": "deny"}, "one-change-at-a-time"),
]


def test_the_root_says_what_can_be_ordered(client: Client, catalog: Catalog) -> None:
    document = client.controlled("GET", "").document
    validator("control.root.schema.json").validate(document)
    assert document["methods"] == sorted(catalog.methods)
    assert set(document["states"]) == {"healthy", *catalog.states}


@pytest.mark.parametrize(("verb", "path", "content", "status", "problem"), PROBLEMS)
def test_a_wrong_order_is_refused_in_words(  # noqa: PLR0917 - the columns of the table
    client: Client, verb: str, path: str, content: object, status: int, problem: str
) -> None:
    answer = client.controlled(verb, path, content)
    validator("control.problem.schema.json").validate(answer.document)
    assert (answer.status, answer.document["problem"]) == (status, problem)


def test_no_document_is_too_deep_to_be_refused(client: Client) -> None:
    """At some depth a document can still be read, and no longer be quoted in the answer."""
    limit = sys.getrecursionlimit()
    for depth in (*range(limit - 50, limit), 100_000):
        answer = client.controlled("POST", "/worlds", b'{"state":' + b"[" * depth + b"]" * depth + b"}")
        told = answer.body.partition(b",")[0]  # it may be too deep for the test, too
        wanted = {(422, b'{"problem": "unknown-state"'), (400, b'{"problem": "bad-json"')}
        assert (answer.status, told) in wanted, depth


@pytest.mark.parametrize(("change", "problem"), CHANGES)
def test_a_wrong_change_is_refused_in_words(client: Client, change: object, problem: str) -> None:
    answer = client.controlled("PATCH", f"/worlds/{client.world().id}", change)
    validator("control.problem.schema.json").validate(answer.document)
    assert (answer.status, answer.document["problem"]) == (422, problem)


def test_an_unknown_state_is_answered_with_the_known_ones(client: Client) -> None:
    document = client.controlled("POST", "/worlds", {"state": "app-remved"}).document
    assert document["state"] == "app-remved"
    assert "app-removed" in document["known"]


def test_what_is_ordered_fits_the_schema_of_orders_and_changes(client: Client) -> None:
    orders, changes = validator("control.order.schema.json"), validator("control.change.schema.json")
    wrong = [content for *_, content, _, problem in PROBLEMS if problem in {"bad-one-shot", "unknown-key"}]
    assert not [order for order in wrong if orders.is_valid(order)]
    assert not [change for change, _ in CHANGES if changes.is_valid(change)]
    for change in ({"decide": "ignore"}, {"advance_s": 0.5}):
        changes.validate(change)
        client.journal(client.world(), **change)


@pytest.mark.parametrize(
    ("method", "names"),
    [
        (PERMISSIONS, {"token", "scopes", "scopes_mixed", "trigger"}),
        (
            OAUTH,
            {"token", "scopes_mixed", "client_id", "client_secret", "refresh_token", "redirect_uri", "code"},
        ),
        (
            None,
            {"token", "scopes", "scopes_mixed", "trigger", "client_id", "client_secret", "refresh_token"}
            | {"redirect_uri", "code"},
        ),
    ],
)
def test_a_world_hands_out_what_its_method_can_be_sent(client: Client, method: str | None, names: set[str]) -> None:
    values = client.world(method=method, one_shot=2).values
    assert set(values) == names
    assert all(len(values[name]) == 2 for name in names & {"trigger", "code"})


@pytest.mark.parametrize(
    ("decide", "decision", "event"),
    [("approve", "approved", "scope_granted"), ("deny", "denied", "scope_denied"), ("ignore", "ignored", None)],
)
def test_a_user_decides_and_the_app_is_told(client: Client, decide: str, decision: str, event: str | None) -> None:
    world = client.world(method=PERMISSIONS)
    assert client.call(PERMISSIONS, world.permissions(), headers=world.bearer).outcome == "ok"
    scopes = world.values["scopes"].split(",")
    before = client.journal(world)
    assert before["permission_requests"] == [{"scopes": scopes, "decision": None}]
    assert before["events"] == []
    after = client.journal(world, decide=decide)
    assert after["permission_requests"] == [{"scopes": scopes, "decision": decision}]
    told = [(told["event"]["type"], told["event"]["scopes"]) for told in after["events"]]
    assert told == ([(event, scopes)] if event else [])


def test_granted_scopes_are_the_tokens_from_then_on(client: Client) -> None:
    world = client.world(method=PERMISSIONS, one_shot=2)
    before = client.call(PERMISSIONS, world.permissions(), headers=world.bearer).headers["x-oauth-scopes"]
    client.journal(world, decide="approve")
    after = client.call(PERMISSIONS, world.permissions(1), headers=world.bearer).headers["x-oauth-scopes"]
    assert set(after.split(",")) == {*before.split(","), *world.values["scopes"].split(",")}


def test_nothing_is_presented_by_a_request_that_is_refused(client: Client) -> None:
    world = client.world(method=PERMISSIONS)
    refused = client.call(PERMISSIONS, {**world.permissions(), "scopes": "no-such:scope"}, headers=world.bearer)
    journal = client.journal(world)
    assert [(call["method"], call["answered"]) for call in journal["calls"]] == [(PERMISSIONS, refused.outcome)]
    assert journal["permission_requests"] == []


@pytest.mark.parametrize(
    ("method", "kept_s", "over_s", "expected"),
    [(PERMISSIONS, 2.9, 0.2, "invalid_trigger"), (OAUTH, 599, 2, "invalid_code")],
)
def test_a_value_dies_by_the_worlds_own_clock(
    client: Client, method: str, kept_s: float, over_s: float, expected: str
) -> None:
    world = client.world(method=method, one_shot=2)
    outcomes = []
    for use, seconds in enumerate((kept_s, over_s)):
        client.journal(world, advance_s=seconds)
        form = {"token": world.values["token"], **world.permissions(use)} if method == PERMISSIONS else world.oauth(use)
        outcomes.append(client.call(method, form).outcome)
    assert outcomes == ["ok", expected]


def test_a_deleted_world_is_gone_with_its_values(client: Client) -> None:
    world = client.world(method=PERMISSIONS)
    gone = client.controlled("DELETE", f"/worlds/{world.id}")
    assert (gone.status, gone.body) == (204, b"")
    assert client.controlled("GET", f"/worlds/{world.id}").status == 404
    assert client.call(PERMISSIONS, world.permissions(), headers=world.bearer).outcome == "invalid_auth"


def test_worlds_left_alone_are_dropped_and_those_in_use_are_not() -> None:
    now = [0.0]
    worlds = WorldStore(PlainMint(), real_time=False, clock=lambda: now[0])
    idle, used = (worlds.create("healthy", 1, ("trigger",)) for _ in range(2))
    for _ in range(3):
        now[0] += EXPIRES_S / 2
        assert worlds.owner(used.token.value) is used
    assert worlds.get(used.id) is used
    assert worlds.get(idle.id) is None
    assert worlds.owner(idle.token.value) is None
    assert len(worlds) == 1


def test_worlds_do_not_mix_when_many_are_used_at_once(client: Client) -> None:
    def use(number: int) -> list[str]:
        world = client.world("healthy" if number % 2 else "user-token", PERMISSIONS)
        return [client.call(PERMISSIONS, world.permissions(), headers=world.bearer).outcome for _ in range(2)]

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(use, range(24)))
    assert outcomes[1::2] == [["ok", "trigger_exchanged"]] * 12
    assert outcomes[::2] == [["not_allowed_token_type"] * 2] * 12


def test_a_one_shot_value_works_once_when_used_many_times_at_once(client: Client) -> None:
    world = client.world(method=OAUTH)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: client.call(OAUTH, world.oauth()).outcome, range(8)))
    assert sorted(outcomes) == ["code_already_used"] * 7 + ["ok"]


def test_a_key_is_asked_for_and_only_the_right_one_is_taken(catalog: Catalog) -> None:
    with Sandbox(catalog, control_key="not-a-secret") as sandbox:
        client = Client(sandbox)
        keys: list[dict[str, str]] = [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer not-a-secret"}]
        assert [client.controlled("GET", "", headers=key).status for key in keys] == [401, 401, 200]


def test_a_control_api_that_others_reach_needs_a_key(catalog: Catalog) -> None:
    with pytest.raises(SandboxError, match="give it a key"):
        Sandbox(catalog, host="0.0.0.0")  # noqa: S104 - it is refused before it listens


def test_without_a_control_api_there_is_no_address_of_one(catalog: Catalog) -> None:
    with Sandbox(catalog, control=False) as sandbox:
        assert sandbox.control is None


def test_a_journal_says_what_was_sent_and_why_it_was_refused(client: Client) -> None:
    world = client.world(method=PERMISSIONS)
    asked = world.permissions()
    client.call(PERMISSIONS, asked, headers=world.bearer)
    client.call(PERMISSIONS, asked, headers=world.bearer)
    first, second = client.journal(world)["calls"]
    assert (first["verb"], first["status"], first["warnings"], first["arguments"]) == ("POST", 200, [], asked)
    assert ["Authorization", world.bearer["Authorization"]] in first["headers"]
    assert (first["condition"], first["explanation"]) == (None, None)
    assert second["condition"] == "trigger_id.used"
    explanation = second["explanation"]
    assert explanation["rule"].startswith(f"{PERMISSIONS}.")
    assert explanation["place"].endswith(f" of {PERMISSIONS}.txt")
    assert explanation["sent"] == f"trigger_id {asked['trigger_id']!r}"
    assert explanation["nearest"].startswith("curl ")


def test_a_journal_stays_small_whatever_was_sent(client: Client) -> None:
    world = client.world(method=PERMISSIONS)
    longest = {f"name-{number}": "\N{SNOWMAN}" * 600 for number in range(100)}
    for _ in range(3):
        client.call(PERMISSIONS, {**world.permissions(), **longest}, headers=world.bearer)
    answer = client.controlled("GET", f"/worlds/{world.id}")
    assert len(answer.body) < 200_000
    assert len(answer.document["calls"][-1]["arguments"]) < 100


def test_of_many_refused_calls_the_last_ones_are_explained(client: Client) -> None:
    world = client.world(method=PERMISSIONS)
    for _ in range(MOST_EXPLAINED + 5):
        client.call("auth.test", {"note[]": "1"}, headers=world.bearer)
    explained = [call["explanation"] is not None for call in client.journal(world)["calls"]]
    assert explained == [False] * 5 + [True] * MOST_EXPLAINED


def test_the_standing_world_can_be_read_and_not_deleted(client: Client) -> None:
    client.sandbox.standing_values(1)
    assert client.controlled("GET", "/worlds/standing").document["calls"] == []
    refused = client.controlled("DELETE", "/worlds/standing")
    assert (refused.status, refused.document["problem"]) == (409, "standing-world")
    validator("control.problem.schema.json").validate(refused.document)
    assert client.controlled("GET", "/worlds/standing").status == 200


def test_a_journal_fits_its_schema_whatever_was_asked_for(client: Client) -> None:
    world = client.world(method=PERMISSIONS)
    client.call("no/such-method", {"a": "1"}, headers=world.bearer)
    client.call(PERMISSIONS, {"a": "1"}, verb="HEAD", headers=world.bearer)
    client.call(PERMISSIONS, body=b"\xff", content_type="text/plain; charset=none", headers=world.bearer)
    assert len(client.journal(world)["calls"]) == 3
