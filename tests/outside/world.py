"""What the conforming server knows: its apps, tokens, scopes, codes, triggers, and the condition that it is in."""

import itertools
import math
import threading
import time
from dataclasses import dataclass, field

CLIENT = ("1111111111.2222222222", "fake-secret-of-the-classic-app")
OTHER_CLIENT = ("1111111111.3333333333", "fake-secret-of-another-app")
REDIRECT_URI = "https://app.example/callback"
REFRESH_TOKEN = "xoxr-fake-refresh"
LIFE_S = 600.0
WINDOW_S = 2

# Which types of scopes there are is not on the page. Here: what an app may do in a workspace, and who a user is.
WORKSPACE_SCOPES = frozenset(
    {f"{name}:{what}" for name in ("channels", "groups", "im", "mpim") for what in ("read", "history", "write")}
    | {f"{name}:{what}" for name in ("files", "pins", "reactions", "reminders") for what in ("read", "write")}
    | {"chat:write", "commands", "users:read", "users:read.email", "team:read", "emoji:read", "usergroups:read"}
)
IDENTITY_SCOPES = frozenset(["identity.basic", "identity.email", "identity.team", "identity.avatar"])


@dataclass(frozen=True)
class Token:
    """A token that never changes: its kind, and what is the matter with it, if anything."""

    kind: str
    matter: str = ""


TOKENS = {
    "xoxa-fake-good": Token("workspace"),
    "xoxa-fake-expired": Token("workspace", "expired"),
    "xoxa-fake-without-scope": Token("workspace", "scopeless"),
    "xoxa-fake-elsewhere": Token("workspace", "elsewhere"),
    "xoxa-fake-not-a-member": Token("workspace", "outside"),
    "xoxp-fake-good": Token("user"),
    "xoxp-fake-app-removed": Token("user", "gone"),
    "xoxp-fake-user-deleted": Token("user", "gone"),
    "xoxp-fake-workspace-deleted": Token("user", "gone"),
    "xoxb-fake-good": Token("bot"),
    "xoxb-fake-user-deleted": Token("bot", "gone"),
    "xoxb-fake-workspace-deleted": Token("bot", "gone"),
    "xapp-fake-good": Token("app"),
}

# Conditions of the whole server, by the name under which they are switched on: the code that they draw.
CLOSED = {
    "maintenance": "service_unavailable",
    "method-retired": "method_deprecated",
    "endpoint-retired": "deprecated_endpoint",
    "ip-blocked": "invalid_auth",
    "network-limited": "accesslimited",
    "migrating": "org_login_required",
    "joining-org": "team_added_to_org",
    "posting-suspended": "ekm_access_denied",
    "enterprise-closed": "enterprise_is_restricted",
    "two-factor-missing": "two_factor_setup_required",
    "read-fails": "internal_error",
}
LATER = frozenset({"app-outdated", "commit-fails", "bucket-empty", "bucket-of-one"})
SWITCHES = frozenset(CLOSED) | LATER


@dataclass
class Grant:
    """A code or a trigger: what it was minted for, until when it lives, whether it was spent."""

    kind: str
    ends: float
    client: str = CLIENT[0]
    redirect_uri: str | None = REDIRECT_URI
    spent: bool = False


@dataclass
class World:
    """All that changes while the server runs."""

    codes: dict[str, Grant] = field(default_factory=dict)
    triggers: dict[str, Grant] = field(default_factory=dict)
    on: set[str] = field(default_factory=set)
    buckets: dict[str, list[float]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _count: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def mint_code(self, kind: str, redirect_uri: str | None = REDIRECT_URI) -> str:
        """Issue a code, as if a user had just authorised the app."""
        with self.lock:
            number = next(self._count)
            code = f"1111111111.{number}.fakecode{number:08x}"
            ends = time.monotonic() + (0 if kind == "expired" else LIFE_S)
            self.codes[code] = Grant(kind, ends, redirect_uri=redirect_uri)
            return code

    def mint_trigger(self, kind: str) -> str:
        """Issue a trigger, as if a user had just done something."""
        with self.lock:
            number = next(self._count)
            trigger = f"{number}.1111111111.faketrigger{number:08x}"
            ends = time.monotonic() + (0 if kind == "expired" else LIFE_S)
            self.triggers[trigger] = Grant(kind, ends)
            return trigger

    def switch(self, name: str) -> bool:
        """Put the server into a condition, and out of any other; say whether there is such a condition."""
        with self.lock:
            if name in SWITCHES and self.on != {name}:
                self.on = {name}
                self.buckets.clear()
            return name in SWITCHES

    def restore(self) -> None:
        """Put the server into good order."""
        with self.lock:
            self.on.clear()
            self.buckets.clear()

    def throttled(self, method: str) -> int:
        """Count a request; give the whole seconds to wait, or 0 if it may pass."""
        with self.lock:
            room = 0 if "bucket-empty" in self.on else 1 if "bucket-of-one" in self.on else None
            if room is None:
                return 0
            now = time.monotonic()
            since = self.buckets.setdefault(method, [] if room else [now])
            since[:] = [at for at in since if now - at < WINDOW_S]
            if not since:
                since.append(now)
                return 0
            return max(1, math.ceil(since[0] + WINDOW_S - now))
