"""A world by its handle: what the tests of an app ask of it, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox import ReceivedCall, Sandbox, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PERMISSIONS, ACCESS = "apps.permissions.request", "oauth.access"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(load_catalog(), control=False) as running:
        yield running


@pytest.fixture
def world(sandbox: Sandbox) -> Iterator[World]:
    with sandbox.world() as made:
        yield made


def ask(world: World, trigger: str = "", token: str = "") -> dict[str, Any]:
    arguments = {"scopes": "channels:read", "trigger_id": trigger or world.trigger()}
    return call(world, PERMISSIONS, arguments, token or world.token)


def exchange(world: World, code: str, **others: str) -> dict[str, Any]:
    arguments = {"client_id": world.client_id, "client_secret": world.client_secret, "code": code, **others}
    return call(world, ACCESS, arguments)


def call(world: World, method: str, arguments: dict[str, str], token: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.post(f"{world.url}{method}", data=arguments, headers=headers, timeout=5)
    return {"status": answer.status_code, **answer.json()}


def test_every_call_is_in_the_journal_with_its_arguments(world: World) -> None:
    ask(world)
    exchange(world, "no-code")
    first, second = world.calls
    assert (first.method, first.ok, first.arguments["scopes"]) == (PERMISSIONS, True, "channels:read")
    assert first.header("authorization") == f"Bearer {world.token}"
    assert (second.answered, second.condition, second.status) == (world_error(second), "code.unknown", 200)
    assert second.number > first.number


def world_error(call: ReceivedCall) -> str:
    return load_catalog().methods[call.method].codes[call.condition or ""]


def test_codes_and_triggers_work_once(world: World) -> None:
    code, trigger = world.code(), world.trigger()
    uri = world.redirect_uri
    assert [exchange(world, code, redirect_uri=uri)["ok"] for _ in range(2)] == [True, False]
    assert [ask(world, trigger)["ok"] for _ in range(2)] == [True, False]


def test_a_code_remembers_with_which_address_it_was_asked_for(world: World) -> None:
    assert exchange(world, world.code(redirect_uri="https://other.example/"), redirect_uri="https://other.example/")[
        "ok"
    ]
    assert exchange(world, world.code(redirect_uri=""))["ok"]
    assert not exchange(world, world.code())["ok"]


@pytest.mark.parametrize(("kind", "seconds"), [("trigger", 3), ("code", 600)])
def test_time_passes_on_request_only(world: World, kind: str, seconds: int) -> None:
    def use(value: str) -> bool:
        uri = {"redirect_uri": world.redirect_uri}
        return bool(ask(world, value)["ok"] if kind == "trigger" else exchange(world, value, **uri)["ok"])

    issue = world.trigger if kind == "trigger" else world.code
    old, recent = issue(), issue()
    world.advance(seconds - 1)
    assert use(old)
    world.advance(1)
    assert not use(recent)
    assert use(issue())


def test_further_codes_and_triggers_are_in_the_state_of_the_world(sandbox: Sandbox) -> None:
    with sandbox.world("code-past-its-life") as world:
        assert not exchange(world, world.code(), redirect_uri=world.redirect_uri)["ok"]
    with sandbox.world("code-without-redirect-uri") as world:
        assert exchange(world, world.code())["ok"]


def test_a_decision_of_the_user_is_an_event(world: World) -> None:
    ask(world)
    world.decide("deny")
    assert [request.decision for request in world.permission_requests] == ["denied"]
    assert len(world.events) == 1


@pytest.mark.parametrize(
    "failure", [lambda w: w.decide("perhaps"), lambda w: w.advance(-1), lambda w: w.inject("flood")]
)
def test_what_a_world_cannot_do_is_an_error(world: World, failure: Callable[[World], None]) -> None:
    with pytest.raises(ValueError, match=r"perhaps|back|flood"):
        failure(world)


def test_a_throttled_call_is_not_carried_out(world: World) -> None:
    trigger = world.trigger()
    world.throttle(7, method=PERMISSIONS)
    assert exchange(world, world.code(), redirect_uri=world.redirect_uri)["ok"]
    assert ask(world, trigger)["status"] == 429
    assert ask(world, trigger)["ok"]
    assert [call.injected for call in world.calls] == [None, "throttled", None]


def test_injected_failures_reach_the_client(world: World) -> None:
    world.inject("server-error", status=500)
    answer = requests.post(f"{world.url}api.test", headers={"Authorization": f"Bearer {world.token}"}, timeout=5)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html")
    world.inject("dropped")
    with pytest.raises(requests.ConnectionError):
        ask(world)
    world.inject("refused", error="too_many_toppings")
    world.inject("warned", warning="dough_is_thin")
    world.inject("unknown-field", name="toppings")
    assert ask(world)["error"] == "too_many_toppings"
    assert ask(world)["warning"] == "dough_is_thin"
    assert "toppings" in ask(world)
    assert [call.injected for call in world.calls][1:] == ["dropped", "refused", "warned", "unknown-field"]


def test_fixed_values_of_an_app_are_those_of_its_world(sandbox: Sandbox) -> None:
    own = {
        "token": "xoxa-fake-own",
        "client_id": "1.2",
        "client_secret": "fake",
        "redirect_uri": "https://own.example/",
    }
    with sandbox.world(**own) as world:
        assert ask(world, token="xoxa-fake-own")["ok"]
        assert exchange(world, world.code(), redirect_uri="https://own.example/")["ok"]
        with pytest.raises(ValueError, match="client_id"):
            sandbox.world(client_id="1.2")
    with sandbox.world(client_id="1.2"), pytest.raises(ValueError, match="'colour'"):
        sandbox.world(colour="red")


def test_an_unknown_state_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="app-removed"):
        sandbox.world("app-removd")


def test_a_call_that_belongs_to_no_world_is_a_stray(sandbox: Sandbox, world: World) -> None:
    ask(world, "no-trigger", token="xoxb-fake-unknown")
    assert sandbox.strays[-1].token == "xoxb-fake-unknown"
    assert world.calls == ()


def test_a_closed_world_is_unknown(sandbox: Sandbox) -> None:
    with sandbox.world() as world:
        pass
    assert not ask(world, "any")["ok"]
    assert world.calls == ()


def test_clients_can_say_whose_token_they_have(world: World) -> None:
    answer = call(world, "auth.test", {}, world.token)
    assert (answer["ok"], answer["team_id"]) == (True, world.team_id)
    assert not call(world, "auth.test", {}, "xoxb-fake-unknown")["ok"]
    assert call(world, "api.test", {"foo": "1"})["args"] == {"foo": "1"}


def test_usual_variables_point_an_app_at_the_world(world: World) -> None:
    assert world.environment()["SLACK_API_URL"] == world.url
    assert set(world.environment().values()) >= {world.token, world.client_id, world.client_secret}


@pytest.mark.parametrize("state", ["classic-app-with-bot", "sign-in-app"])
def test_every_token_that_a_code_yields_says_whose_it_is(sandbox: Sandbox, state: str) -> None:
    with sandbox.world(state) as world:
        answer = exchange(world, world.code(), redirect_uri=world.redirect_uri)
        tokens = [answer["access_token"], *(answer["bot"]["bot_access_token"] for _ in range("bot" in answer))]
        assert [call(world, "auth.test", {}, token)["team_id"] for token in tokens] == [world.team_id] * len(tokens)
