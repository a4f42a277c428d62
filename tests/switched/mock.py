"""A mock of both methods, as somebody would write one for their own tests, whose state is switched by a call.

`python mock.py FOLDER` prints its port, serves until it is ended, and writes down everything that it is asked for in
`FOLDER/asked.txt`: a line with the state in which it was, and the path or `enter` and `leave`.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

TOKEN, SECRET = "xoxa-fake-of-the-switched-mock", "fake-secret-of-the-switched-mock"
CLIENT, REDIRECT = "1111.2222", "https://app.example.com/callback"
SCOPES = {"channels:read", "chat:write"}
CODES = {
    "maintenance": "service_unavailable",
    "method-retired": "method_deprecated",
    "url-retired": "deprecated_endpoint",
    "two-factor-missing": "two_factor_setup_required",
    "network-closed-to-method": "accesslimited",
    "app-outdated": "upgrade_required",
}
"""What it answers in each of its states."""


class Mock(ThreadingHTTPServer):
    """Its state, and what was asked for."""

    daemon_threads = True
    state = ""

    def __init__(self, folder: Path) -> None:
        """Listen on any port; what is asked for is written down in this folder."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.lock = folder / "asked.txt", threading.Lock()
        self.used: set[str] = set()

    def note(self, what: str) -> None:
        """Write down what was asked for."""
        with self.asked.open("a", encoding="utf-8") as file:
            file.write(f"{self.state or 'healthy'} {what}\n")


class Handler(BaseHTTPRequestHandler):
    """`/state/NAME` and `/state/` switch, all else is a method; a one-shot value is whatever begins as one."""

    server: Mock
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a request without a body."""
        self._answer({})

    def do_POST(self) -> None:
        """Answer a request with a form."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        kind = self.headers.get("Content-Type") or ""
        self._answer(dict(parse_qsl(body)) if kind.startswith("application/x-www-form-urlencoded") else {})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
        """Say nothing."""

    def _answer(self, form: dict[str, str]) -> None:
        parts = urlsplit(self.path)
        with self.server.lock:
            match parts.path.split("/")[1:]:
                case ["state", state]:
                    self.server.note(f"{'enter ' + state if state else 'leave'}")
                    self.server.state = state
                    content = b"done"
                case ["api", method]:
                    self.server.note(method)
                    error = self._error(method, dict(parse_qsl(parts.query)) | form)
                    document = {"ok": False, "error": error} if error else {"ok": True, "access_token": TOKEN}
                    content = json.dumps(document).encode()
                case _:
                    content = b'{"ok": false, "error": "unknown_method"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _error(self, method: str, given: dict[str, str]) -> str:
        state = self.headers.get("X-Mock-State") or self.server.state
        if state in CODES:
            return CODES[state]
        return self._of_permissions(given) if method == "apps.permissions.request" else self._of_access(given)

    def _of_permissions(self, given: dict[str, str]) -> str:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or given.get("token", "")
        once = given.get("trigger_id", "")
        if token != TOKEN:
            return "invalid_auth" if token else "not_authed"
        if not set(given.get("scopes", "").split(",")) <= SCOPES:
            return "invalid_scope" if given.get("scopes") else "invalid_arguments"
        if not once.startswith("fake-once-"):
            return "invalid_trigger" if once else "invalid_arguments"
        return self._spent(once, "trigger_exchanged")

    def _of_access(self, given: dict[str, str]) -> str:
        scheme, _, pair = (self.headers.get("Authorization") or "").partition(" ")
        client, secret = given.get("client_id", ""), given.get("client_secret", "")
        if scheme == "Basic":
            client, _, secret = base64.b64decode(pair).decode().partition(":")
        once = given.get("code", "")
        if client != CLIENT:
            return "invalid_client_id"
        if secret != SECRET:
            return "bad_client_secret"
        if not once.startswith("fake-once-"):
            return "invalid_code"
        if given.get("redirect_uri") != REDIRECT:
            return "bad_redirect_uri"
        return self._spent(once, "code_already_used")

    def _spent(self, once: str, code: str) -> str:
        if once in self.server.used:
            return code
        self.server.used.add(once)
        return ""


if __name__ == "__main__":
    mock = Mock(Path(sys.argv[1]))
    sys.stdout.write(f"{mock.server_port}\n")
    sys.stdout.flush()
    mock.serve_forever()
