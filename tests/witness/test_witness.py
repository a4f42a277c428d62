"""Tests of the witness by itself."""

from __future__ import annotations

import json
import socket
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jsonschema
import pytest

from .faults import FAULTS
from .oauth_access import METHOD as ACCESS
from .permissions_request import METHOD as REQUEST
from .probes import PROBES, Answer, ask, asking, basic, bearer, exchange, post, send, truncated
from .seeds import REFRESHER, WINDOW_S
from .server import Witness
from .wire import FORM, JSON

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
TOKEN_ERRORS = {
    "app-removed": ("token_revoked", "token_revoked"),
    "user-deleted": ("token_revoked", "token_revoked"),
    "workspace-deleted": ("token_revoked", "token_revoked"),
    "bot-of-deleted-user": ("account_inactive", "account_inactive"),
    "bot-of-deleted-workspace": ("account_inactive", "account_inactive"),
    "bot-token": ("is_bot", "not_allowed_token_type"),
    "user-token": ("not_allowed_token_type", "not_allowed_token_type"),
    "app-level-token": ("not_allowed_token_type", "not_allowed_token_type"),
    "token-past-its-life": ("invalid_auth", "token_expired"),
    "token-without-needed-scope": ("missing_scope", "missing_scope"),
    "token-of-other-workspace-only": ("not_allowed_token_type", "team_access_not_granted"),
    "app-outside-conversation": ("no_permission", "no_permission"),
}
WORLD_ERRORS = {
    "two-factor-missing": "two_factor_setup_required",
    "migrating-enterprise": "org_login_required",
    "joining-an-enterprise": "team_added_to_org",
    "enterprise-wide-install": "enterprise_is_restricted",
    "enterprise-workspace": None,
    "workspace-suspended-posting": "ekm_access_denied",
    "other-app-removed": None,
    "address-not-admitted": "invalid_auth",
    "network-closed-to-method": "accesslimited",
    "method-retired": "method_deprecated",
    "url-retired": "deprecated_endpoint",
    "maintenance": "service_unavailable",
    "storage-fails-at-read": "internal_error",
    "storage-fails-after-commit": "fatal_error",
}
CODE_ERRORS = {
    "code-issued-by-v2-url": "oauth_authorization_url_mismatch",
    "code-without-redirect-uri": None,
    "email-unverified": "user_email_unverified",
    "resource-gone": "missing_resource",
    "resource-closed-to-app": "access_denied",
    "classic-app": None,
    "classic-app-with-bot": None,
    "classic-app-with-webhook": None,
    "sign-in-app": None,
}

NOT_SEEDED = {"refresh-token-unknown", "bucket-empty", "code-past-its-life", "trigger-past-its-life"}
"""States of which the witness's author knew nothing."""


@pytest.fixture(scope="module")
def witness() -> Iterator[Witness]:
    """Run a conforming witness."""
    with Witness() as running:
        yield running


def ask_in(witness: Witness, state: str) -> Answer:
    """Ask for permissions in a state."""
    return post(witness, REQUEST, asking(witness, state), Authorization=bearer(witness, state))


def asked_with(witness: Witness, content_type: str, body: bytes) -> Answer:
    """Ask with a body of some type and the arguments in the query."""
    headers = {"Authorization": bearer(witness), "Content-Type": content_type}
    return send(witness, "POST", REQUEST, body, headers)


def test_request_succeeds(witness: Witness) -> None:
    """A request for permissions is answered with nothing but ok."""
    answer = ask(witness)
    assert (answer.status, answer.content) == (200, {"ok": True})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_request_fails(witness: Witness) -> None:
    """An unknown trigger is refused."""
    assert ask(witness, trigger_id="1.2.never-issued").content == {"ok": False, "error": "invalid_trigger"}


def test_exchange_succeeds(witness: Witness) -> None:
    """A code yields a token, with which permissions can be asked for."""
    arguments = {name: witness.draw(name) for name in ("code", "redirect_uri")}
    answer = post(witness, ACCESS, arguments, Authorization=basic(witness))
    assert answer.content["ok"] is True
    token = answer.content["access_token"]
    assert post(witness, REQUEST, asking(witness), Authorization=f"Bearer {token}").content == {"ok": True}


def test_exchange_fails(witness: Witness) -> None:
    """An unknown code is refused."""
    answer = post(witness, ACCESS, exchange(witness) | {"code": "1.2.never-issued"})
    assert answer.content == {"ok": False, "error": "invalid_code"}


def test_unknown_method(witness: Witness) -> None:
    """A method that is not there is named in the answer."""
    content = send(witness, "GET", "no.such").content
    assert content == {"ok": False, "error": "unknown_method", "req_method": "no.such"}


@pytest.mark.parametrize(("state", "errors"), TOKEN_ERRORS.items())
def test_token_states(witness: Witness, state: str, errors: tuple[str, str]) -> None:
    """A token in a bad state is refused by both methods."""
    exchanged = post(witness, ACCESS, exchange(witness, state), Authorization=bearer(witness, state))
    assert (ask_in(witness, state).content.get("error"), exchanged.content.get("error")) == errors


@pytest.mark.parametrize(("state", "error"), WORLD_ERRORS.items())
def test_world_states(witness: Witness, state: str, error: str | None) -> None:
    """A state of the world shows in both methods."""
    exchanged = post(witness, ACCESS, exchange(witness, state))
    assert ask_in(witness, state).content.get("error") == error
    assert exchanged.content.get("error") == error


