"""One short conversation for each fault, which ends otherwise if the fault is there."""

from __future__ import annotations

import base64
import http.client
import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from .oauth_access import METHOD as ACCESS
from .permissions_request import METHOD as REQUEST
from .wire import FORM, JSON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .server import Witness

LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: dict[str, object]

    @property
    def outcome(self) -> object:
        """The error's name, or the sorted names of a success, or the status of an answer without either."""
        return self.content.get("error") or sorted(self.content) or self.status


def send(
    witness: Witness, verb: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Exchange one request, with exactly these headers besides the length."""
    parts = urlsplit(witness.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=LIMIT_S)
    try:
        connection.request(verb, parts.path + target, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        text = response.read()
        given = {name.lower(): value for name, value in response.getheaders()}
        is_json = given.get("content-type", "").startswith(JSON)
        return Answer(response.status, given, json.loads(text) if is_json and text else {})
    finally:
        connection.close()


def post(witness: Witness, method: str, arguments: Mapping[str, str], **headers: str) -> Answer:
    """Post a form."""
    given = {"Content-Type": FORM} | {name.replace("_", "-"): value for name, value in headers.items()}
    return send(witness, "POST", method, urlencode(arguments).encode(), given)


def truncated(witness: Witness, method: str, body: bytes) -> Answer:
    """Post a form of which fewer bytes come than were announced."""
    parts = urlsplit(witness.url)
    head = (
        f"POST {parts.path}{method} HTTP/1.1\r\nHost: witness\r\nContent-Type: {FORM}\r\n"
        f"Content-Length: {len(body) + 9}\r\n\r\n"
    )
    with socket.create_connection((parts.hostname, parts.port), timeout=LIMIT_S) as line:
        line.sendall(head.encode() + body)
        line.shutdown(socket.SHUT_WR)
        response = http.client.HTTPResponse(line)
        try:
            response.begin()
            return Answer(response.status, {}, json.loads(response.read()))
        finally:
            response.close()


def bearer(witness: Witness, state: str = "") -> str:
    """Return the header that carries a token."""
    return f"Bearer {witness.draw('token', state)}"


def basic(witness: Witness) -> str:
    """Return the header that carries the client's credentials."""
    pair = f"{witness.draw('client_id')}:{witness.draw('client_secret')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def asking(witness: Witness, state: str = "") -> dict[str, str]:
    """Return the arguments of a request for permissions, but for the token."""
    return {"scopes": witness.draw("scopes"), "trigger_id": witness.draw("trigger", state)}


def exchange(witness: Witness, state: str = "") -> dict[str, str]:
    """Return the arguments of an exchange."""
    names = ("client_id", "client_secret", "code", "redirect_uri")
    return {name: witness.draw(name, state) for name in names}


def ask(witness: Witness, **changes: str) -> Answer:
    """Ask for permissions with a token in the header."""
    return post(witness, REQUEST, asking(witness) | changes, Authorization=bearer(witness))


def probe_get(witness: Witness) -> object:
    """Ask with GET."""
    target = f"{REQUEST}?{urlencode(asking(witness))}"
    return send(witness, "GET", target, headers={"Authorization": bearer(witness)}).outcome


def probe_json(witness: Witness) -> object:
    """Ask with the arguments in JSON."""
    headers = {"Authorization": bearer(witness), "Content-Type": f"{JSON}; charset=utf-8"}
    return send(witness, "POST", REQUEST, json.dumps(asking(witness)).encode(), headers).outcome


def probe_body_token(witness: Witness) -> object:
    """Ask with the token in the form."""
    return post(witness, REQUEST, asking(witness) | {"token": witness.draw("token")}).outcome


def probe_no_scopes(witness: Witness) -> object:
    """Ask for nothing."""
    arguments = {"trigger_id": witness.draw("trigger")}
    return post(witness, REQUEST, arguments, Authorization=bearer(witness)).outcome


def probe_trigger_twice(witness: Witness) -> object:
    """Ask twice with one trigger."""
    trigger = witness.draw("trigger")
    return [ask(witness, trigger_id=trigger).outcome for _ in range(2)]


def probe_mixed(witness: Witness) -> object:
    """Ask for scopes of different types."""
    return ask(witness, scopes=witness.draw("scopes_mixed")).outcome


def probe_deleted_user(witness: Witness) -> object:
    """Ask a user who was deleted."""
    return ask(witness, trigger_id=witness.draw("trigger", "trigger-of-deleted-user")).outcome


def probe_no_token(witness: Witness) -> object:
    """Ask without a token."""
    return post(witness, REQUEST, asking(witness)).outcome


def probe_dead_user_token(witness: Witness) -> object:
    """Ask with the token of a deleted user."""
    return post(witness, REQUEST, asking(witness), Authorization=bearer(witness, "user-deleted")).outcome


def probe_throttle(witness: Witness) -> object:
    """Ask twice where once is allowed."""
    header = bearer(witness, "bucket-of-one")
    answers = [post(witness, REQUEST, asking(witness), Authorization=header) for _ in range(2)]
    return [(answer.outcome, answer.status, answer.headers.get("retry-after")) for answer in answers]


def probe_form_warning(witness: Witness) -> object:
    """Ask with a plain form."""
    return ask(witness).content.get("warning")


def probe_array(witness: Witness) -> object:
    """Exchange with an array beside the rest."""
    return post(witness, ACCESS, exchange(witness) | {"extra[0]": "1"}).outcome


def probe_long_name(witness: Witness) -> object:
    """Exchange with an argument of a very long name beside the rest."""
    return post(witness, ACCESS, exchange(witness) | {"n" * 2000: "1"}).outcome


def probe_untyped(witness: Witness) -> object:
    """Exchange with a body of which nothing says what it is."""
    return send(witness, "POST", ACCESS, urlencode(exchange(witness)).encode()).outcome


def probe_truncated(witness: Witness) -> object:
    """Exchange with the end of the body missing."""
    return truncated(witness, ACCESS, urlencode(exchange(witness)).encode()).outcome


def probe_basic(witness: Witness) -> object:
    """Exchange with the client's credentials in the header."""
    arguments = {name: witness.draw(name) for name in ("code", "redirect_uri")}
    return post(witness, ACCESS, arguments, Authorization=basic(witness)).outcome


def probe_code_twice(witness: Witness) -> object:
    """Exchange one code twice."""
    arguments = exchange(witness)
    return [post(witness, ACCESS, arguments).outcome for _ in range(2)]


def probe_redirect(witness: Witness) -> object:
    """Exchange with another redirect_uri."""
    return post(witness, ACCESS, exchange(witness) | {"redirect_uri": "https://other.witness.example/"}).outcome


def probe_secret(witness: Witness) -> object:
    """Exchange with a wrong secret."""
    return post(witness, ACCESS, exchange(witness) | {"client_secret": "fake-and-wrong"}).outcome


def probe_shape(witness: Witness) -> object:
    """Exchange, all in order."""
    return post(witness, ACCESS, exchange(witness)).outcome


PROBES: dict[str, Callable[[Witness], object]] = {
    "get-refused": probe_get,
    "json-arguments-read": probe_json,
    "body-token-ignored": probe_body_token,
    "scopes-optional": probe_no_scopes,
    "trigger-works-again": probe_trigger_twice,
    "scope-types-mixed": probe_mixed,
    "trigger-user-unchecked": probe_deleted_user,
    "no-token-is-bad-token": probe_no_token,
    "user-token-inactive": probe_dead_user_token,
    "retry-after-absent": probe_throttle,
    "forms-want-charset": probe_form_warning,
    "array-dropped": probe_array,
    "long-name-passes": probe_long_name,
    "untyped-body-is-form": probe_untyped,
    "truncated-body-taken": probe_truncated,
    "basic-ignored": probe_basic,
    "used-code-forgotten": probe_code_twice,
    "redirect-uncompared": probe_redirect,
    "secret-blamed-on-id": probe_secret,
    "later-answer-shape": probe_shape,
}
