"""How requests are read and answered: deliveries, warnings, shapes of success, headers."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from .conftest import FORM, OAUTH, PERMISSIONS

if TYPE_CHECKING:
    from .conftest import Client, World

BOUNDARY = "sandbox-boundary"


def multipart(fields: dict[str, str]) -> bytes:
    """Return the fields as multipart form data."""
    parts = (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items())
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def basic(world: World) -> str:
    """Return the header of the world's client credentials."""
    pair = f"{world.values['client_id']}:{world.values['client_secret']}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


@pytest.mark.parametrize("token", ["header", "argument", "both"])
@pytest.mark.parametrize("way", ["form", "multipart", "query", "post-query"])
def test_permissions_are_asked_for_by_every_delivery(client: Client, way: str, token: str) -> None:
    world = client.world(method=PERMISSIONS)
    fields = world.permissions()
    headers = {} if token == "argument" else world.bearer
    if token != "header" and way in {"form", "multipart"}:
        fields["token"] = world.values["token"]
    match way:
        case "form":
            answer = client.call(PERMISSIONS, fields, headers=headers)
        case "multipart":
            kind = f"multipart/form-data; boundary={BOUNDARY}"
            answer = client.call(PERMISSIONS, body=multipart(fields), content_type=kind, headers=headers)
        case "query":
            answer = client.call(PERMISSIONS, verb="GET", query=fields, headers=headers)
        case _:
            answer = client.call(PERMISSIONS, query=fields, content_type=FORM, headers=headers)
    seen = headers or way in {"form", "multipart"}
    assert answer.outcome == ("ok" if seen else "not_authed")


@pytest.mark.parametrize("credentials", ["basic", "argument"])
@pytest.mark.parametrize("way", ["form", "query"])
def test_a_code_is_exchanged_by_every_delivery(client: Client, way: str, credentials: str) -> None:
    world = client.world(method=OAUTH)
    fields = world.oauth()
    headers = {}
    if credentials == "basic":
        headers = {"Authorization": basic(world)}
        fields = {name: fields[name] for name in ("code", "redirect_uri")}
    answer = (
        client.call(OAUTH, fields, headers=headers)
        if way == "form"
        else client.call(OAUTH, verb="GET", query=fields, headers=headers)
    )
    assert answer.outcome == "ok"


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_token_in_the_query_string_is_not_read(client: Client, verb: str) -> None:
    world = client.world(method=PERMISSIONS)
    query = {**world.permissions(), "token": world.values["token"]}
    assert client.call(PERMISSIONS, verb=verb, query=query).outcome == "not_authed"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"code": ""}, "invalid_code"),
        ({"client_id": ""}, "invalid_client_id"),
        ({"client_secret": ""}, "bad_client_secret"),
        ({"redirect_uri": ""}, "bad_redirect_uri"),
        ({"single_channel": "0"}, "ok"),
        ({"single_channel": "true"}, "ok"),
        ({"note": "unlisted"}, "ok"),
    ],
)
def test_what_is_missing_is_named_as_recorded(client: Client, changed: dict[str, str], expected: str) -> None:
    assert client.call(OAUTH, {**client.world(method=OAUTH).oauth(), **changed}).outcome == expected


def test_one_channel_is_for_workspace_apps_only(client: Client) -> None:
    world = client.world("classic-app", OAUTH, one_shot=2)
    outcomes = [client.call(OAUTH, {**world.oauth(use), "single_channel": str(1 - use)}).outcome for use in (0, 1)]
    assert outcomes == ["invalid_arguments", "ok"]


def test_a_code_without_redirect_uri_needs_none(client: Client) -> None:
    world = client.world("code-without-redirect-uri", OAUTH)
    assert client.call(OAUTH, {**world.oauth(), "redirect_uri": ""}).outcome == "ok"


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        ("channels:read, chat:write", "ok"),
        ("channels:read,", "ok"),
        (",", "invalid_scope"),
        ("channels:read;chat:write", "invalid_scope"),
    ],
)
def test_scopes_are_separated_by_commas(client: Client, scopes: str, expected: str) -> None:
    world = client.world(method=PERMISSIONS)
    assert client.call(PERMISSIONS, {**world.permissions(), "scopes": scopes}, headers=world.bearer).outcome == expected


