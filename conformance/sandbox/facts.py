"""The facts of a world: workspace, app, users, tokens, one-shot values and service.

No error code appears here. A state changes facts ("the user is deleted"), and the checks derive the answer from the
facts and the request, as a real service would. So the sandbox cannot simply echo the outcome that a case expects.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from .journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .injections import Injection


class TokenKind(StrEnum):
    """The kind of principal that a token represents."""

    WORKSPACE = "workspace"
    USER = "user"
    BOT = "bot"
    APP_LEVEL = "app-level"


class AppKind(StrEnum):
    """The kind of app, which determines the answer to an exchanged code."""

    WORKSPACE = "workspace"
    CLASSIC = "classic"
    CLASSIC_WITH_BOT = "classic-with-bot"
    CLASSIC_WITH_WEBHOOK = "classic-with-webhook"
    SIGN_IN = "sign-in"


class Migration(StrEnum):
    """The stage of a workspace's migration into an enterprise."""

    NONE = "none"
    CLOSED = "closed until it ends"
    AWAY = "comes and goes, away now"


class StorageFailure(StrEnum):
    """At which point the storage fails."""

    NEVER = "never"
    AT_READ = "at the first read"
    AFTER_COMMIT = "right after a change was committed"


@dataclass(slots=True)
class Workspace:
    """A workspace and its policies."""

    id: str
    name: str
    enterprise_id: str | None = None
    deleted: bool = False
    migration: Migration = Migration.NONE
    demands_two_factor: bool = False
    demanded_scope: str | None = None
    posting_suspended: bool = False
    admits_address: bool = True


@dataclass(slots=True)
class User:
    """A member of the workspace, possibly a bot."""

    id: str
    name: str
    email: str
    deleted: bool = False
    has_two_factor: bool = False
    email_verified: bool = True


@dataclass(slots=True)
class Conversation:
    """A conversation to which a token or code is restricted."""

    id: str
    deleted: bool = False
    admits_app: bool = True
    has_app_as_member: bool = True


@dataclass(slots=True)
class App:
    """An app with its client credentials."""

    id: str
    client_id: str
    client_secret: str
    redirect_uri: str
    kind: AppKind = AppKind.WORKSPACE
    installed: bool = True
    outdated: bool = False
    enterprise_wide: bool = False


@dataclass(slots=True)
class Token:
    """An issued token."""

    value: str
    kind: TokenKind
    user: User
    scopes: list[str]
    ends_at: float | None = None
    conversation: Conversation | None = None
    granted_here: bool = True


@dataclass(slots=True)
class OneShot:
    """A value that one successful request uses up: a trigger or a code."""

    value: str
    user: User
    app: App
    """The app that it was issued to."""
    issued_at: float
    lives_s: float
    used: bool = False
    used_by: str = ""
    """How the request that used it up was delivered: `Context.delivery`. Only deviations look at it."""
    redirect_uri: str | None = None
    by_first_url: bool = True
    conversation: Conversation | None = None

    def expired(self, now: float) -> bool:
        """Return whether it has expired at this time of its world."""
        return now - self.issued_at >= self.lives_s


@dataclass(slots=True)
class Service:
    """The condition of the service for this world."""

    under_maintenance: bool = False
    method_retired: bool = False
    address_retired: bool = False
    network_admitted: bool = True
    storage_failure: StorageFailure = StorageFailure.NEVER


@dataclass(slots=True)
class Bucket:
    """A rate limit: a number of requests per window of whole seconds."""

    limit: int
    window_s: int = 60
    began_at: float = float("-inf")
    taken: int = 0

    def take(self, now: float) -> bool:
        """Count one request; return `False` if the window has none left."""
        if now - self.began_at >= self.window_s:
            self.began_at, self.taken = now, 0
        if self.taken >= self.limit:
            return False
        self.taken += 1
        return True

    def is_full(self, now: float) -> bool:
        """Return whether the next request would exceed the limit."""
        return now - self.began_at < self.window_s and self.taken >= self.limit

    def wait_s(self, now: float) -> int:
        """Return the seconds until the window ends, rounded up, at least one."""
        return max(1, -int(-(self.began_at + self.window_s - now) // 1))


@dataclass(slots=True)
class WorldClock:
    """The time of a world; it advances on request, and with real time only if so configured."""

    source: Callable[[], float] | None = None
    advanced: float = 0.0

    @classmethod
    def started(cls, *, real_time: bool) -> WorldClock:
        """Return a new clock, which advances with real time if `real_time`."""
        return cls(time.monotonic if real_time else None)

    @property
    def now(self) -> float:
        """The world's current time in seconds; only differences are meaningful."""
        return self.advanced + (self.source() if self.source else 0.0)

    def advance(self, seconds: float) -> None:
        """Advance by this many seconds."""
        self.advanced += seconds


@dataclass(slots=True)
class WorldFacts:
    """A private workspace with one app, its users, tokens, one-shot values, buckets and journal."""

    id: str
    clock: WorldClock
    workspace: Workspace
    app: App
    user: User
    bot: User
    token: Token
    refresh_token: str
    tokens: dict[str, Token] = field(default_factory=dict)
    one_shots: dict[str, dict[str, OneShot]] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)
    service: Service = field(default_factory=Service)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    bucket: Bucket | None = None
    journal: Journal = field(default_factory=Journal)
    injections: list[Injection] = field(default_factory=list)
    """The failures that the next calls meet."""
    models: dict[str, OneShot] = field(default_factory=dict)
    """What a further one-shot value of each kind is like in the state of this world."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def bucket_of(self, method: str, per_minute: int) -> Bucket:
        """Return the method's rate limit in this world."""
        if method not in self.buckets:
            self.buckets[method] = replace(self.bucket) if self.bucket else Bucket(per_minute)
        return self.buckets[method]
