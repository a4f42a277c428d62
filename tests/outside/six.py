"""Six small servers as they are met in the wild, each by its own simple code: `python -m tests.outside.six NAME`."""

import argparse
import base64
import itertools
import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl

from .serving import Handler, stand

PERMISSIONS, ACCESS = "/api/apps.permissions.request", "/api/oauth.access"
ISSUED = {"access_token": "xoxp-fake-issued", "scope": "commands", "team_id": "T0FAKE", "team_name": "Fake Workspace"}


class BasicOnly(Handler):
    """Has one of the methods, takes the client by HTTP Basic only. Fresh codes: POST /codes."""

    def answer(self) -> None:
        """Answer by the path."""
        path, _, query = self.path.partition("?")
        form = self.body().decode("utf-8", "replace")
        if path == "/codes" and self.command == "POST":
            code = f"fake-code-{next(self.numbers)}"
            self.codes[code] = False
            self.reply(200, "text/plain", code.encode())
        elif path == ACCESS:
            self.reply_json(self._exchange(dict(parse_qsl(query) + parse_qsl(form))))
        else:
            self.reply(404, "text/plain", b"not found")

    def _exchange(self, arguments: dict[str, str]) -> dict[str, object]:
        kind, _, text = self.headers.get("Authorization", "").partition(" ")
        try:
            client, _, secret = base64.b64decode(text).decode().partition(":")
        except ValueError:
            client = secret = ""
        if kind != "Basic" or client != "10.20":
            return {"ok": False, "error": "invalid_client_id"}
        if secret != "fake-basic-secret":
            return {"ok": False, "error": "bad_client_secret"}
        code = arguments.get("code", "")
        if code not in self.codes:
            return {"ok": False, "error": "invalid_code"}
        if self.codes[code]:
            return {"ok": False, "error": "code_already_used"}
        if arguments.get("redirect_uri") != "https://app.example/callback":
            return {"ok": False, "error": "bad_redirect_uri"}
        self.codes[code] = True
        return {"ok": True, **ISSUED}

    codes: dict[str, bool]
    numbers: "itertools.count[int]"


class TextTrue(Handler):
    """Says yes to every GET, as a text; knows no POST."""

    def answer(self) -> None:
        """Say yes, or show a page."""
        self.body()
        if self.command == "GET":
            self.reply(200, "application/json", b'{"ok":"true"}')
            return
        page = b"<!doctype html><title>404 Not Found</title><h1>Not Found</h1><p>This page does not exist."
        self.reply(404, "text/html; charset=utf-8", page)


class Lax(Handler):
    """Looks for the secret and for a code of its own, wherever they stand, and at nothing else."""

    def answer(self) -> None:
        """Look for both."""
        whole = self.path + self.body().decode("utf-8", "replace")
        kind, _, text = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "basic":
            whole += base64.b64decode(text + "==").decode("utf-8", "replace")
        if self.path.startswith(PERMISSIONS):
            self.reply_json({"ok": True})
        elif "fake-lax-secret" not in whole:
            self.reply_json({"ok": False, "error": "bad_client_secret"})
        elif "fake-lax-code-" not in whole:
            self.reply_json({"ok": False, "error": "invalid_code"})
        else:
            self.reply_json({"ok": True, **ISSUED})


class PostOnly(Handler):
    """Takes POST only, with a form. Codes and triggers are good once each if they begin as they should."""

    def answer(self) -> None:
        """Refuse other verbs, answer a form."""
        form = dict(parse_qsl(self.body().decode("utf-8", "replace")))
        if self.command != "POST":
            self.reply(405, "text/plain; charset=utf-8", b"Method Not Allowed", {"Allow": "POST"})
        elif self.path.startswith(PERMISSIONS):
            error = self._request(form)
            self.reply_json({"ok": False, "error": error} if error else {"ok": True})
        elif self.path.startswith(ACCESS):
            error = self._exchange(form)
            self.reply_json({"ok": False, "error": error} if error else {"ok": True, **ISSUED})
        else:
            self.reply(404, "text/plain; charset=utf-8", b"Not Found")

    def _request(self, form: dict[str, str]) -> str:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ") or form.get("token", "")
        trigger = form.get("trigger_id", "")
        if token != "xoxa-fake-post-only":
            return "invalid_auth" if token else "not_authed"
        if not form.get("scopes") or not trigger:
            return "invalid_arguments"
        if not set(form["scopes"].split(",")) <= {"channels:read", "chat:write"}:
            return "invalid_scope"
        return self._once(trigger, "fake-trigger-", "invalid_trigger", "trigger_exchanged")

    def _exchange(self, form: dict[str, str]) -> str:
        client, secret = form.get("client_id", ""), form.get("client_secret", "")
        kind, _, text = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            client, _, secret = base64.b64decode(text + "==").decode("utf-8", "replace").partition(":")
        if client != "30.40":
            return "invalid_client_id"
        if secret != "fake-post-secret":
            return "bad_client_secret"
        if form.get("redirect_uri") != "https://app.example/callback":
            return "bad_redirect_uri"
        return self._once(form.get("code", ""), "fake-code-", "invalid_code", "code_already_used")

    def _once(self, value: str, beginning: str, invalid: str, again: str) -> str:
        if not value.startswith(beginning):
            return invalid
        if value in self.spent:
            return again
        self.spent.add(value)
        return ""

    spent: set[str]


