"""A real client, slack-sdk, both synchronous and asynchronous: what the sandbox answers arrives as it expects."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from slack_conformance.sandbox import Sandbox, Variant

from .conftest import FORM, OAUTH, PERMISSIONS, Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slack_conformance.catalog.model import Catalog

    Caller = Callable[..., Any]

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # the client's own use of aiohttp


WINDOW_S = 600
UNHURRIED = Variant(window_s=WINDOW_S, lives_s={"trigger": WINDOW_S})
"""Small buckets stay empty, and triggers good, for longer than any machine is held up between two requests."""


@pytest.fixture(scope="module")
def real_time(catalog: Catalog) -> Iterator[Client]:
    """Yield a client of a sandbox like the one that `serve` runs: its clocks go by themselves."""
    with Sandbox(catalog, real_time=True, variant=UNHURRIED) as sandbox:
        yield Client(sandbox)
        assert sandbox.failures == []


def synchronous(url: str, token: str | None, name: str, /, **given: Any) -> Any:  # noqa: ANN401 - as the client has it
    """Call a method of the synchronous client."""
    return getattr(WebClient(token=token, base_url=url), name)(**given)


def asynchronous(url: str, token: str | None, name: str, /, **given: Any) -> Any:  # noqa: ANN401 - as the client has it
    """Call a method of the asynchronous client, and wait for it."""

    async def called() -> Any:  # noqa: ANN401 - as the client has it
        return await getattr(AsyncWebClient(token=token, base_url=url), name)(**given)

    return asyncio.run(called())


both = pytest.mark.parametrize("call", [synchronous, asynchronous])


@both
def test_permissions_are_asked_for(real_time: Client, call: Caller) -> None:
    world = real_time.world(method=PERMISSIONS)
    answer = call(
        real_time.sandbox.url, world.values["token"], "api_call", api_method=PERMISSIONS, data=world.permissions()
    )
    assert (answer.status_code, answer.data) == (200, {"ok": True})
    assert [request["scopes"] for request in real_time.journal(world)["permission_requests"]] == [
        world.values["scopes"].split(",")
    ]


@both
def test_permissions_are_asked_for_by_get(real_time: Client, call: Caller) -> None:
    world = real_time.world(method=PERMISSIONS)
    given = {"api_method": PERMISSIONS, "http_verb": "GET", "params": world.permissions()}
    assert call(real_time.sandbox.url, world.values["token"], "api_call", **given)["ok"] is True


@both
def test_a_code_is_exchanged_by_the_method_made_for_it(real_time: Client, call: Caller) -> None:
    world = real_time.world(method=OAUTH)
    answer = call(real_time.sandbox.url, None, "oauth_access", **world.oauth())
    assert answer["access_token"].startswith("xoxa-fake-")


@both
def test_a_code_is_exchanged_by_api_call(real_time: Client, call: Caller) -> None:
    world = real_time.world(method=OAUTH)
    answer = call(real_time.sandbox.url, None, "api_call", api_method=OAUTH, data=world.oauth())
    assert answer["team_id"].startswith("T")


@both
def test_a_refusal_is_the_error_that_the_client_raises(real_time: Client, call: Caller) -> None:
    world, url = real_time.world(), real_time.sandbox.url
    call(url, None, "oauth_access", **world.oauth())
    with pytest.raises(SlackApiError) as second_use:
        call(url, None, "oauth_access", **world.oauth())
    assert second_use.value.response.data == {"ok": False, "error": "code_already_used"}
    data = {**world.permissions(), "trigger_id": "1.2.never-issued"}
    with pytest.raises(SlackApiError) as unknown:
        call(url, world.values["token"], "api_call", api_method=PERMISSIONS, data=data)
    assert unknown.value.response["error"] == "invalid_trigger"


def warned_of(code: str) -> dict[str, Any]:
    """Return a success with this warning."""
    return {"ok": True, "warning": code, "response_metadata": {"warnings": [code]}}


@both
def test_a_warning_arrives_with_the_success(catalog: Catalog, call: Caller) -> None:
    with Sandbox(catalog, real_time=True, variant=UNHURRIED.changed(unlisted_warning="method_is_old")) as sandbox:
        world = Client(sandbox).world(method=PERMISSIONS)
        given = {"api_method": PERMISSIONS, "data": world.permissions()}
        assert call(sandbox.url, world.values["token"], "api_call", **given).data == warned_of("method_is_old")


def test_a_charset_gets_its_warning_where_the_client_lets_one_be_sent(real_time: Client) -> None:
    """The synchronous client replaces the header by its own, which gets no warning."""
    world, expected = real_time.world(one_shot=2), [{"ok": True}, warned_of("superfluous_charset")]
    answers = []
    for use, call in enumerate((synchronous, asynchronous)):
        given = {"data": world.permissions(use), "headers": {"Content-Type": f"{FORM};charset=utf-8"}}
        answers.append(
            call(real_time.sandbox.url, world.values["token"], "api_call", api_method=PERMISSIONS, **given).data
        )
    assert answers == expected


@both
@pytest.mark.parametrize("method", [PERMISSIONS, OAUTH])
def test_throttling_is_a_429_that_says_when_to_come_back(real_time: Client, call: Caller, method: str) -> None:
    world = real_time.world("bucket-of-one", one_shot=2)

    def once(use: int) -> Any:  # noqa: ANN401 - as the client has it
        if method == OAUTH:
            return call(real_time.sandbox.url, None, "oauth_access", **world.oauth(use))
        token, data = world.values["token"], world.permissions(use)
        return call(real_time.sandbox.url, token, "api_call", api_method=method, data=data)

    assert once(0)["ok"] is True
    with pytest.raises(SlackApiError) as throttled:
        once(1)
    response = throttled.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert 1 <= int(response.headers["Retry-After"]) <= WINDOW_S
