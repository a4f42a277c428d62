"""The states: each is a small change to the facts of a healthy world, as described in `states.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts import (
    App,
    AppKind,
    Bucket,
    Conversation,
    Migration,
    StorageFailure,
    Token,
    TokenKind,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .facts import OneShot, WorldFacts
    from .minting import Mint

    Change = Callable[["WorldFacts", "Mint"], None]

STATES: dict[str, Change] = {}
"""Every state by name, with the function that applies it to a healthy world."""

DEMANDED_SCOPE = "admin.apps:write"
BUCKET_OF_ONE_WINDOW_S = 2
"""Shorter than the life of a trigger, so that the request after the wait can use one from the same world."""
EMPTY_BUCKET_WINDOW_S = 3600
"""Longer than a run, so that values handed out at its start are throttled until its end."""


def state(name: str) -> Callable[[Change], Change]:
    """Register the function for the state of this name in `states.toml`."""

    def enter(change: Change) -> Change:
        STATES[name] = change
        return change

    return enter


@state("healthy")
def _healthy(world: WorldFacts, mint: Mint) -> None:
    """Change nothing."""


# Tokens and their principals


def _hand_out(world: WorldFacts, mint: Mint, kind: TokenKind) -> Token:
    """Replace the workspace token that the world hands out by one of this kind."""
    user = world.bot if kind is TokenKind.BOT else world.user
    world.token = Token(mint.token(kind), kind, user, list(world.token.scopes))
    world.tokens = {world.token.value: world.token}
    return world.token


@state("app-removed")
def _app_removed(world: WorldFacts, mint: Mint) -> None:
    _hand_out(world, mint, TokenKind.USER)
    world.app.installed = False


@state("user-deleted")
def _user_deleted(world: WorldFacts, mint: Mint) -> None:
    _hand_out(world, mint, TokenKind.USER).user.deleted = True


@state("workspace-deleted")
def _workspace_deleted(world: WorldFacts, mint: Mint) -> None:
    _hand_out(world, mint, TokenKind.USER)
    world.workspace.deleted = True


@state("bot-of-deleted-user")
def _bot_of_deleted_user(world: WorldFacts, mint: Mint) -> None:
    _hand_out(world, mint, TokenKind.BOT).user.deleted = True


@state("bot-of-deleted-workspace")
def _bot_of_deleted_workspace(world: WorldFacts, mint: Mint) -> None:
    _hand_out(world, mint, TokenKind.BOT)
    world.workspace.deleted = True


@state("bot-token")
def _bot_token(world: WorldFacts, mint: Mint) -> None:
    _hand_out(world, mint, TokenKind.BOT)


@state("user-token")
def _user_token(world: WorldFacts, mint: Mint) -> None:
    _hand_out(world, mint, TokenKind.USER)


@state("app-level-token")
def _app_level_token(world: WorldFacts, mint: Mint) -> None:
    _hand_out(world, mint, TokenKind.APP_LEVEL)


@state("token-past-its-life")
def _token_past_its_life(world: WorldFacts, _mint: Mint) -> None:
    world.token.ends_at = world.clock.now - 1


@state("token-without-needed-scope")
def _token_without_needed_scope(world: WorldFacts, _mint: Mint) -> None:
    world.workspace.demanded_scope = DEMANDED_SCOPE


@state("token-of-other-workspace-only")
def _token_of_other_workspace_only(world: WorldFacts, _mint: Mint) -> None:
    world.token.granted_here = False


@state("app-outside-conversation")
def _app_outside_conversation(world: WorldFacts, mint: Mint) -> None:
    world.token.conversation = Conversation(mint.id("C"), has_app_as_member=False)


@state("refresh-token-unknown")
def _refresh_token_unknown(world: WorldFacts, _mint: Mint) -> None:
    world.refresh_tokens.clear()


# Users, triggers and codes


def _codes(world: WorldFacts) -> list[OneShot]:
    return list(world.one_shots.get("code", {}).values())


@state("trigger-of-deleted-user")
def _trigger_of_deleted_user(world: WorldFacts, mint: Mint) -> None:
    gone = User(mint.id("U"), "gone", "gone@example.com", deleted=True)
    for trigger in world.one_shots.get("trigger", {}).values():
        trigger.user = gone


def _outlive(world: WorldFacts, kind: str) -> None:
    for value in world.one_shots.get(kind, {}).values():
        value.issued_at = world.clock.now - value.lives_s - 1


@state("trigger-past-its-life")
def _trigger_past_its_life(world: WorldFacts, _mint: Mint) -> None:
    _outlive(world, "trigger")


@state("code-past-its-life")
def _code_past_its_life(world: WorldFacts, _mint: Mint) -> None:
    _outlive(world, "code")


@state("code-of-another-client")
def _code_of_another_client(world: WorldFacts, mint: Mint) -> None:
    other = App(mint.id("A"), mint.client_id(), mint.client_secret(), world.app.redirect_uri)
    for code in _codes(world):
        code.app = other


@state("another-client")
def _another_client(_world: WorldFacts, _mint: Mint) -> None:
    """Change nothing: each world has a client of its own."""


@state("code-with-other-redirect-uri")
def _code_with_other_redirect_uri(world: WorldFacts, _mint: Mint) -> None:
    for code in _codes(world):
        code.redirect_uri = f"{world.app.redirect_uri}2"


@state("code-issued-by-v2-url")
def _code_issued_by_v2_url(world: WorldFacts, _mint: Mint) -> None:
    for code in _codes(world):
        code.by_first_url = False


@state("code-without-redirect-uri")
def _code_without_redirect_uri(world: WorldFacts, _mint: Mint) -> None:
    for code in _codes(world):
        code.redirect_uri = None


@state("email-unverified")
def _email_unverified(world: WorldFacts, _mint: Mint) -> None:
    world.user.email_verified = False


@state("two-factor-missing")
def _two_factor_missing(world: WorldFacts, _mint: Mint) -> None:
    world.workspace.demands_two_factor = True


@state("resource-gone")
def _resource_gone(world: WorldFacts, mint: Mint) -> None:
    for code in _codes(world):
        code.conversation = Conversation(mint.id("C"), deleted=True)


@state("resource-closed-to-app")
def _resource_closed_to_app(world: WorldFacts, mint: Mint) -> None:
    for code in _codes(world):
        code.conversation = Conversation(mint.id("C"), admits_app=False)


# Workspaces and enterprises


@state("migrating-enterprise")
def _migrating_enterprise(world: WorldFacts, _mint: Mint) -> None:
    world.workspace.migration = Migration.CLOSED


@state("joining-an-enterprise")
def _joining_an_enterprise(world: WorldFacts, _mint: Mint) -> None:
    world.workspace.migration = Migration.AWAY


@state("enterprise-wide-install")
def _enterprise_wide_install(world: WorldFacts, mint: Mint) -> None:
    world.workspace.enterprise_id = mint.id("E")
    world.app.enterprise_wide = True


@state("enterprise-workspace")
def _enterprise_workspace(world: WorldFacts, mint: Mint) -> None:
    world.workspace.enterprise_id = mint.id("E")


@state("workspace-suspended-posting")
def _workspace_suspended_posting(world: WorldFacts, _mint: Mint) -> None:
    world.workspace.posting_suspended = True


@state("other-app-removed")
def _other_app_removed(world: WorldFacts, mint: Mint) -> None:
    other = User(mint.id("U"), "other", "other@example.com", deleted=True)
    value = mint.token(TokenKind.USER)
    world.tokens[value] = Token(value, TokenKind.USER, other, [])


# Kinds of app: what an exchanged code yields


@state("workspace-app")
def _workspace_app(world: WorldFacts, _mint: Mint) -> None:
    world.app.kind = AppKind.WORKSPACE


@state("classic-app")
def _classic_app(world: WorldFacts, _mint: Mint) -> None:
    world.app.kind = AppKind.CLASSIC


@state("classic-app-with-bot")
def _classic_app_with_bot(world: WorldFacts, _mint: Mint) -> None:
    world.app.kind = AppKind.CLASSIC_WITH_BOT


@state("classic-app-with-webhook")
def _classic_app_with_webhook(world: WorldFacts, _mint: Mint) -> None:
    world.app.kind = AppKind.CLASSIC_WITH_WEBHOOK


@state("sign-in-app")
def _sign_in_app(world: WorldFacts, _mint: Mint) -> None:
    world.app.kind = AppKind.SIGN_IN


# Networks, rates and the life of the methods


@state("address-not-admitted")
def _address_not_admitted(world: WorldFacts, _mint: Mint) -> None:
    world.workspace.admits_address = False


@state("network-closed-to-method")
def _network_closed_to_method(world: WorldFacts, _mint: Mint) -> None:
    world.service.network_admitted = False


@state("bucket-of-one")
def _bucket_of_one(world: WorldFacts, _mint: Mint) -> None:
    world.bucket = Bucket(1, BUCKET_OF_ONE_WINDOW_S)


@state("bucket-empty")
def _bucket_empty(world: WorldFacts, _mint: Mint) -> None:
    world.bucket = Bucket(1, EMPTY_BUCKET_WINDOW_S, began_at=world.clock.now, taken=1)


@state("method-retired")
def _method_retired(world: WorldFacts, _mint: Mint) -> None:
    world.service.method_retired = True


@state("url-retired")
def _url_retired(world: WorldFacts, _mint: Mint) -> None:
    world.service.address_retired = True


@state("app-outdated")
def _app_outdated(world: WorldFacts, _mint: Mint) -> None:
    world.app.outdated = True


# Faults of the service


@state("maintenance")
def _maintenance(world: WorldFacts, _mint: Mint) -> None:
    world.service.under_maintenance = True


@state("storage-fails-at-read")
def _storage_fails_at_read(world: WorldFacts, _mint: Mint) -> None:
    world.service.storage_failure = StorageFailure.AT_READ


@state("storage-fails-after-commit")
def _storage_fails_after_commit(world: WorldFacts, _mint: Mint) -> None:
    world.service.storage_failure = StorageFailure.AFTER_COMMIT