class Problems(Handler):
    """A web framework's routes: POST with a form, and problem documents for whatever else."""

    def _problem(self, status: int, title: str, detail: str = "") -> None:
        document = {"type": "about:blank", "title": title, "status": status} | ({"detail": detail} if detail else {})
        self.reply(status, "application/problem+json", json.dumps(document).encode())

    def answer(self) -> None:
        """Find the route."""
        data = self.body()
        path = self.path.partition("?")[0]
        if path not in {PERMISSIONS, ACCESS}:
            self._problem(404, "Not Found")
        elif self.command != "POST":
            self._problem(405, "Method Not Allowed")
        else:
            self._bind(path, data)

    def _bind(self, path: str, data: bytes) -> None:
        fields = ("token", "scopes", "trigger_id") if path == PERMISSIONS else ("client_id", "client_secret", "code")
        if self.headers.get_content_type() != "application/x-www-form-urlencoded":
            self._problem(422, "Unprocessable Content", "The body is not a form.")
            return
        form = dict(parse_qsl(data.decode("utf-8", "replace")))
        if "Authorization" in self.headers and path == PERMISSIONS:
            form.setdefault("token", self.headers["Authorization"].removeprefix("Bearer "))
        missing = [name for name in fields if name not in form]
        if missing:
            self._problem(422, "Unprocessable Content", "Field required: " + ", ".join(missing))
        elif path == PERMISSIONS:
            error = "" if form["token"] == "xoxa-fake-framework" else "invalid_auth"
            error = error or ("" if form["trigger_id"].startswith("fake-trigger-") else "invalid_trigger")
            self.reply_json({"ok": False, "error": error} if error else {"ok": True})
        else:
            error = "" if form["client_id"] == "50.60" else "invalid_client_id"
            error = error or ("" if form["client_secret"] == "fake-framework-secret" else "bad_client_secret")
            error = error or ("" if form["code"].startswith("fake-code-") else "invalid_code")
            self.reply_json({"ok": False, "error": error} if error else {"ok": True, **ISSUED})


class SdkMock(Handler):
    """What an SDK brings for its own tests: one credential, one token, every code is good."""

    def answer(self) -> None:
        """Answer by the path."""
        path, _, query = self.path.partition("?")
        form = self.body().decode("utf-8", "replace")
        arguments = dict(parse_qsl(query) + parse_qsl(form))
        authorization = self.headers.get("Authorization", "")
        if path == ACCESS:
            basic = "Basic " + base64.b64encode(b"111.222:secret").decode()
            inside = (arguments.get("client_id"), arguments.get("client_secret")) == ("111.222", "secret")
            if authorization == basic or inside:
                self.reply_json({"ok": True, "access_token": "xoxp-fake-sdk", "team_id": "T0FAKE", "scope": "commands"})
            else:
                self.reply_json({"ok": False, "error": "invalid_client"})
        elif path == PERMISSIONS:
            token = authorization.removeprefix("Bearer ") or arguments.get("token")
            self.reply_json({"ok": True} if token == "xoxb-valid" else {"ok": False, "error": "invalid_auth"})
        else:
            self.reply_json({"ok": False, "error": "invalid_method"})


def handler(name: str) -> type[BaseHTTPRequestHandler]:
    """Make the handler of a server that starts afresh."""
    more: dict[str, object] = {"codes": {}, "numbers": itertools.count(1), "spent": set()}
    return type(name, (SERVERS[name],), more)


SERVERS: dict[str, type[Handler]] = {
    "basic-only": BasicOnly,
    "text-true": TextTrue,
    "lax": Lax,
    "post-only": PostOnly,
    "problems": Problems,
    "sdk-mock": SdkMock,
}


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description="One of six small servers.")
    parser.add_argument("name", choices=sorted(SERVERS))
    name = parser.parse_args().name
    stand(handler(name))


if __name__ == "__main__":
    main()
