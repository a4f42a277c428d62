"""A running sandbox, and a client that speaks to it over HTTP only."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.schema import validator
from slack_conformance.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slack_conformance.catalog.model import Catalog

FORM = "application/x-www-form-urlencoded"
PERMISSIONS, OAUTH = "apps.permissions.request", "oauth.access"


@dataclass(frozen=True)
class Answer:
    """One answer, with its JSON document if it has one."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The JSON object of the body."""
        content = json.loads(self.body)
        assert isinstance(content, dict)
        return content

    @property
    def outcome(self) -> str:
        """`ok`, or the error code."""
        return "ok" if self.document["ok"] else str(self.document["error"])


@dataclass(frozen=True)
class World:
    """A world as the control API hands it out."""

    id: str
    values: dict[str, Any]

    @property
    def bearer(self) -> dict[str, str]:
        """The header that carries its token."""
        return {"Authorization": f"Bearer {self.values['token']}"}

    def permissions(self, use: int = 0) -> dict[str, str]:
        """Arguments of a request for permissions, without the token."""
        return {"scopes": self.values["scopes"], "trigger_id": self.values["trigger"][use]}

    def oauth(self, use: int = 0) -> dict[str, str]:
        """Arguments of an exchange."""
        named = {name: self.values[name] for name in ("client_id", "client_secret", "redirect_uri")}
        return {**named, "code": self.values["code"][use]}


@dataclass
class Client:
    """Sends requests to a sandbox, each over a connection of its own."""

    sandbox: Sandbox
    asked: dict[str, str] = field(default_factory=dict)

    def world(self, state: str = "healthy", method: str | None = None, one_shot: int = 1) -> World:
        """Order a world."""
        order = {"state": state, "one_shot": one_shot, **({"method": method} if method else {})}
        answer = self.controlled("POST", "/worlds", order)
        assert answer.status == 201, answer.body
        validator("control.world.schema.json").validate(answer.document)
        return World(answer.document["world"], answer.document["values"])

    def journal(self, world: World, **change: object) -> dict[str, Any]:
        """Read a world's journal, after a change if one is given."""
        answer = self.controlled("PATCH" if change else "GET", f"/worlds/{world.id}", change or None)
        assert answer.status == 200, answer.body
        validator("control.journal.schema.json").validate(answer.document)
        return answer.document

    def controlled(
        self, verb: str, path: str, content: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request to the control API."""
        assert self.sandbox.control is not None
        body = content if isinstance(content, bytes) else None if content is None else json.dumps(content).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        return self.sent(self.sandbox.control + path, verb, body, {**kind, **(headers or {})})

    def call(
        self,
        method: str,
        form: Mapping[str, str] | None = None,
        *,
        verb: str = "POST",
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call a method; a form names its type unless another is given."""
        fields = dict(headers or {})
        if form is not None:
            body, content_type = urlencode(form).encode(), content_type or FORM
        if content_type:
            fields["Content-Type"] = content_type
        target = self.sandbox.url + method + (f"?{urlencode(query)}" if query else "")
        return self.sent(target, verb, body, fields)

    def sent(self, url: str, verb: str, body: bytes | None, headers: Mapping[str, str] | None) -> Answer:
        """Send one request as it is."""
        parts = urlsplit(url)
        with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)) as connection:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(verb, target, body, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def raw(self, *pieces: bytes, half_close: bool = False) -> bytes:
        """Send bytes, and return all bytes that come back until the other side closes."""
        parts = urlsplit(self.sandbox.url)
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as connection:
            for piece in pieces:
                connection.sendall(piece)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            received = b""
            while data := connection.recv(65536):
                received += data
            return received


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Everything that is documented."""
    return load_catalog()


@pytest.fixture(scope="session")
def client(catalog: Catalog) -> Iterator[Client]:
    """Yield a client of a running sandbox that all tests share: worlds are private, so none disturbs another."""
    with Sandbox(catalog) as sandbox:
        yield Client(sandbox)
        assert sandbox.failures == []
