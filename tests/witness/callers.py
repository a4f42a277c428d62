"""A plain client of the witness, with which the blind faults are shown."""

from __future__ import annotations

import base64
import json
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from .seeds import HEALTHY, REDIRECT, SCOPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .server import Witness

FORM = "application/x-www-form-urlencoded"
PATIENCE_S = 10.0

Arguments = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: dict[str, object]

    @property
    def said(self) -> str:
        """Whether it is ok, or else the error."""
        return "ok" if self.content["ok"] is True else str(self.content["error"])

    @property
    def warned(self) -> str:
        """The warnings, with commas between them."""
        return str(self.content.get("warning", ""))


@dataclass(slots=True)
class Caller:
    """Sends requests to a witness, and draws what they need."""

    witness: Witness
    connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        """Prepare a connection, which is opened when it is needed."""
        self.connection = HTTPConnection(urlsplit(self.witness.url).netloc, timeout=PATIENCE_S)

    def draw(self, name: str, state: str = HEALTHY) -> str:
        """Return the next value of a name in a state."""
        return self.witness.draw(name, state)

    def bearer(self, state: str = HEALTHY) -> Arguments:
        """Return the header with a token."""
        return {"Authorization": f"Bearer {self.draw('token', state)}"}

    def basic(self, *, name: str | None = None, secret: str | None = None) -> Arguments:
        """Return the header with client credentials."""
        name = self.draw("client_id") if name is None else name
        secret = self.draw("client_secret") if secret is None else secret
        return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}

    def wish(self, **other: str) -> Arguments:
        """Return the arguments of a request for scopes."""
        return {"scopes": SCOPES, "trigger_id": self.draw("trigger"), **other}

    def trade(self, **other: str) -> Arguments:
        """Return the arguments of an exchange of a code."""
        return {"code": self.draw("code"), "redirect_uri": REDIRECT, **other}

    def get(self, method: str, query: Arguments | str, headers: Arguments) -> Answer:
        """Send a GET."""
        return self.send("GET", method, query, headers, None)

    def post(self, method: str, form: Arguments | str, headers: Arguments, kind: str = FORM) -> Answer:
        """Send a urlencoded form."""
        text = form if isinstance(form, str) else urlencode(form)
        return self.send("POST", method, "", {"Content-Type": kind, **headers}, text.encode())

    def send(
        self, verb: str, method: str, query: Arguments | str, headers: Arguments, body: bytes | None = None
    ) -> Answer:
        """Send any request on the caller's own connection."""
        text = query if isinstance(query, str) else urlencode(query)
        path = urlsplit(self.witness.url).path + method
        self.connection.request(verb, f"{path}?{text}" if text else path, body, headers)
        return read_answer(self.connection.getresponse())

    def send_unfinished(self, method: str, headers: Arguments, body: bytes) -> Answer:
        """Send a body in one chunk, without the chunk that ends it."""
        with closing(HTTPConnection(urlsplit(self.witness.url).netloc, timeout=PATIENCE_S)) as own:
            own.putrequest("POST", urlsplit(self.witness.url).path + method)
            for name, text in {**headers, "Transfer-Encoding": "chunked"}.items():
                own.putheader(name, text)
            own.endheaders()
            own.send(b"%x\r\n%s\r\n" % (len(body), body))
            own.sock.shutdown(1)
            return read_answer(own.getresponse())


def read_answer(response: HTTPResponse) -> Answer:
    """Read an answer to its end."""
    headers = {name.lower(): text for name, text in response.getheaders()}
    return Answer(response.status, headers, json.loads(response.read()))