@pytest.mark.parametrize(("state", "error"), CODE_ERRORS.items())
def test_code_states(witness: Witness, state: str, error: str | None) -> None:
    """A state of codes or apps shows in the exchange."""
    assert post(witness, ACCESS, exchange(witness, state)).content.get("error") == error


def test_outdated_app(witness: Witness) -> None:
    """An outdated app is sent away where the page knows an error for it."""
    assert ask_in(witness, "app-outdated").outcome == "upgrade_required"


def test_throttle(witness: Witness) -> None:
    """The second call of an exchange in one window is told how long to wait."""
    client = witness.draw("client_id", "bucket-of-one")
    answers = [post(witness, ACCESS, exchange(witness) | {"client_id": client}) for _ in range(2)]
    assert answers[0].content["ok"] is True
    assert (answers[1].status, answers[1].content["error"]) == (429, "ratelimited")
    assert 1 <= int(answers[1].headers["retry-after"]) <= WINDOW_S


@pytest.mark.parametrize(
    ("content_type", "body", "error", "warning"),
    [
        ("text/xml", b"<a/>", "invalid_post_type", None),
        (f"{FORM}; charset=utf-16", b"a=1", "invalid_charset", "superfluous_charset"),
        (FORM, b"", "invalid_form_data", None),
        (FORM, b"a=%zz", "invalid_form_data", None),
        (f"{FORM}; charset=utf-8", b"a=1", "invalid_arguments", "superfluous_charset"),
        ("multipart/form-data", b"--x--", "invalid_form_data", None),
        ("multipart/form-data; boundary=x", b"nothing", "invalid_form_data", None),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', "", None),
        (f"{JSON}; charset=utf-8", b"{", "invalid_json", None),
        (JSON, b"[1]", "json_not_object", "missing_charset"),
        ("text/plain", b"a", "invalid_arguments", "missing_charset"),
        (FORM, b"a-b=1", "invalid_arg_name", None),
        (FORM, b"a%5B7%5D=1", "invalid_array_arg", None),
    ],
)
def test_bodies(witness: Witness, content_type: str, body: bytes, error: str, warning: str | None) -> None:
    """A body is judged before the arguments in it, and warnings ride on errors."""
    answer = asked_with(witness, content_type, body)
    assert answer.content["error"] == (error or "invalid_form_data")
    assert answer.content.get("warning") == warning


def test_multipart(witness: Witness) -> None:
    """A multipart form carries arguments, the token too."""
    fields = asking(witness) | {"token": witness.draw("token")}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}\r\n' for name in fields]
    body = ("".join(parts) + "--x--\r\n").encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert send(witness, "POST", REQUEST, body, headers).content == {"ok": True}


def test_truncated(witness: Witness) -> None:
    """A body that ends too early is refused."""
    assert truncated(witness, REQUEST, b"a=1").outcome == "request_timeout"


def test_exchange_order(witness: Witness) -> None:
    """Missing credentials and codes have the errors that are known from the wire."""
    code = {"code": witness.draw("code")}
    client = {name: witness.draw(name) for name in ("client_id", "client_secret")}
    assert post(witness, ACCESS, code).outcome == "invalid_client_id"
    assert post(witness, ACCESS, {"code": "", "client_id": "9.9", "client_secret": "fake"}).outcome == "invalid_code"
    assert post(witness, ACCESS, client).outcome == "invalid_code"
    assert send(witness, "GET", f"{ACCESS}?token=INVALID").outcome == "invalid_client_id"
    assert post(witness, ACCESS, client | {"refresh_token": "fake-and-unknown"}).outcome == "invalid_token"


def test_refresh(witness: Witness) -> None:
    """A refresh token that was issued yields a token that works."""
    client = {name: witness.draw(name) for name in ("client_id", "client_secret")}
    answer = post(witness, ACCESS, client | {"grant_type": "refresh_token", "refresh_token": REFRESHER})
    token = answer.content["access_token"]
    assert post(witness, REQUEST, asking(witness), Authorization=f"Bearer {token}").content == {"ok": True}


def test_stops() -> None:
    """Nothing listens after the end, even if a caller never said a word."""
    with Witness() as running:
        parts = urlsplit(running.url)
        silent = socket.create_connection((parts.hostname, parts.port))
    with silent, pytest.raises(ConnectionRefusedError):
        socket.create_connection((parts.hostname, parts.port), timeout=1).close()


def test_profile(witness: Witness, tmp_path: Path) -> None:
    """The profile follows its schema, names only known states, and its files are there."""
    path = witness.write_profile(tmp_path / "profile")
    profile = tomllib.loads(path.read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "schemas" / "target.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(profile)
    states = tomllib.loads((ROOT / "fixtures" / "states.toml").read_text(encoding="utf-8"))
    assert set(states) - set(profile["state"]) == NOT_SEEDED
    token = (path.parent / profile["values"]["token"]["file"]).read_text(encoding="utf-8").strip()
    assert token == witness.draw("token")
    triggers = (path.parent / profile["values"]["trigger"]["list"]["file"]).read_text(encoding="utf-8").split()
    assert len(set(triggers)) == len(triggers)


def test_faults_are_probed() -> None:
    """There are twenty faults, and a probe for each."""
    assert (len(FAULTS), set(PROBES)) == (20, set(FAULTS))


@pytest.mark.parametrize("name", FAULTS)
def test_fault_shows(witness: Witness, name: str) -> None:
    """A fault changes the answer to its probe."""
    with Witness(fault=name) as faulty:
        assert PROBES[name](faulty) != PROBES[name](witness)
