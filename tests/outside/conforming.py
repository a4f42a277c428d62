"""A server for both methods by another author: conforming, as far as the author understood the two pages.

Run it as `python -m tests.outside.conforming [--fault NAME]`. It prints its addresses. Below `admin` it answers:

    POST /admin/mint/code?kind=…     one fresh code, as text; `kind` says for what app, or what is wrong with it
    POST /admin/mint/trigger?kind=…  one fresh trigger, as text
    POST /admin/switch/NAME          puts the whole server into a condition, and out of any other
    POST /admin/restore              puts it into good order again
"""

import argparse
import json
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from .call import Call, Refused
from .serving import Cut, Handler, stand
from .world import (
    CLIENT,
    CLOSED,
    IDENTITY_SCOPES,
    OTHER_CLIENT,
    REDIRECT_URI,
    REFRESH_TOKEN,
    TOKENS,
    WORKSPACE_SCOPES,
    Grant,
    Token,
    World,
)

PERMISSIONS, ACCESS = "apps.permissions.request", "oauth.access"
KINDS_OF_CODE = {
    "v2-url": "oauth_authorization_url_mismatch",
    "email-unverified": "user_email_unverified",
    "resource-gone": "missing_resource",
    "resource-denied": "access_denied",
}


@dataclass
class Answer:
    """What is sent back."""

    fields: dict[str, object]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """Give the bytes of the body."""
        return json.dumps(self.fields, separators=(",", ":")).encode()


