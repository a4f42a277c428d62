"""The witness: a small server of apps.permissions.request and oauth.access."""

from __future__ import annotations

import json
import secrets
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from .behaviour import Behaviour
from .blind import BLIND
from .exchange import Exchange
from .faults import FAULTS
from .oauth_access import METHOD as OAUTH_ACCESS
from .oauth_access import oauth_access
from .permissions_request import METHOD as PERMISSIONS_REQUEST
from .permissions_request import permissions_request
from .profile import write_profile
from .refusal import RefusalError
from .seeds import HEALTHY, Seeds
from .wire import Call, Reading, read_call

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType
    from typing import Self
    from wsgiref.types import StartResponse, WSGIEnvironment

ROOT = "/api/"
VERBS = frozenset({"GET", "HEAD", "POST"})
PATIENCE_S = 60.0
POLL_S = 0.02
METHODS = {PERMISSIONS_REQUEST: permissions_request, OAUTH_ACCESS: oauth_access}


class Handler(WSGIRequestHandler):
    """Serves one connection, without a word, and not for longer than a caller stays silent."""

    timeout = PATIENCE_S
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Write nothing."""


class Witness:
    """The server, up while its context lasts."""

    def __init__(self, *, fault: str | None = None) -> None:
        """Prepare a world, and a departure from the pages if one is named."""
        conforming = Behaviour()
        self.behaviour = conforming if fault is None else (FAULTS | BLIND)[fault].change(conforming)
        self.seeds = Seeds()
        self.drawn: dict[tuple[str, str], int] = {}
        self.server = make_server("127.0.0.1", 0, self.application, threaded=True, request_handler=Handler)
        self.thread = Thread(target=self.server.serve_forever, args=(POLL_S,), daemon=True)

    @property
    def url(self) -> str:
        """The address to which the name of a method is appended."""
        return f"http://127.0.0.1:{self.server.port}{ROOT}"

    def __enter__(self) -> Self:
        """Start to serve."""
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and close the port."""
        self.server.shutdown()
        self.thread.join()

    def write_profile(self, folder: Path) -> Path:
        """Describe this witness in a folder, and return the path of the profile."""
        return write_profile(folder, self.url, self.seeds)

    def draw(self, name: str, state: str = HEALTHY) -> str:
        """Return the next value of a name, of the healthy world where the state has none."""
        if name not in self.seeds.values.get(state, {}):
            state = HEALTHY
        texts = self.seeds.values[state][name].texts
        turn = self.drawn.get((state, name), 0)
        self.drawn[state, name] = turn + 1
        return texts[turn % len(texts)]

    def application(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        response = self.respond(environ)
        return response(environ, start_response)

    def respond(self, environ: WSGIEnvironment) -> Response:
        """Return the answer to one request."""
        verb = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO", "")
        name = path.removeprefix(ROOT)
        if not path.startswith(ROOT):
            return Response("Not found\n", status=404, mimetype="text/plain")
        if name not in METHODS:
            return render({"ok": False, "error": "unknown_method", "req_method": name}, [])
        verbs = self.behaviour.permissions_verbs if name == PERMISSIONS_REQUEST else VERBS
        if verb not in verbs:
            allowed = {"Allow": ", ".join(sorted(verbs))}
            return Response("Method not allowed\n", status=405, headers=allowed, mimetype="text/plain")
        if self.behaviour.around is not None:
            return self.behaviour.around(Exchange(environ, self.seeds.world, partial(self.run, name, environ)))
        return self.run(name, environ)

    def run(self, name: str, environ: WSGIEnvironment) -> Response:
        """Return the answer of a method."""
        call = Call(environ["REQUEST_METHOD"], environ.get("HTTP_AUTHORIZATION", ""))
        try:
            read_call(environ, call, self.reading(name), self.behaviour)
            with self.seeds.world.lock:
                answer = METHODS[name](self.seeds.world, call, self.behaviour)
        except RefusalError as refusal:
            content = {"ok": False, "error": refusal.error, **refusal.extra}
            return render(content, call.warnings, refusal.status, refusal.headers)
        return render({"ok": True, **answer}, call.warnings)

    def reading(self, name: str) -> Reading:
        """Return how a method has its requests read; the page of the second knows no error about JSON."""
        if name == PERMISSIONS_REQUEST:
            return Reading(self.behaviour.permissions_reads_json, "invalid_json", "json_not_object")
        return Reading(json_arguments=True, not_json_error="invalid_arguments", not_object_error="invalid_arguments")


def render(
    content: dict[str, object], warnings: list[str], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Write an answer, with its warnings in both places."""
    if warnings:
        metadata = content.pop("response_metadata", None)
        content["warning"] = ",".join(warnings)
        content["response_metadata"] = {**(metadata if isinstance(metadata, dict) else {}), "warnings": warnings}
    text = json.dumps(content, separators=(",", ":")).replace("/", r"\/")
    response = Response(text, status=status, content_type="application/json; charset=utf-8", headers=headers)
    response.headers["Cache-Control"] = "private, no-cache, no-store, must-revalidate"
    response.headers["X-Slack-Req-Id"] = secrets.token_hex(16)
    return response
