"""Faults in the handling of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import Strength
from conformance.lab.deviations.conditions import both, by_form, by_get, by_multipart, not_
from conformance.lab.deviations.kinds import Calls, Passes, Refuses
from conformance.sandbox.facts import TokenKind

if TYPE_CHECKING:
    from conformance.sandbox.context import Context

PERMISSIONS, OAUTH = "apps.permissions.request", "oauth.access"


def _in_header(context: Context) -> bool:
    return context.call.bearer is not None


def _in_form(context: Context) -> bool:
    return "token" in context.call.form


def _in_query(context: Context) -> bool:
    return "token" in context.call.query


def _owner_deleted(context: Context) -> bool:
    return context.token is not None and context.token.user.deleted


def _somebody_deleted(context: Context) -> bool:
    tokens = context.token_world.tokens.values() if context.token_world else ()
    return any(token.user.deleted for token in tokens)


def _workspace_deleted(context: Context) -> bool:
    return context.token_world is not None and context.token_world.workspace.deleted


def _app_removed(context: Context) -> bool:
    return context.token_world is not None and not context.token_world.app.installed


def _of_kind(context: Context, kind: TokenKind) -> bool:
    return context.token is not None and context.token.kind is kind


_ABSENT, _UNKNOWN, _REQUIRED = "credentials.absent", "token.unknown", ("token-required",)
_PLAIN_FORM = both(by_form, not_(_in_form), not_(_in_query))

FAULTS = (
    Passes(
        rule="not_authed",
        fault="get-without-token",
        summary="A GET needs no token.",
        with_rules=_REQUIRED,
        found=_ABSENT,
        when=by_get,
    ),
    Passes(
        rule="not_authed",
        fault="form-without-token",
        summary="A form needs no token.",
        with_rules=_REQUIRED,
        found=_ABSENT,
        when=_PLAIN_FORM,
    ),
    Passes(
        rule="not_authed",
        fault="multipart-without-token",
        summary="A multipart form needs no token.",
        with_rules=_REQUIRED,
        found=_ABSENT,
        when=by_multipart,
    ),
    Passes(
        rule="not_authed",
        fault="empty-token",
        summary="An empty token is accepted as a token.",
        strength=Strength.SHOULD,
        only=PERMISSIONS,
        found=_ABSENT,
        when=_in_form,
    ),
    Passes(
        rule="not_authed",
        fault="get-without-credentials",
        summary="A GET needs no client credentials.",
        only=OAUTH,
        found=_ABSENT,
        when=by_get,
    ),
    Passes(
        rule="not_authed",
        fault="form-without-credentials",
        summary="A form needs no client credentials.",
        only=OAUTH,
        found=_ABSENT,
        when=by_form,
    ),
    Calls(
        rule="token-in-query",
        fault="other-code",
        summary="A token in the query string is refused for a reason that has nothing to do with tokens.",
        found=_ABSENT,
        code="missing_post_type",
        when=_in_query,
    ),
    Refuses(
        rule="token-in-both-places",
        fault="refused",
        summary="The same token in both places is refused.",
        code="invalid_arguments",
        when=both(_in_header, _in_form),
    ),
    Passes(
        rule="invalid_auth",
        fault="unknown-token-by-get",
        summary="A GET may have any token.",
        only=PERMISSIONS,
        found=_UNKNOWN,
        when=by_get,
    ),
    Passes(
        rule="invalid_auth",
        fault="unknown-token-beside-a-form",
        summary="A form with a token in the header may have any token.",
        only=PERMISSIONS,
        found=_UNKNOWN,
        when=both(by_form, _in_header),
    ),
    Passes(
        rule="invalid_auth",
        fault="unknown-token-in-a-form",
        summary="A token sent as a parameter may have any value.",
        only=PERMISSIONS,
        found=_UNKNOWN,
        when=_in_form,
    ),
    Passes(
        rule="invalid_auth",
        fault="unknown-token-beside-a-multipart",
        summary="A multipart form may have any token.",
        only=PERMISSIONS,
        found=_UNKNOWN,
        when=by_multipart,
    ),
    Calls(
        rule="invalid_auth",
        fault="unknown-token-is-none",
        summary="A token that was never issued counts as none.",
        only=OAUTH,
        found=_UNKNOWN,
        code="not_authed",
    ),
    Passes(
        rule="invalid_auth",
        fault="any-address",
        summary="The caller's address is not checked.",
        found="address.refused",
    ),
    Passes(
        rule="account_inactive",
        fault="bot-of-deleted-workspace",
        summary="A bot outlives its workspace.",
        only=PERMISSIONS,
        found="token.of-bot-gone",
        when=_workspace_deleted,
    ),
    Passes(
        rule="account_inactive",
        fault="deleted-bot",
        summary="A bot's token outlives the bot.",
        only=PERMISSIONS,
        found="token.of-bot-gone",
        when=_owner_deleted,
    ),
    Passes(
        rule="token_revoked",
        fault="removed-app",
        summary="A user token outlives the app.",
        only=PERMISSIONS,
        found="token.void",
        when=_app_removed,
    ),
    Passes(
        rule="token_revoked",
        fault="deleted-user",
        summary="A user token outlives the user.",
        only=PERMISSIONS,
        found="token.void",
        when=_owner_deleted,
    ),
    Passes(
        rule="token_revoked",
        fault="deleted-workspace",
        summary="A user token outlives the workspace.",
        only=PERMISSIONS,
        found="token.void",
        when=_workspace_deleted,
    ),
    Refuses(
        rule="token_revoked",
        fault="for-somebody-elses-end",
        summary="When any user is deleted, all tokens of the workspace end.",
        only=PERMISSIONS,
        code="token_revoked",
        when=_somebody_deleted,
    ),
    Passes(
        rule="not_allowed_token_type",
        fault="app-level-token",
        summary="An app-level token is accepted.",
        only=PERMISSIONS,
        found="token.of-refused-type",
        when=lambda context: _of_kind(context, TokenKind.APP_LEVEL),
    ),
    Calls(
        rule="not_allowed_token_type",
        fault="user-token-is-a-bots",
        summary="A user token is taken for a bot token.",
        only=PERMISSIONS,
        found="token.of-refused-type",
        code="is_bot",
        when=lambda context: _of_kind(context, TokenKind.USER),
    ),
    Refuses(
        rule="enterprise_is_restricted",
        fault="every-workspace-of-an-enterprise",
        summary="Every workspace of an enterprise is refused.",
        strength=Strength.SHOULD,
        code="enterprise_is_restricted",
        when=lambda context: context.world.workspace.enterprise_id is not None,
    ),
)
