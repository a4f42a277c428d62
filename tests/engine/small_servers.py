"""Small servers as people write them for their own tests: one function from what was asked to what is answered."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.engine.scripts import exhausts
from slack_conformance.run.evidence import Examiner
from slack_conformance.target.profile import Profile
from slack_conformance.target.sources import Source
from tests.outside.serving import Handler, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from slack_conformance.engine.session import RequestSender
    from slack_conformance.results.model import CaseResult
    from slack_conformance.target.pace import Clock

CATALOG = load_catalog()
A, B = "apps.permissions.request", "oauth.access"
CLIENT, SECRET, TOKEN = "111.222", "not-a-secret-of-a-client", "xoxa-not-a-secret"
REDIRECT = "https://app.example/callback"
SCOPES = ("channels:read", "chat:write")


@dataclass(frozen=True)
class Asked:
    """A request as a framework hands it on; of a multipart body nothing is read."""

    verb: str
    method: str
    query: dict[str, str]
    form: dict[str, str]
    content_type: str
    authorization: str
    client: str = ""

    @property
    def arguments(self) -> dict[str, str]:
        """Query string and form."""
        return {**self.query, **self.form}

    @property
    def basic(self) -> tuple[str, str]:
        """Client id and secret by HTTP Basic."""
        scheme, _, pair = self.authorization.partition(" ")
        name, _, secret = base64.b64decode(pair).decode().partition(":") if scheme == "Basic" else ("", "", "")
        return name, secret


@dataclass(frozen=True)
class Said:
    """An answer."""

    body: str
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def ok(**more: object) -> Said:
    """Return a success."""
    return Said(json.dumps({"ok": True, "access_token": "xoxp-not-a-secret", "scope": "identify", **more}))


def error(code: str, status: int = 200, **headers: str) -> Said:
    """Return a refusal."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Said(json.dumps({"ok": False, "error": code}), status, headers=named)


Serves = "Callable[[Asked], Said]"


@dataclass
class Mock:
    """A plain mock of both methods that looks at the arguments, and at no header but the one with the credentials."""

    used: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, asked: Asked) -> Said:
        """Answer."""
        return self.oauth(asked) if asked.method == B else self.permissions(asked)

    def oauth(self, asked: Asked) -> Said:
        """Exchange a code."""
        name, secret = self.client(asked)
        code, redirect = asked.arguments.get("code", ""), asked.arguments.get("redirect_uri")
        if name != CLIENT:
            return error("invalid_client_id")
        if secret != SECRET:
            return error("bad_client_secret")
        if not code.startswith("code-"):
            return error("invalid_code")
        if redirect != REDIRECT:
            return error("bad_redirect_uri")
        return self.once(code) or ok()

    def client(self, asked: Asked) -> tuple[str, str]:
        """Return id and secret of the client."""
        if asked.authorization:
            return asked.basic
        return asked.arguments.get("client_id", ""), asked.arguments.get("client_secret", "")

    def permissions(self, asked: Asked) -> Said:
        """Present a request for scopes."""
        token = asked.authorization.removeprefix("Bearer ") or asked.arguments.get("token", "")
        trigger = asked.arguments.get("trigger_id", "")
        if token != TOKEN:
            return error("invalid_auth" if token else "not_authed")
        refused = self.scopes(asked.arguments.get("scopes", ""))
        if refused is not None:
            return refused
        if not trigger.startswith("trigger-"):
            return error("invalid_trigger")
        return self.once(trigger) or Said('{"ok": true}')

    def scopes(self, text: str) -> Said | None:
        """Return a refusal if the scopes are not known."""
        if not text:
            return error("invalid_arguments")
        return None if all(scope in SCOPES for scope in text.split(",")) else error("invalid_scope")

    def once(self, value: str) -> Said | None:
        """Return a refusal of a value that was used before."""
        with self.lock:
            if value in self.used:
                return error("code_already_used" if value.startswith("code-") else "trigger_exchanged")
            self.used.add(value)
            return None


@contextlib.contextmanager
def served(answer: Callable[[Asked], Said], *, threads: bool = True) -> Iterator[str]:
    """Serve on a free port of loopback, without `threads` one connection after the other; yields the URL."""

    class Answers(Handler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
            parts, kind = urlsplit(self.path), self.headers.get("Content-Type") or ""
            form = dict(parse_qsl(body)) if kind.startswith("application/x-www-form-urlencoded") else {}
            name, authorization = parts.path.rpartition("/")[2], self.headers.get("Authorization") or ""
            client = self.headers.get("User-Agent") or ""
            said = answer(Asked(self.command, name, dict(parse_qsl(parts.query)), form, kind, authorization, client))
            self.reply(said.status, said.kind, said.body.encode(), said.headers)

    with serving(Answers, threads=threads) as address:
        yield f"{address}/api/"


def text(value: str) -> Source:
    """Return a value as a profile gives it."""
    return Source(lambda: value, fresh=False, secret=False, said="text", origin=value)


def minted(name: str) -> Source:
    """Return a command's fresh values without a command."""
    numbers = count(1)
    return Source(lambda: f"{name}-{next(numbers)}", fresh=True, secret=True, said="command", origin=name, once=True)


def profile(url: str, **changes: Source | None) -> Profile:
    """Return a profile with values for both methods; a value that is given as `None` is missing."""
    values = {
        "token": text(TOKEN),
        "scopes": text(",".join(SCOPES)),
        "trigger": minted("trigger"),
        "client_id": text(CLIENT),
        "client_secret": text(SECRET),
        "code": minted("code"),
        "redirect_uri": text(REDIRECT),
        **changes,
    }
    return Profile(url, "small", values={name: source for name, source in values.items() if source is not None})


def examine(
    target: Profile,
    wanted: Iterable[str],
    show: Callable[[str], None] = lambda _line: None,
    *,
    sender: RequestSender | None = None,
    clock: Clock = time,
) -> dict[str, CaseResult]:
    """Return the records of the cases whose ids contain one of these texts, in the order of a run."""
    texts = tuple(wanted)
    examiner = Examiner(Engine(CATALOG, target, sender=sender, clock=clock))
    examiner.show_waiting(show)
    try:
        cases = sorted((case for case in CATALOG.cases if any(one in case.id for one in texts)), key=exhausts)
        return {case.id: examiner.examine(case).result for case in cases}
    finally:
        examiner.engine.close()
