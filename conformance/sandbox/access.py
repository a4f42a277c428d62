"""Checks of what stands behind a request: token, app, user and workspace, and the grant behind a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog.model import REQUESTS_A_MINUTE
from .checks import Check, Phase, in_any_world
from .facts import AppKind, Migration, StorageFailure, TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .context import Context
    from .facts import OneShot, Token, WorldFacts


def _storage_fails(context: Context) -> bool:
    """Whether the facts about the credentials cannot be read."""
    return context.world.service.storage_failure is StorageFailure.AT_READ


def _no_credential(context: Context) -> bool:
    """Whether the request has no credentials although the method requires them."""
    arguments = context.method.arguments.values()
    if any(argument.kind == "token" and argument.required for argument in arguments):
        return context.call.token is None and not _token_in_refused_place(context)
    first = next((a.name for a in arguments if a.kind == "client-id"), None)
    second = next((a.name for a in arguments if a.kind == "client-secret"), None)
    if first is None or second is None or context.call.token:
        return False
    if context.call.client(first, first=True) or context.call.client(second, first=False):
        return False
    # Without any arguments, the checks of the single arguments report what is missing.
    return any(context.arguments.get(name) for name in context.method.arguments)


def _token_unknown(context: Context) -> bool:
    return context.call.token is not None and context.token is None


def _token_in_refused_place(context: Context) -> bool:
    """Whether the only token is in the query string, which one reading refuses."""
    return (
        context.variant.query_tokens == "refused"
        and bool(context.call.query.get("token"))
        and context.call.token is None
    )


def _token_empty(context: Context) -> bool:
    """Whether an empty token is sent to a method without a token argument, which one reading refuses."""
    given = context.call.form.get("token") == "" and context.call.token is None
    return context.variant.empty_tokens_refused and given and "token" not in context.method.arguments


def _address_refused(context: Context) -> bool:
    return not all(world.workspace.admits_address for world in context.involved)


def _known(context: Context) -> Iterator[tuple[Token, WorldFacts]]:
    """Yield the token with its world, if the request carries one that was issued."""
    if context.token is not None and context.token_world is not None:
        yield context.token, context.token_world


def _bot_gone(context: Context) -> bool:
    return any(
        token.kind is TokenKind.BOT and (token.user.deleted or world.workspace.deleted)
        for token, world in _known(context)
    )


def _token_void(context: Context) -> bool:
    """Whether the token's user, workspace or app is gone; for a bot token only the app counts here."""
    return any(
        not world.app.installed or (token.kind is not TokenKind.BOT and (token.user.deleted or world.workspace.deleted))
        for token, world in _known(context)
    )


def _token_ended(context: Context) -> bool:
    return any(token.ends_at is not None and token.ends_at <= world.clock.now for token, world in _known(context))


def _rate_exceeded(context: Context) -> bool:
    world, method = context.world, context.method
    if not context.involved:
        return False
    a_minute = context.variant.requests_a_minute.get(method.name, REQUESTS_A_MINUTE[method.tier])
    return not world.bucket_of(method.name, a_minute).take(world.clock.now)


def _two_factor_missing(context: Context) -> bool:
    return any(world.workspace.demands_two_factor and not world.user.has_two_factor for world in context.involved)


def _type_refused(context: Context) -> bool:
    """Whether the token has a type that the method does not accept."""
    if context.token is None:
        return False
    presents = context.method.effect.get("kind") == "present-request"
    closed = {TokenKind.APP_LEVEL}
    if presents and not context.variant.user_tokens_may_request:
        # Only an app with its own token can request more scopes.
        closed.add(TokenKind.USER)
    return context.token.kind in closed


def _needless(context: Context) -> bool:
    """Whether a valid token is sent to a method without a token argument, which one reading refuses."""
    if context.variant.needless_tokens != "refused" or "token" in context.method.arguments:
        return False
    faults = (
        _bot_gone,
        _token_void,
        _token_ended,
        _type_refused,
        _not_granted_here,
        _scope_missing,
        _outside_conversation,
    )
    return context.token is not None and not any(fault(context) for fault in faults)