class Service:
    """Both methods."""

    def __init__(self) -> None:
        """Start in good order."""
        self.world = World()

    def answer(self, call: Call, *, cut: bool) -> Answer:
        """Answer a request; `cut` says that its body did not arrive in full."""
        if call.method not in {PERMISSIONS, ACCESS}:
            return Answer({"ok": False, "error": "unknown_method", "req_method": call.method})
        try:
            if wait := self.world.throttled(call.method):
                return Answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(wait)})
            self.check_condition(call.method)
            call.read(cut=cut)
            with self.world.lock:
                found = self.request_permissions(call) if call.method == PERMISSIONS else self.exchange(call)
            fields: dict[str, object] = {"ok": True, **found}
        except Refused as refused:
            fields = {"ok": False, "error": refused.code, **refused.more}
        if call.warnings:
            meta = fields.setdefault("response_metadata", {})
            fields["warning"] = ",".join(call.warnings)
            if isinstance(meta, dict):
                meta["warnings"] = call.warnings
        return Answer(fields)

    def check_condition(self, method: str) -> None:
        """Refuse everything while the server is in a condition that closes it."""
        on = self.world.on
        for name, code in CLOSED.items():
            if name in on:
                raise Refused(code)
        if "app-outdated" in on and method == PERMISSIONS:
            raise Refused("upgrade_required")

    def check_token(self, call: Call, text: str) -> None:
        """Refuse a token that is unknown, of the wrong kind or past its life."""
        token = TOKENS.get(text)
        if token is None:
            raise Refused("invalid_auth")
        is_access = call.method == ACCESS
        code = _matter_of(token, is_access=is_access)
        if code == "missing_scope":
            raise Refused(code, needed="permissions:request", provided="channels:read")
        if code:
            raise Refused(code)
        if token.kind == "bot" and not is_access:
            raise Refused("is_bot")
        if token.kind != "workspace":
            raise Refused("not_allowed_token_type")

    def request_permissions(self, call: Call) -> dict[str, object]:
        """Show a permission request to the user behind the trigger."""
        text = call.bearer()
        if not text:
            raise Refused("not_authed")
        self.check_token(call, text)
        missing = [name for name in ("scopes", "trigger_id") if not call.arguments.get(name)]
        if missing:
            messages = [f"[ERROR] missing required field: {name}" for name in missing]
            raise Refused("invalid_arguments", response_metadata={"messages": messages})
        self.check_scopes(call.arguments["scopes"])
        trigger = self.world.triggers.get(call.arguments["trigger_id"])
        if trigger is None:
            raise Refused("invalid_trigger")
        if trigger.spent:
            raise Refused("trigger_exchanged")
        if time.monotonic() >= trigger.ends:
            raise Refused("invalid_trigger")
        if trigger.kind == "user-deleted":
            raise Refused("invalid_user")
        trigger.spent = True
        self.commit()
        return {}

    def split(self, scopes: str) -> list[str]:
        """Split the list of scopes."""
        return [scope.strip() for scope in scopes.split(",")]

    def check_scopes(self, scopes: str) -> None:
        """Refuse unknown scopes, and scopes of several types."""
        wanted = set(self.split(scopes))
        if not wanted <= WORKSPACE_SCOPES | IDENTITY_SCOPES:
            raise Refused("invalid_scope")
        if wanted & WORKSPACE_SCOPES and wanted & IDENTITY_SCOPES:
            raise Refused("mixed_scope")

    def exchange(self, call: Call) -> dict[str, object]:
        """Exchange a code for a token."""
        if text := call.bearer():
            self.check_token(call, text)
        client, secret = call.client()
        known = dict([CLIENT, OTHER_CLIENT])
        if client not in known:
            raise Refused("invalid_client_id")
        if secret != known[client]:
            raise Refused("bad_client_secret")
        if call.arguments.get("grant_type") == "refresh_token":
            if call.arguments.get("refresh_token") != REFRESH_TOKEN:
                raise Refused("invalid_token")
            return {"access_token": "xoxa-fake-refreshed", "token_type": "app", "team_id": "T0FAKE", "expires_in": 3600}
        code = self.find_code(call, client)
        code.spent = True
        self.commit()
        return _installed(code, call)

    def find_code(self, call: Call, client: str) -> Grant:
        """Find the code, or refuse what is wrong with it or with what came along."""
        code = self.world.codes.get(call.arguments.get("code", ""))
        if code is None or code.client != client:
            raise Refused("invalid_code")
        if code.spent:
            raise Refused("code_already_used")
        if time.monotonic() >= code.ends:
            raise Refused("invalid_code")
        if code.redirect_uri is not None and call.arguments.get("redirect_uri") != code.redirect_uri:
            raise Refused("bad_redirect_uri")
        if call.arguments.get("single_channel", "false").lower() not in {"true", "false", "1", "0"}:
            raise Refused("invalid_arguments")
        if code.kind in KINDS_OF_CODE:
            raise Refused(KINDS_OF_CODE[code.kind])
        return code

    def commit(self) -> None:
        """Store what was done; fail thereafter if the server is in that condition."""
        if "commit-fails" in self.world.on:
            raise Refused("fatal_error")

    def admin(self, path: str, query: str) -> tuple[int, str]:
        """Answer the admin API."""
        wanted = {name: values[-1] for name, values in parse_qs(query).items()}
        match path.strip("/").split("/"):
            case ["admin", "mint", "code"]:
                uri = None if "unbound" in wanted else wanted.get("redirect_uri", REDIRECT_URI)
                return 200, self.world.mint_code(wanted.get("kind", "classic"), uri)
            case ["admin", "mint", "trigger"]:
                return 200, self.world.mint_trigger(wanted.get("kind", "good"))
            case ["admin", "switch", name]:
                return (200, f"{name} is on") if self.world.switch(name) else (404, f"no such condition: {name}")
            case ["admin", "restore"]:
                self.world.restore()
                return 200, "in good order"
        return 404, "no such call"

    def handler(self) -> type[Handler]:
        """Make the class that the HTTP server needs."""
        return type("Bound", (_Routes,), {"service": self})


def _matter_of(token: Token, *, is_access: bool) -> str:
    """Return the code for what is wrong with a token; only one page names two of these codes."""
    return {
        "gone": "account_inactive" if token.kind == "bot" else "token_revoked",
        "scopeless": "missing_scope",
        "outside": "no_permission",
        "expired": "token_expired" if is_access else "invalid_auth",
        "elsewhere": "team_access_not_granted" if is_access else "no_permission",
    }.get(token.matter, "")


