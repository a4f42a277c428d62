"""Who calls, and whether they may: the checks that both methods have in common."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from .refusal import RefusalError
from .world import TokenKind

if TYPE_CHECKING:
    from .behaviour import Behaviour
    from .wire import Call
    from .world import App, Bucket, Token, User, Workspace, World


def presented_token(call: Call, behaviour: Behaviour) -> str | None:
    """Return the token of the header or of the posted form, empty if it is named but not given."""
    scheme, _, rest = call.authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    return call.form.get("token") if behaviour.token_read_from_body else None


def presented_client(call: Call, behaviour: Behaviour) -> tuple[str | None, str | None]:
    """Return the client id and secret of the header, or else those of the arguments."""
    scheme, _, rest = call.authorization.strip().partition(" ")
    if scheme.lower() != "basic" or not behaviour.basic_credentials_read:
        return call.arguments.get("client_id"), call.arguments.get("client_secret")
    try:
        name, sign, secret = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None, None
    return name, secret if sign else None


def check_app(app: App) -> None:
    """Refuse what was retired for this app."""
    if app.methods_retired:
        raise RefusalError("method_deprecated")
    if app.address_retired:
        raise RefusalError("deprecated_endpoint")


def check_workspace(workspace: Workspace, user: User) -> None:
    """Refuse a call that concerns a workspace which is closed to it."""
    workspace.read()
    if not workspace.admits_loopback:
        raise RefusalError("invalid_auth")
    if not workspace.methods_on_loopback:
        raise RefusalError("accesslimited")
    if workspace.migrating:
        raise RefusalError("org_login_required")
    if workspace.joining:
        raise RefusalError("team_added_to_org")
    if workspace.second_factor_demanded and not user.second_factor:
        raise RefusalError("two_factor_setup_required")
    if workspace.posting_suspended:
        raise RefusalError("ekm_access_denied")


def find_token(world: World, text: str, behaviour: Behaviour, *, expired_error: str) -> Token:
    """Return the record of a token that is alive."""
    if not text:
        raise RefusalError(behaviour.no_token_error)
    token = world.tokens.get(text)
    if token is None:
        raise RefusalError("invalid_auth")
    gone = token.user.deleted or token.app_removed or (token.workspace is not None and token.workspace.deleted)
    if gone and token.kind is TokenKind.BOT:
        raise RefusalError("account_inactive")
    if gone:
        raise RefusalError(behaviour.revoked_user_token_error)
    if token.expired:
        raise RefusalError(expired_error)
    return token


def check_token(token: Token) -> None:
    """Refuse a token of the right kind that may not do this."""
    check_app(token.app)
    if token.workspace is not None:
        check_workspace(token.workspace, token.user)
    if token.whole_enterprise:
        raise RefusalError("enterprise_is_restricted")
    if token.outside_conversation:
        raise RefusalError("no_permission")
    needed = token.workspace.scope_demanded if token.workspace is not None else None
    if needed is not None and needed not in token.scopes:
        extra = {"needed": needed, "provided": ",".join(sorted(token.scopes))}
        raise RefusalError("missing_scope", extra=extra)


def throttle(bucket: Bucket | None, method: str, behaviour: Behaviour) -> None:
    """Refuse a call that is one too many."""
    wait = bucket.admit(method) if bucket is not None else None
    if wait is not None:
        headers = {"Retry-After": str(wait)} if behaviour.retry_after_sent else {}
        raise RefusalError("ratelimited", status=429, headers=headers)