def _not_granted_here(context: Context) -> bool:
    return context.token is not None and not context.token.granted_here


def _is_bot(context: Context) -> bool:
    return context.token is not None and context.token.kind is TokenKind.BOT


def _scope_missing(context: Context) -> bool:
    return any(
        world.workspace.demanded_scope is not None and world.workspace.demanded_scope not in token.scopes
        for token, world in _known(context)
    )


def _scopes(context: Context) -> Mapping[str, object]:
    return {
        "needed": ",".join(world.workspace.demanded_scope or "" for _, world in _known(context)),
        "provided": ",".join(context.token.scopes if context.token else ()),
    }


def _outside_conversation(context: Context) -> bool:
    conversation = context.token.conversation if context.token else None
    return conversation is not None and not conversation.has_app_as_member


def _refresh_token_unknown(context: Context) -> bool:
    return context.refreshing and context.arguments.get("refresh_token") not in context.world.refresh_tokens


def _single_channel_of_other_app(context: Context) -> bool:
    """Whether a single channel is requested with an app other than a workspace app."""
    exchanges = context.method.effect.get("kind") == "exchange-code"
    return context.switched_on("single_channel") and exchanges and context.world.app.kind is not AppKind.WORKSPACE


def _authentication(condition: str, holds: Callable[[Context], bool]) -> Check:
    return Check(condition, Phase.AUTHENTICATION, holds)


def _access(condition: str, holds: Callable[[Context], bool]) -> Check:
    return Check(condition, Phase.ACCESS, holds)


def _in_world(condition: str, fact: Callable[[WorldFacts], bool]) -> Check:
    return Check(condition, Phase.ACCESS, in_any_world(fact))


def _grant(condition: str, fact: Callable[[OneShot], bool]) -> Check:
    return Check(condition, Phase.GRANT, lambda context: any(fact(value) for value in context.one_shots))


def _resource_gone(value: OneShot) -> bool:
    return value.conversation is not None and value.conversation.deleted


def _resource_closed(value: OneShot) -> bool:
    return value.conversation is not None and not value.conversation.admits_app


CHECKS = (
    _authentication("storage.read", _storage_fails),
    _authentication("credentials.absent", _no_credential),
    _authentication("token.empty", _token_empty),
    _authentication("token.in-query", _token_in_refused_place),
    _authentication("token.unknown", _token_unknown),
    _authentication("address.refused", _address_refused),
    _authentication("token.of-bot-gone", _bot_gone),
    _authentication("token.void", _token_void),
    _authentication("token.ended", _token_ended),
    Check("rate.exceeded", Phase.RATE, _rate_exceeded),
    _in_world("workspace.migration-closed", lambda world: world.workspace.migration is Migration.CLOSED),
    _in_world("workspace.migration-away", lambda world: world.workspace.migration is Migration.AWAY),
    _in_world("app.outdated", lambda world: world.app.outdated),
    _in_world("workspace.enterprise-wide", lambda world: world.app.enterprise_wide),
    _access("user.without-two-factor", _two_factor_missing),
    _access("token.of-bot", _is_bot),
    _access("token.of-refused-type", _type_refused),
    _access("token.needless", _needless),
    _access("token.not-granted-here", _not_granted_here),
    Check("token.without-scope", Phase.ACCESS, _scope_missing, _scopes),
    _access("token.outside-conversation", _outside_conversation),
    _in_world("workspace.posting-suspended", lambda world: world.workspace.posting_suspended),
)
"""The checks before those of the arguments."""
GRANT_CHECKS = (
    Check("grant.single-channel-of-other-app", Phase.VALUES, _single_channel_of_other_app),
    _grant("grant.by-other-url", lambda value: not value.by_first_url),
    _grant("grant.email-unverified", lambda value: not value.user.email_verified),
    _grant("grant.resource-gone", _resource_gone),
    _grant("grant.resource-closed", _resource_closed),
    Check("grant.refresh-token-unknown", Phase.GRANT, _refresh_token_unknown),
)
"""The checks after those of the arguments."""
