"""What the witness knows: workspaces, people, apps and their credentials."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from enum import Enum
from threading import RLock

from .refusal import RefusalError


class TokenKind(Enum):
    """Whom a token stands for."""

    WORKSPACE = "xoxa"
    USER = "xoxp"
    BOT = "xoxb"
    APP = "xapp"
    ORGANISATION = "xoxe"


class AppKind(Enum):
    """What an app gets for a code."""

    WORKSPACE = "workspace"
    CLASSIC = "classic"
    CLASSIC_BOT = "classic-bot"
    CLASSIC_HOOK = "classic-hook"
    SIGN_IN = "sign-in"


class Grant(Enum):
    """What became of the conversation that a code was authorised for."""

    OPEN = "open"
    GONE = "gone"
    CLOSED = "closed"


@dataclass(slots=True)
class User:
    """A person, or the bot user of an app."""

    id: str
    deleted: bool = False
    verified: bool = True
    second_factor: bool = False


@dataclass(slots=True)
class Workspace:
    """A team, and the part of the service that keeps its facts."""

    id: str
    name: str = "Witness Works"
    enterprise: str | None = None
    deleted: bool = False
    migrating: bool = False
    joining: bool = False
    posting_suspended: bool = False
    second_factor_demanded: bool = False
    scope_demanded: str | None = None
    admits_loopback: bool = True
    methods_on_loopback: bool = True
    down_for_maintenance: bool = False
    reads_that_fail: int = 0
    commits_that_fail: int = 0

    def read(self) -> None:
        """Reach for the stored facts, which may fail."""
        if self.down_for_maintenance:
            raise RefusalError("service_unavailable")
        if self.reads_that_fail:
            self.reads_that_fail -= 1
            raise RefusalError("internal_error")

    def commit(self) -> None:
        """Confirm a change that was made already, which may fail."""
        if self.commits_that_fail:
            self.commits_that_fail -= 1
            raise RefusalError("fatal_error")


@dataclass(slots=True)
class Bucket:
    """A limit of one call of a method for each window."""

    window: int
    opened: dict[str, float] = field(default_factory=dict)

    def admit(self, method: str) -> int | None:
        """Count one call, or tell how many seconds are left to wait."""
        now = time.monotonic()
        left = self.opened.get(method, -math.inf) + self.window - now
        if left > 0:
            return math.ceil(left)
        self.opened[method] = now
        return None


@dataclass(slots=True)
class App:
    """An app, as its makers registered it."""

    id: str
    kind: AppKind = AppKind.WORKSPACE
    redirects: frozenset[str] = frozenset()
    methods_retired: bool = False
    address_retired: bool = False
    outdated: bool = False


@dataclass(slots=True)
class Token:
    """An issued token."""

    text: str
    kind: TokenKind
    app: App
    workspace: Workspace | None
    user: User
    scopes: frozenset[str] = frozenset({"chat:write", "channels:read"})
    app_removed: bool = False
    expired: bool = False
    outside_conversation: bool = False
    whole_enterprise: bool = False
    bucket: Bucket | None = None


@dataclass(slots=True)
class Trigger:
    """An issued trigger."""

    text: str
    user: User
    exchanged: bool = False


@dataclass(slots=True)
class Code:
    """An issued code."""

    text: str
    app: App
    workspace: Workspace
    user: User
    redirect: str | None
    version: int = 1
    grant: Grant = Grant.OPEN
    whole_enterprise: bool = False
    used: bool = False


@dataclass(slots=True)
class Client:
    """A pair of credentials of an app."""

    id: str
    secret: str
    app: App
    bucket: Bucket | None = None


@dataclass(slots=True)
class World:
    """All records by the text with which callers present them."""

    tokens: dict[str, Token] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    refreshers: dict[str, Client] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
    count: int = 0

    def number(self) -> int:
        """Return a number that was not used before."""
        with self.lock:
            self.count += 1
            return self.count

    def issue_token(self, kind: TokenKind, app: App, workspace: Workspace | None, user: User) -> Token:
        """Make a token and keep it."""
        token = Token(f"{kind.value}-{self.number():09d}-fake", kind, app, workspace, user)
        self.tokens[token.text] = token
        return token

    def issue_trigger(self, user: User) -> Trigger:
        """Make a trigger and keep it."""
        number = self.number()
        trigger = Trigger(f"{number:012d}.{number + 7:011d}.fake", user)
        self.triggers[trigger.text] = trigger
        return trigger

    def issue_code(self, app: App, workspace: Workspace, user: User, redirect: str | None) -> Code:
        """Make a code and keep it."""
        number = self.number()
        code = Code(f"{number:010d}.{number + 7:013d}.{'fake' * 8}", app, workspace, user, redirect)
        self.codes[code.text] = code
        return code

    def issue_client(self, app: App, secret: str) -> Client:
        """Make a client id of an app and keep it."""
        number = self.number()
        client = Client(f"{number:010d}.{number + 7:012d}", secret, app)
        self.clients[client.id] = client
        return client
