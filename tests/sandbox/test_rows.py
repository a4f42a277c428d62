"""Each row of both pages is reached from its natural cause: a request or a state, never the name of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog

from .conftest import FORM, OAUTH, PERMISSIONS

if TYPE_CHECKING:
    from .conftest import Answer, Client

CATALOG = load_catalog()
BOTH = {
    "address-not-admitted": "invalid_auth",
    "enterprise-wide-install": "enterprise_is_restricted",
    "joining-an-enterprise": "team_added_to_org",
    "maintenance": "service_unavailable",
    "method-retired": "method_deprecated",
    "migrating-enterprise": "org_login_required",
    "network-closed-to-method": "accesslimited",
    "storage-fails-after-commit": "fatal_error",
    "storage-fails-at-read": "internal_error",
    "two-factor-missing": "two_factor_setup_required",
    "url-retired": "deprecated_endpoint",
    "workspace-suspended-posting": "ekm_access_denied",
}
TOKENS = {
    "app-level-token": "not_allowed_token_type",
    "app-outside-conversation": "no_permission",
    "app-removed": "token_revoked",
    "bot-of-deleted-user": "account_inactive",
    "bot-of-deleted-workspace": "account_inactive",
    "token-without-needed-scope": "missing_scope",
    "user-deleted": "token_revoked",
    "workspace-deleted": "token_revoked",
}
INNOCENT = ("enterprise-workspace", "other-app-removed", "code-without-redirect-uri", "bucket-of-one", "classic-app")
STATES = {
    PERMISSIONS: {
        **BOTH,
        **TOKENS,
        "app-outdated": "upgrade_required",
        "bot-token": "is_bot",
        "token-past-its-life": "invalid_auth",
        "trigger-of-deleted-user": "invalid_user",
        "user-token": "not_allowed_token_type",
        **dict.fromkeys(INNOCENT, "ok"),
    },
    OAUTH: {
        **BOTH,
        "code-issued-by-v2-url": "oauth_authorization_url_mismatch",
        "email-unverified": "user_email_unverified",
        "resource-closed-to-app": "access_denied",
        "resource-gone": "missing_resource",
        **dict.fromkeys(INNOCENT, "ok"),
        **dict.fromkeys(("classic-app-with-bot", "classic-app-with-webhook", "sign-in-app"), "ok"),
    },
}
SENT_ALONG = {
    **TOKENS,
    "token-of-other-workspace-only": "team_access_not_granted",
    "token-past-its-life": "token_expired",
    **dict.fromkeys(("healthy", "bot-token", "user-token"), "ok"),
}
JSON = "application/json; charset=utf-8"
TRANSPORT: dict[str, tuple[dict[str, str], bytes | None, str]] = {
    "missing_post_type": ({}, b"scopes=channels:read", "POST"),
    "invalid_post_type": ({"Content-Type": "application/xml"}, b"<a/>", "POST"),
    "invalid_charset": ({"Content-Type": f"{FORM}; charset=utf-16"}, b"a=1", "POST"),
    "invalid_form_data": ({"Content-Type": "multipart/form-data"}, b"--x\r\n\r\n--x--\r\n", "POST"),
    "invalid_array_arg": ({"Content-Type": FORM}, b"scopes[]=1", "POST"),
    "invalid_arg_name": ({"Content-Type": FORM}, b"no-te=1", "POST"),
}
JSON_BODIES = {"invalid_json": b'{"scopes":', "json_not_object": b"[]"}
ARGUMENTS = {
    PERMISSIONS: {
        "invalid_arguments": {"scopes": ""},
        "invalid_scope": {"scopes": "no-such:scope"},
        "invalid_trigger": {"trigger_id": "1.2.never-issued"},
        "mixed_scope": {"scopes": "$scopes_mixed"},
        "not_authed": {"token": ""},
    },
    OAUTH: {
        "bad_client_secret": {"client_secret": "not-a-secret"},
        "bad_redirect_uri": {"redirect_uri": "https://elsewhere.example/"},
        "invalid_arguments": {"single_channel": "perhaps"},
        "invalid_client_id": {"client_id": "1.2"},
        "invalid_code": {"code": "1.2.never-issued"},
        "not_authed": {"client_id": "", "client_secret": ""},
    },
}
ELSEWHERE = {
    PERMISSIONS: {"ratelimited", "trigger_exchanged", "request_timeout"},
    OAUTH: {"ratelimited", "code_already_used", "request_timeout", "invalid_token"},
}
"""Rows that need more than one request, or one that is cut: each has a test of its own."""


def requested(client: Client, method: str, state: str = "healthy", **changed: str) -> Answer:
    """Send a valid form in a world of this state, with some arguments changed."""
    world = client.world(state, method)
    form = {"token": world.values["token"], **world.permissions()} if method == PERMISSIONS else world.oauth()
    values = {name: world.values[value[1:]] if value[:1] == "$" else value for name, value in changed.items()}
    return client.call(method, {**form, **values})


@pytest.mark.parametrize(
    ("method", "state", "expected"),
    [(method, state, expected) for method, states in STATES.items() for state, expected in states.items()],
)
def test_a_state_leads_to_its_row(client: Client, method: str, state: str, expected: str) -> None:
    assert requested(client, method, state).outcome == expected


@pytest.mark.parametrize(("state", "expected"), SENT_ALONG.items())
def test_a_token_sent_along_with_an_exchange_is_looked_at(client: Client, state: str, expected: str) -> None:
    other = client.world(state, OAUTH)
    assert requested(client, OAUTH, token=other.values["token"]).outcome == expected


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (method, code)
        for method in (PERMISSIONS, OAUTH)
        for code in TRANSPORT
        if code in CATALOG.methods[method].error_codes
    ],
)
def test_a_malformed_request_leads_to_its_row(client: Client, method: str, expected: str) -> None:
    headers, body, verb = TRANSPORT[expected]
    world = client.world(method=method)
    answer = client.sent(client.sandbox.url + method, verb, body, {**world.bearer, **headers})
    assert answer.outcome == expected


@pytest.mark.parametrize("expected", JSON_BODIES)
def test_json_is_read_though_its_arguments_are_not_seen(client: Client, expected: str) -> None:
    bearer = client.world(method=PERMISSIONS).bearer
    broken = client.call(PERMISSIONS, body=JSON_BODIES[expected], content_type=JSON, headers=bearer)
    whole = client.call(PERMISSIONS, body=b'{"scopes": "channels:read"}', content_type=JSON, headers=bearer)
    assert (broken.outcome, whole.outcome) == (expected, "invalid_arguments")


@pytest.mark.parametrize(
    ("method", "expected"), [(method, code) for method, codes in ARGUMENTS.items() for code in codes]
)
def test_a_wrong_argument_leads_to_its_row(client: Client, method: str, expected: str) -> None:
    assert requested(client, method, **ARGUMENTS[method][expected]).outcome == expected


@pytest.mark.parametrize("method", [PERMISSIONS, OAUTH])
def test_a_cut_body_leads_to_its_row(client: Client, method: str) -> None:
    head = f"POST /api/{method} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 40\r\n\r\n"
    answer = client.raw(head.encode(), b"scopes=channels", half_close=True)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"error":"request_timeout"' in answer


@pytest.mark.parametrize(("method", "expected"), [(PERMISSIONS, "trigger_exchanged"), (OAUTH, "code_already_used")])
def test_a_value_is_used_up_by_the_request_that_succeeds(client: Client, method: str, expected: str) -> None:
    world = client.world(method=method)
    form = {"token": world.values["token"], **world.permissions()} if method == PERMISSIONS else world.oauth()
    refused = {**form, "scopes": "no-such:scope"} if method == PERMISSIONS else {**form, "client_secret": "wrong"}
    outcomes = [client.call(method, sent).outcome for sent in (refused, form, form)]
    assert outcomes[1:] == ["ok", expected]
    assert outcomes[0] not in {"ok", expected}


@pytest.mark.parametrize("method", [PERMISSIONS, OAUTH])
def test_a_bucket_of_one_refuses_the_second_until_its_window_has_passed(client: Client, method: str) -> None:
    world = client.world("bucket-of-one", method, one_shot=3)
    extra = {"token": world.values["token"]} if method == PERMISSIONS else {}
    forms = [{**extra, **(world.permissions(use) if method == PERMISSIONS else world.oauth(use))} for use in range(3)]
    first, second = (client.call(method, form) for form in forms[:2])
    assert (first.outcome, second.outcome, second.status) == ("ok", "ratelimited", 429)
    client.journal(world, advance_s=int(second.headers["retry-after"]))
    assert client.call(method, forms[2]).outcome == "ok"


@pytest.mark.parametrize(
    ("state", "expected"), [("refresh-token-unknown", "invalid_token"), ("healthy", "ok"), ("classic-app", "ok")]
)
def test_a_refresh_token_stands_in_for_a_code(client: Client, state: str, expected: str) -> None:
    values = client.world(state, OAUTH).values
    form = {name: values[name] for name in ("client_id", "client_secret", "refresh_token")}
    assert client.call(OAUTH, {**form, "grant_type": "refresh_token"}).outcome == expected


def test_every_row_of_both_pages_is_reached_here() -> None:
    reached = {
        PERMISSIONS: {*STATES[PERMISSIONS].values(), *JSON_BODIES},
        OAUTH: {*STATES[OAUTH].values(), *SENT_ALONG.values()},
    }
    for method, codes in reached.items():
        on_page = CATALOG.methods[method].error_codes
        everything = (codes | {*ARGUMENTS[method]} | (TRANSPORT.keys() & on_page) | ELSEWHERE[method]) - {"ok"}
        assert everything == on_page, "each row needs a request or a state in one of the tables above"


def test_a_missing_scope_names_what_is_needed_and_what_is_there(client: Client) -> None:
    document = requested(client, PERMISSIONS, "token-without-needed-scope").document
    assert (document["needed"], document["provided"]) == ("admin.apps:write", "channels:read,commands")


def test_an_unknown_method_is_refused_before_anybody_asks_for_a_token(client: Client) -> None:
    document = client.call("foo.bar").document
    assert document == {"ok": False, "error": "unknown_method", "req_method": "foo.bar"}
