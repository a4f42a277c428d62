"""Checks of the grant behind a code or refresh token, made when the request itself is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.checks import Check, Phase
from conformance.sandbox.facts import AppKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context
    from conformance.sandbox.facts import OneShot


def _of_values(condition: str, name: str, fact: Callable[[OneShot], bool]) -> Check:
    return Check(condition, Phase.GRANT, (name,), lambda context: any(fact(value) for value in context.one_shots))


def _email_unverified(value: OneShot) -> bool:
    return not value.user.email_verified


def _refresh_token_unknown(context: Context) -> bool:
    return context.refreshing and context.arguments.get("refresh_token") not in context.world.refresh_tokens


def _single_channel_of_other_app(context: Context) -> bool:
    """Whether a single channel is requested with an app other than a workspace app."""
    exchanges = context.method.effect.get("kind") == "exchange-code"
    return context.switched_on("single_channel") and exchanges and context.world.app.kind is not AppKind.WORKSPACE


CHECKS = (
    Check("grant.single-channel-of-other-app", Phase.VALUES, ("invalid_arguments",), _single_channel_of_other_app),
    _of_values("grant.by-other-url", "oauth_authorization_url_mismatch", lambda value: not value.by_first_url),
    _of_values("grant.email-unverified", "user_email_unverified", _email_unverified),
    _of_values(
        "grant.resource-gone",
        "missing_resource",
        lambda value: value.conversation is not None and value.conversation.deleted,
    ),
    _of_values(
        "grant.resource-closed",
        "access_denied",
        lambda value: value.conversation is not None and not value.conversation.admits_app,
    ),
    Check("grant.refresh-token-unknown", Phase.GRANT, ("invalid_token",), _refresh_token_unknown),
)
