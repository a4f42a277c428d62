"""The credentials that exist from the start, by state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from .world import App, AppKind, Bucket, Grant, TokenKind, User, Workspace, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from .world import Client

HEALTHY = ""
PLENTY = 1000
SOME = 120
WINDOW_S = 2
REDIRECT = "https://app.witness.example/callback"
OTHER_REDIRECT = "https://app.witness.example/other"
SECRET = "fake-client-secret-of-the-witness"
OTHER_SECRET = "fake-client-secret-of-another-app"
REFRESHER = "xoxr-000000001-fake"
SCOPES = "channels:read,chat:write"
SCOPES_MIXED = "channels:read,identity.basic"
NEEDED_SCOPE = "links:write"

Record = TypeVar("Record", App, Workspace)

WORKSPACE_FACTS: dict[str, dict[str, object]] = {
    "two-factor-missing": {"second_factor_demanded": True},
    "migrating-enterprise": {"migrating": True},
    "joining-an-enterprise": {"joining": True},
    "enterprise-workspace": {"enterprise": "E0WITNESS1"},
    "workspace-suspended-posting": {"posting_suspended": True},
    "address-not-admitted": {"admits_loopback": False},
    "network-closed-to-method": {"methods_on_loopback": False},
    "maintenance": {"down_for_maintenance": True},
}
FRAGILE_FACTS: dict[str, dict[str, object]] = {
    "storage-fails-at-read": {"reads_that_fail": 1},
    "storage-fails-after-commit": {"commits_that_fail": 1},
}
APP_FACTS: dict[str, dict[str, object]] = {
    "method-retired": {"methods_retired": True},
    "url-retired": {"address_retired": True},
    "app-outdated": {"outdated": True},
}
APP_KINDS = {
    "workspace-app": AppKind.WORKSPACE,
    "classic-app": AppKind.CLASSIC,
    "classic-app-with-bot": AppKind.CLASSIC_BOT,
    "classic-app-with-webhook": AppKind.CLASSIC_HOOK,
    "sign-in-app": AppKind.SIGN_IN,
}
GRANTS = {"resource-gone": Grant.GONE, "resource-closed-to-app": Grant.CLOSED}


@dataclass(frozen=True, slots=True)
class Seed:
    """Values that a profile may hand out, and whether they are secrets."""

    texts: tuple[str, ...]
    secret: bool = True


@dataclass(slots=True)
class Seeds:
    """A world with everything in it, and the values by state and name."""

    world: World = field(default_factory=World)
    values: dict[str, dict[str, Seed]] = field(default_factory=dict)
    app: App = field(default_factory=lambda: App("A0WITNESS1", redirects=frozenset({REDIRECT, OTHER_REDIRECT})))
    team: Workspace = field(default_factory=lambda: Workspace("T0WITNESS1"))
    user: User = field(default_factory=lambda: User("U0WITNESS1"))

    def __post_init__(self) -> None:
        """Seed all states."""
        self.seed_healthy()
        self.seed_tokens()
        self.seed_codes()
        self.seed_workspaces()
        self.seed_apps()
        self.seed_bucket()

    def put(self, state: str, name: str, *texts: str, secret: bool = True) -> None:
        """Keep values under their state and name."""
        self.values.setdefault(state, {})[name] = Seed(texts, secret)

    def put_client(self, state: str, app: App, secret: str = SECRET) -> Client:
        """Give a state an app's credentials."""
        client = self.world.issue_client(app, secret)
        self.put(state, "client_id", client.id, secret=False)
        self.put(state, "client_secret", client.secret)
        return client

    def put_token(self, state: str, kind: TokenKind = TokenKind.WORKSPACE, **facts: object) -> None:
        """Give a state a token of the healthy app, with some facts about it."""
        token = self.world.issue_token(kind, self.app, self.team, self.user)
        for name, fact in facts.items():
            setattr(token, name, fact)
        self.put(state, "token", token.text)

    def put_codes(self, state: str, amount: int = SOME, **facts: object) -> None:
        """Give a state codes of the healthy app, with some facts about them."""
        codes = [self.world.issue_code(self.app, self.team, self.user, REDIRECT) for _ in range(amount)]
        for code in codes:
            for name, fact in facts.items():
                setattr(code, name, fact)
        self.put(state, "code", *(code.text for code in codes))

    def put_triggers(self, state: str, user: User, amount: int = SOME) -> None:
        """Give a state triggers of a user."""
        self.put(state, "trigger", *(self.world.issue_trigger(user).text for _ in range(amount)))

    def seed_healthy(self) -> None:
        """Seed the world in which nothing is amiss."""
        self.put_token(HEALTHY)
        self.put_triggers(HEALTHY, self.user, PLENTY)
        self.put_codes(HEALTHY, PLENTY)
        self.world.refreshers[REFRESHER] = self.put_client(HEALTHY, self.app)
        self.put(HEALTHY, "redirect_uri", REDIRECT, secret=False)
        self.put(HEALTHY, "scopes", SCOPES, secret=False)
        self.put(HEALTHY, "scopes_mixed", SCOPES_MIXED, secret=False)

    def seed_tokens(self) -> None:
        """Seed the states of one token, and of the users behind triggers."""
        deleted_user = User("U0WITGONE1", deleted=True)
        deleted_team = Workspace("T0WITGONE1", deleted=True)
        self.put_token("app-removed", TokenKind.USER, app_removed=True)
        self.put_token("user-deleted", TokenKind.USER, user=deleted_user)
        self.put_token("workspace-deleted", TokenKind.USER, workspace=deleted_team)
        self.put_token("bot-of-deleted-user", TokenKind.BOT, user=deleted_user)
        self.put_token("bot-of-deleted-workspace", TokenKind.BOT, workspace=deleted_team)
        self.put_token("bot-token", TokenKind.BOT)
        self.put_token("user-token", TokenKind.USER)
        self.put_token("app-level-token", TokenKind.APP, workspace=None)
        self.put_token("token-past-its-life", expired=True)
        strict_team = Workspace("T0WITSCOPE", scope_demanded=NEEDED_SCOPE)
        self.put_token("token-without-needed-scope", workspace=strict_team)
        self.put_token("token-of-other-workspace-only", TokenKind.ORGANISATION, workspace=None)
        self.put_token("app-outside-conversation", outside_conversation=True)
        self.put_triggers("trigger-of-deleted-user", deleted_user)
        self.put_token("other-app-removed")
        self.put_triggers("other-app-removed", self.user)
        self.put_codes("other-app-removed")
        other_app = App("A0WITOTHER")
        self.world.issue_token(TokenKind.USER, other_app, self.team, self.user).app_removed = True

    def seed_codes(self) -> None:
        """Seed the states of codes alone."""
        self.put_codes("code-issued-by-v2-url", version=2)
        self.put_codes("code-of-another-client", app=App("A0WITOTHER", redirects=frozenset({REDIRECT})))
        self.put_client("another-client", App("A0WITOTHER", redirects=frozenset({REDIRECT})), OTHER_SECRET)
        self.put_codes("code-with-other-redirect-uri", redirect=OTHER_REDIRECT)
        self.put("code-with-other-redirect-uri", "redirect_uri", REDIRECT, secret=False)
        self.put_codes("code-without-redirect-uri", redirect=None)
        self.put("code-without-redirect-uri", "redirect_uri", REDIRECT, secret=False)
        self.put_codes("email-unverified", user=User("U0WITMAIL1", verified=False))
        for state, grant in GRANTS.items():
            self.put_codes(state, grant=grant)
        self.put_token("enterprise-wide-install", whole_enterprise=True)
        self.put_codes("enterprise-wide-install", whole_enterprise=True)

    def seed_workspaces(self) -> None:
        """Seed the states of a workspace, and those of the storage, which take a new workspace each time."""
        for state, facts in WORKSPACE_FACTS.items():
            team = changed(Workspace("T0WITSTATE"), facts)
            self.put_token(state, workspace=team)
            self.put_triggers(state, self.user)
            self.put_codes(state, workspace=team)
        for state, facts in FRAGILE_FACTS.items():
            self.put_many(state, partial(changed, Workspace("T0WITFRAIL"), facts))

    def put_many(self, state: str, make_team: Callable[[], Workspace]) -> None:
        """Give a state tokens and codes of which each has a workspace of its own."""
        tokens = [self.world.issue_token(TokenKind.WORKSPACE, self.app, make_team(), self.user) for _ in range(SOME)]
        codes = [self.world.issue_code(self.app, make_team(), self.user, REDIRECT) for _ in range(SOME)]
        self.put(state, "token", *(token.text for token in tokens))
        self.put(state, "code", *(code.text for code in codes))
        self.put_triggers(state, self.user)

    def seed_apps(self) -> None:
        """Seed the states of a whole app."""
        for state, facts in APP_FACTS.items():
            app = changed(self.app, facts)
            self.put_token(state, app=app)
            self.put_client(state, app)
            self.put_codes(state, app=app)
        for state, kind in APP_KINDS.items():
            app = replace(self.app, kind=kind)
            self.put_client(state, app)
            self.put_codes(state, app=app)

    def seed_bucket(self) -> None:
        """Seed tokens and client ids of which each may call once in a window."""
        state = "bucket-of-one"
        tokens = [self.world.issue_token(TokenKind.WORKSPACE, self.app, self.team, self.user) for _ in range(SOME)]
        clients = [self.world.issue_client(self.app, SECRET) for _ in range(SOME)]
        for token in tokens:
            token.bucket = Bucket(WINDOW_S)
        for client in clients:
            client.bucket = Bucket(WINDOW_S)
        self.put(state, "token", *(token.text for token in tokens))
        self.put(state, "client_id", *(client.id for client in clients), secret=False)
        self.put(state, "client_secret", SECRET)
        self.put_triggers(state, self.user)
        self.put_codes(state)


def changed(record: Record, facts: dict[str, object]) -> Record:
    """Return a copy of a record with other facts."""
    copy = replace(record)
    for name, fact in facts.items():
        setattr(copy, name, fact)
    return copy
