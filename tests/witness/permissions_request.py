"""The method apps.permissions.request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .access import check_token, find_token, presented_token, throttle
from .refusal import RefusalError
from .world import TokenKind

if TYPE_CHECKING:
    from .behaviour import Behaviour
    from .wire import Call
    from .world import Token, Trigger, World

METHOD = "apps.permissions.request"
IDENTITY_SCOPES = frozenset({"identity.basic", "identity.email", "identity.team", "identity.avatar"})
APP_SCOPES = frozenset(
    {
        "bot",
        "channels:history",
        "channels:read",
        "channels:write",
        "chat:write",
        "chat:write:user",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:read",
        "im:write",
        "incoming-webhook",
        "links:read",
        "links:write",
        "mpim:history",
        "mpim:read",
        "mpim:write",
        "pins:read",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "users:read",
        "users:read.email",
        "users.profile:read",
    }
)


def permissions_request(world: World, call: Call, behaviour: Behaviour) -> dict[str, object]:
    """Ask the user behind a trigger for more scopes."""
    token = authenticate(world, call, behaviour)
    throttle(token.bucket, METHOD, behaviour)
    scopes = call.arguments.get("scopes")
    given = call.arguments.get("trigger_id")
    if scopes is None and behaviour.scopes_required:
        raise missing("scopes")
    if given is None:
        raise missing("trigger_id")
    if scopes is not None:
        check_scopes(scopes, behaviour)
    trigger = find_trigger(world, given, behaviour)
    trigger.exchanged = True
    if token.workspace is not None:
        token.workspace.commit()
    return {}


def authenticate(world: World, call: Call, behaviour: Behaviour) -> Token:
    """Return the workspace token of a caller who may ask."""
    text = presented_token(call, behaviour)
    token = find_token(world, text or "", behaviour, expired_error="invalid_auth")
    if token.kind is TokenKind.BOT:
        raise RefusalError("is_bot")
    if token.kind is not TokenKind.WORKSPACE:
        raise RefusalError("not_allowed_token_type")
    if token.app.outdated:
        raise RefusalError("upgrade_required")
    check_token(token)
    return token


def missing(name: str) -> RefusalError:
    """Return the refusal for a required argument that is not there."""
    messages = [f"[ERROR] missing required field: {name}"]
    return RefusalError("invalid_arguments", extra={"response_metadata": {"messages": messages}})


def check_scopes(text: str, behaviour: Behaviour) -> None:
    """Refuse scopes that nobody knows and scopes that do not go together."""
    scopes = {scope.strip() for scope in text.split(",")}
    if not scopes <= APP_SCOPES | IDENTITY_SCOPES:
        raise RefusalError("invalid_scope")
    if behaviour.scope_families_kept_apart and scopes & IDENTITY_SCOPES and scopes & APP_SCOPES:
        raise RefusalError("mixed_scope")


def find_trigger(world: World, text: str, behaviour: Behaviour) -> Trigger:
    """Return the record of a trigger that can be exchanged."""
    trigger = world.triggers.get(text)
    if trigger is None:
        raise RefusalError("invalid_trigger")
    if trigger.exchanged and behaviour.trigger_works_once:
        raise RefusalError("trigger_exchanged")
    if trigger.user.deleted and behaviour.trigger_user_checked:
        raise RefusalError("invalid_user")
    return trigger
