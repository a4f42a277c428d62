"""The method oauth.access."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from .access import (
    check_app,
    check_token,
    check_workspace,
    find_token,
    presented_client,
    presented_token,
    throttle,
)
from .grants import later_shape, refreshed, yielded
from .refusal import RefusalError
from .world import AppKind, Grant, TokenKind

if TYPE_CHECKING:
    from .behaviour import Behaviour
    from .wire import Call
    from .world import Client, Code, World

METHOD = "oauth.access"
GRANT_ERRORS = {Grant.GONE: "missing_resource", Grant.CLOSED: "access_denied"}
FLAGS = {"true": True, "1": True, "false": False, "0": False}


def oauth_access(world: World, call: Call, behaviour: Behaviour) -> dict[str, object]:
    """Exchange a code, or a token that refreshes, for an access token."""
    check_caller(world, call, behaviour)
    refresher = call.arguments.get("refresh_token")
    code_text = call.arguments.get("code")
    client = find_client(world, call, behaviour, code_missing=refresher is None and not code_text)
    check_app(client.app)
    throttle(client.bucket, METHOD, behaviour)
    if refresher is not None:
        if world.refreshers.get(refresher) is not client:
            raise RefusalError("invalid_token")
        return refreshed(world, client.app, refresher)
    single = read_flag(call.arguments.get("single_channel"), client)
    code = find_code(world, code_text or "", client, behaviour)
    check_redirect(code, call.arguments.get("redirect_uri"), behaviour)
    answer = yielded(world, code, single_channel=single)
    code.used = True
    code.workspace.commit()
    return later_shape(answer) if behaviour.later_answer_shape else answer


def check_caller(world: World, call: Call, behaviour: Behaviour) -> None:
    """Look at a token that came along, although none is asked for."""
    text = presented_token(call, behaviour)
    if text is None:
        return
    token = find_token(world, text, behaviour, expired_error="token_expired")
    if token.kind is TokenKind.ORGANISATION:
        raise RefusalError("team_access_not_granted")
    if token.kind is not TokenKind.WORKSPACE:
        raise RefusalError("not_allowed_token_type")
    check_token(token)


def find_client(world: World, call: Call, behaviour: Behaviour, *, code_missing: bool) -> Client:
    """Return the record of the client, after a look at whether there is a code at all."""
    name, secret = presented_client(call, behaviour)
    if not name:
        raise RefusalError("invalid_client_id")
    if code_missing:
        raise RefusalError("invalid_code")
    client = world.clients.get(name)
    if client is None:
        raise RefusalError("invalid_client_id")
    if not hmac.compare_digest((secret or "").encode(), client.secret.encode()):
        raise RefusalError(behaviour.wrong_secret_error)
    return client


def read_flag(text: str | None, client: Client) -> bool:
    """Return whether only one channel was asked for, which only a workspace app can have."""
    flag = FLAGS.get((text or "false").lower())
    if flag is None or (flag and client.app.kind is not AppKind.WORKSPACE):
        raise RefusalError("invalid_arguments")
    return flag


def find_code(world: World, text: str, client: Client, behaviour: Behaviour) -> Code:
    """Return the record of a code of this client that can be exchanged."""
    code = world.codes.get(text)
    if code is None or code.app is not client.app or code.user.deleted:
        raise RefusalError("invalid_code")
    if code.version != 1:
        raise RefusalError("oauth_authorization_url_mismatch")
    check_workspace(code.workspace, code.user)
    if code.whole_enterprise:
        raise RefusalError("enterprise_is_restricted")
    if code.used:
        raise RefusalError(behaviour.used_code_error)
    if not code.user.verified:
        raise RefusalError("user_email_unverified")
    if code.grant is not Grant.OPEN:
        raise RefusalError(GRANT_ERRORS[code.grant])
    return code


def check_redirect(code: Code, given: str | None, behaviour: Behaviour) -> None:
    """Compare with the address of the authorisation, or with the app's own ones if there was none."""
    if not behaviour.redirect_compared:
        return
    allowed = {code.redirect} if code.redirect is not None else {None, *code.app.redirects}
    if given not in allowed:
        raise RefusalError("bad_redirect_uri")