@pytest.mark.parametrize(
    ("content_type", "body", "warning"),
    [
        (FORM, b"", None),
        (f"{FORM}; charset=utf-8", b"", "superfluous_charset"),
        (f'{FORM};charset="ISO-8859-1"', b"", "superfluous_charset"),
        ("text/plain", b"text", "missing_charset"),
        ("text/plain; charset=utf-8", b"text", None),
        ("application/json", b"{}", "missing_charset"),
        ("application/json; charset=utf-8", b"{}", None),
    ],
)
def test_a_charset_gets_its_warning_in_both_places(
    client: Client, content_type: str, body: bytes, warning: str | None
) -> None:
    world = client.world(method=PERMISSIONS)
    for trigger in (world.values["trigger"][0], "1.2.never-issued"):
        query = {"scopes": world.values["scopes"], "trigger_id": trigger}
        answer = client.call(PERMISSIONS, query=query, body=body, content_type=content_type, headers=world.bearer)
        document = answer.document
        assert document["ok"] is (trigger != "1.2.never-issued")
        assert document.get("warning") == warning
        assert document.get("response_metadata") == ({"warnings": [warning]} if warning else None)


def test_a_get_and_a_method_without_warnings_draw_none(client: Client) -> None:
    world = client.world()
    answers = (
        client.call(
            PERMISSIONS, verb="GET", query=world.permissions(), content_type="text/plain", headers=world.bearer
        ),
        client.call(OAUTH, world.oauth(), content_type=f"{FORM}; charset=utf-8"),
    )
    assert [answer.outcome for answer in answers] == ["ok", "ok"]
    assert not any("warning" in answer.document for answer in answers)


SHAPES: list[tuple[str, str, set[str]]] = [
    ("healthy", "xoxa", {"token_type", "app_id", "app_user_id", "authorizing_user", "installer_user", "scopes"}),
    ("classic-app", "xoxp", {"scope"}),
    ("classic-app-with-bot", "xoxp", {"scope", "user_id", "bot", "incoming_webhook"}),
    ("classic-app-with-webhook", "xoxp", {"scope", "user_id", "incoming_webhook"}),
]
TEAM = {"ok", "access_token", "team_name", "team_id", "enterprise_id"}


@pytest.mark.parametrize(("state", "prefix", "own"), SHAPES)
def test_each_kind_of_app_gets_its_shape(client: Client, state: str, prefix: str, own: set[str]) -> None:
    document = client.call(OAUTH, client.world(state, OAUTH).oauth()).document
    assert document.keys() == TEAM | own
    assert document["access_token"].startswith(f"{prefix}-fake-")
    assert document["enterprise_id"] is None


def test_a_sign_in_yields_user_and_team_as_objects(client: Client) -> None:
    document = client.call(OAUTH, client.world("sign-in-app", OAUTH).oauth()).document
    assert document["user"].keys() == {"id", "name", "email"}
    assert document["team"] == {"id": document["team_id"]}


def test_an_enterprise_is_named_where_there_is_one(client: Client) -> None:
    document = client.call(OAUTH, client.world("enterprise-workspace", OAUTH).oauth()).document
    assert document["enterprise_id"].startswith("E")


def test_the_token_that_was_exchanged_for_works(client: Client) -> None:
    world = client.world()
    token = client.call(OAUTH, world.oauth()).document["access_token"]
    assert client.call(PERMISSIONS, {**world.permissions(), "token": token}).outcome == "ok"


def headers_of(client: Client, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers of a refusal for missing arguments."""
    return client.call(PERMISSIONS, {}, headers=headers).headers


def test_answers_carry_the_headers_that_slack_sends(client: Client) -> None:
    world = client.world(method=PERMISSIONS)
    known, unknown = headers_of(client, world.bearer), headers_of(client, {"Authorization": "Bearer xoxa-1"})
    assert known["content-type"] == "application/json; charset=utf-8"
    assert len(known["x-slack-req-id"]) == 32
    assert "no-store" in known["cache-control"]
    assert (known["x-slack-failure"], unknown["x-slack-failure"]) == ("invalid_arguments", "invalid_auth")
    assert known["x-oauth-scopes"] == "channels:read,commands"
    assert "x-oauth-scopes" not in unknown


def test_json_is_compact_with_escaped_slashes(client: Client) -> None:
    body = client.call(OAUTH, client.world("classic-app-with-webhook", OAUTH).oauth()).body
    assert b'"url":"https:\\/\\/hooks.example.com\\/' in body
    assert b": " not in body