def _installed(code: Grant, call: Call) -> dict[str, object]:
    """Give the answer to an installation, by the kind of app."""
    team: dict[str, object] = {"team_name": "Fake Workspace", "team_id": "T0FAKE", "enterprise_id": None}
    scope = "commands,channels:read"
    user: dict[str, object] = {"access_token": "xoxp-fake-issued", "scope": scope, "user_id": "U0FAKE"}
    hook = {
        "url": "https://hooks.example/services/T0FAKE/B0FAKE/fake",
        "channel": "#fake",
        "channel_id": "C0FAKE",
        "configuration_url": "https://fake.example/services/B0FAKE",
    }
    if code.kind == "workspace-app":
        someone = {"user_id": "U0FAKE", "app_home": "D0FAKE"}
        resources = ("app_home", "team", "channel", "group", "mpim", "im", "user")
        scopes = {name: ["channels:read"] if name == "channel" else [] for name in resources}
        single = call.arguments.get("single_channel", "").lower() in {"true", "1"}
        return {
            "access_token": "xoxa-fake-issued",
            "token_type": "app",
            "app_id": "A0FAKE",
            "app_user_id": "U0FAKEAPP",
            **team,
            "authorizing_user": someone,
            "installer_user": someone,
            "scopes": scopes,
            **({"single_channel_id": "C0FAKE"} if single else {}),
        }
    if code.kind == "bot-app":
        bot = {"bot_user_id": "U0FAKEBOT", "bot_access_token": "xoxb-fake-issued"}
        return {**user, "scope": "incoming-webhook,commands,bot", **team, "incoming_webhook": hook, "bot": bot}
    if code.kind == "webhook-app":
        return {**user, "scope": "identify,incoming-webhook", **team, "incoming_webhook": hook}
    if code.kind == "sign-in-app":
        who = {"name": "Fake Person", "id": "U0FAKE", "email": "person@app.example"}
        found = {"access_token": "xoxp-fake-issued", "scope": "identity.basic,identity.email"}
        return {**found, "user": who, "team": {"id": "T0FAKE"}, "team_id": "T0FAKE"}
    return {**user, **team}


class _Routes(Handler):
    service: Service

    def answer(self) -> None:
        """Answer a call, or the admin API."""
        path, _, query = self.path.partition("?")
        if self.command not in {"GET", "POST"}:
            self.reply(405, "text/plain; charset=utf-8", b"The methods take GET and POST.", {"Allow": "GET, POST"})
            self.close_connection = True
            return
        if path.startswith("/admin/") and self.command == "POST":
            self.body()
            status, text = self.service.admin(path, query)
            self.reply(status, "text/plain; charset=utf-8", text.encode())
            return
        self._call()

    def _call(self) -> None:
        path, _, query = self.path.partition("?")
        if not path.startswith("/api/"):
            self.reply(404, "text/plain; charset=utf-8", b"The methods are below /api/.")
            return
        cut = False
        try:
            body = self.body()
        except Cut:
            body, cut = b"", True
        call = Call(self.command, path.removeprefix("/api/"), query, body, self.headers.get("Content-Type"))
        call.authorization = self.headers.get("Authorization", "")
        answer = self.service.answer(call, cut=cut)
        self.reply(answer.status, "application/json; charset=utf-8", answer.body(), answer.headers)


def main() -> None:
    """Serve until SIGTERM."""
    from .faults import FAULTS  # noqa: PLC0415 - the faults are made from this module

    parser = argparse.ArgumentParser(description="A conforming server by another author.")
    parser.add_argument("--fault", choices=sorted(FAULTS), help="one fault to put into it")
    service = FAULTS.get(parser.parse_args().fault, Service)()
    stand(service.handler(), admin="/admin/")


if __name__ == "__main__":
    main()
