"""The app against a sandbox: what its users see, what it keeps, and what it sent."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit
from wsgiref.util import setup_testing_defaults

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from app import App

    from slack_conformance.sandbox import World


def request(app: App, verb: str, path: str, query: dict[str, str], form: dict[str, str] | None = None) -> str:
    """Return the status, the page, and where the answer leads, as one text."""
    body = urlencode(form or {}).encode()
    environ: dict[str, Any] = {"REQUEST_METHOD": verb, "PATH_INFO": path, "QUERY_STRING": urlencode(query)}
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    setup_testing_defaults(environ)
    started: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        started.extend([status, *dict(headers).values()])
        return io.BytesIO().write

    page = b"".join(app(environ, start))
    return " ".join([*started, page.decode()])


def install(app: App, code: str) -> str:
    """Go to Slack, agree, and come back with a code."""
    leads_to = request(app, "GET", "/install", {}).split()[-1]
    (state,) = parse_qs(urlsplit(leads_to).query)["state"]
    return request(app, "GET", "/callback", {"state": state, "code": code})


def click(app: App, world: World, trigger: str) -> str:
    """Click the button."""
    payload = {"team": {"id": world.team_id}, "trigger_id": trigger}
    return request(app, "POST", "/interactions", {}, {"payload": json.dumps(payload)})


def test_a_workspace_installs_the_app(app: App, world: World) -> None:
    assert "installed" in install(app, world.code())
    assert list(app.tokens) == [world.team_id]
    assert [call.method for call in world.calls] == ["oauth.access", "auth.test"]


def test_the_callback_works_once(app: App, world: World) -> None:
    leads_to = request(app, "GET", "/install", {}).split()[-1]
    back = {"state": parse_qs(urlsplit(leads_to).query)["state"][0], "code": world.code()}
    pages = [request(app, "GET", "/callback", back) for _ in range(2)]  # the user reloads the page
    assert [page[:3] for page in pages] == ["200", "400"]


@pytest.mark.parametrize("late", [False, True])
def test_a_code_that_slack_refuses_installs_nothing(app: App, world: World, *, late: bool) -> None:
    code = world.code()
    if late:
        world.advance(600)
    assert install(app, code if late else f"{code}-altered").startswith("502")
    assert not app.tokens


@pytest.mark.parametrize("failure", ["throttled", "server-error", "unknown-error"])
def test_the_user_may_start_again_if_slack_is_down(app: App, world: World, failure: str) -> None:
    world.inject(failure, method="oauth.access")
    assert "start again" in install(app, world.code())
    assert "installed" in install(app, world.code())


def test_a_click_asks_the_user_for_more_scopes(app: App, world: World) -> None:
    install(app, world.code())
    assert "what Slack asks" in click(app, world, world.trigger())
    (asked,) = world.permission_requests
    assert asked.scopes == ["channels:read", "chat:write"]
    world.decide("approve")
    assert world.events[-1]["event"]["type"] == "scope_granted"


def test_a_click_that_comes_too_late_is_answered(app: App, world: World) -> None:
    install(app, world.code())
    trigger = world.trigger()
    world.advance(3)
    assert "click again" in click(app, world, trigger)
    assert not world.permission_requests


def test_a_click_in_a_workspace_without_the_app_sends_nothing(app: App, world: World) -> None:
    assert "install the app first" in click(app, world, world.trigger())
    assert not world.calls
