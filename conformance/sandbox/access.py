"""Authentication and access checks: the token, app, user and workspace behind the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import REQUESTS_A_MINUTE
from conformance.sandbox.checks import Check, Phase, in_any_world
from conformance.sandbox.facts import Migration, TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.sandbox.context import Context
    from conformance.sandbox.facts import Token, World


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


def _known(context: Context) -> Iterator[tuple[Token, World]]:
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


def _migration(stage: Migration, name: str, other: str) -> Check:
    return Check(
        f"workspace.migration-{stage.name.lower()}",
        Phase.ACCESS,
        (name, other),
        in_any_world(lambda world: world.workspace.migration is stage),
    )


CHECKS = (
    Check("credentials.absent", Phase.AUTHENTICATION, ("not_authed",), _no_credential),
    Check("token.empty", Phase.AUTHENTICATION, ("not_authed",), _token_empty),
    Check("token.in-query", Phase.AUTHENTICATION, ("invalid_auth",), _token_in_refused_place),
    Check("token.unknown", Phase.AUTHENTICATION, ("invalid_auth",), _token_unknown),
    Check("address.refused", Phase.AUTHENTICATION, ("invalid_auth",), _address_refused),
    Check("token.of-bot-gone", Phase.AUTHENTICATION, ("account_inactive",), _bot_gone),
    Check("token.void", Phase.AUTHENTICATION, ("token_revoked", "account_inactive"), _token_void),
    Check("token.ended", Phase.AUTHENTICATION, ("token_expired", "invalid_auth"), _token_ended),
    Check("rate.exceeded", Phase.RATE, ("ratelimited",), _rate_exceeded),
    _migration(Migration.CLOSED, "org_login_required", "team_added_to_org"),
    _migration(Migration.AWAY, "team_added_to_org", "org_login_required"),
    Check(
        "app.outdated",
        Phase.ACCESS,
        ("upgrade_required",),
        in_any_world(lambda world: world.app.outdated),
    ),
    Check(
        "workspace.enterprise-wide",
        Phase.ACCESS,
        ("enterprise_is_restricted",),
        in_any_world(lambda world: world.app.enterprise_wide),
    ),
    Check("user.without-two-factor", Phase.ACCESS, ("two_factor_setup_required",), _two_factor_missing),
    Check("token.of-bot", Phase.ACCESS, ("is_bot",), _is_bot),
    Check("token.of-refused-type", Phase.ACCESS, ("not_allowed_token_type",), _type_refused),
    Check("token.needless", Phase.ACCESS, ("not_allowed_token_type",), _needless),
    Check(
        "token.not-granted-here",
        Phase.ACCESS,
        ("team_access_not_granted",),
        _not_granted_here,
    ),
    Check("token.without-scope", Phase.ACCESS, ("missing_scope",), _scope_missing, _scopes),
    Check("token.outside-conversation", Phase.ACCESS, ("no_permission",), _outside_conversation),
    Check(
        "workspace.posting-suspended",
        Phase.ACCESS,
        ("ekm_access_denied",),
        in_any_world(lambda world: world.workspace.posting_suspended),
    ),
)
