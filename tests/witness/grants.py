"""What an exchange yields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .world import AppKind, TokenKind

if TYPE_CHECKING:
    from .world import App, Code, World

WORKSPACE_SCOPES: dict[str, list[str]] = {
    "app_home": ["chat:write", "im:read"],
    "team": [],
    "channel": ["channels:read", "chat:write"],
    "group": ["chat:write"],
    "mpim": ["chat:write"],
    "im": ["chat:write"],
    "user": [],
}
LIFE_S = 3600


def yielded(world: World, code: Code, *, single_channel: bool) -> dict[str, object]:
    """Return the answer to an exchanged code, by the kind of its app."""
    if code.app.kind is AppKind.WORKSPACE:
        return of_workspace_app(world, code, single_channel=single_channel)
    token = world.issue_token(TokenKind.USER, code.app, code.workspace, code.user)
    if code.app.kind is AppKind.SIGN_IN:
        return {
            "access_token": token.text,
            "scope": "identity.basic,identity.email",
            "user": {"name": "Wanda Witness", "id": code.user.id, "email": "wanda@witness.example"},
            "team": {"id": code.workspace.id},
        }
    answer: dict[str, object] = {
        "access_token": token.text,
        "scope": "identify,chat:write:user",
        "user_id": code.user.id,
        "team_name": code.workspace.name,
        "team_id": code.workspace.id,
        "enterprise_id": code.workspace.enterprise,
    }
    if code.app.kind in {AppKind.CLASSIC_BOT, AppKind.CLASSIC_HOOK}:
        answer["scope"] = "identify,incoming-webhook,commands"
        answer["incoming_webhook"] = {
            "channel": "#witness-stand",
            "channel_id": "C0WITNESS1",
            "configuration_url": "https://witness.example/services/B0WITNESS1",
            "url": "https://hooks.witness.example/T0WITNESS/B0WITNESS1/fake",
        }
    if code.app.kind is AppKind.CLASSIC_BOT:
        bot = world.issue_token(TokenKind.BOT, code.app, code.workspace, code.user)
        answer["scope"] = "identify,incoming-webhook,commands,bot"
        answer["bot"] = {"bot_user_id": "U0WITBOT01", "bot_access_token": bot.text}
    return answer


def of_workspace_app(world: World, code: Code, *, single_channel: bool) -> dict[str, object]:
    """Return the answer to the code of a workspace app."""
    token = world.issue_token(TokenKind.WORKSPACE, code.app, code.workspace, code.user)
    person = {"user_id": code.user.id, "app_home": "D0WITNESS1"}
    answer: dict[str, object] = {
        "access_token": token.text,
        "token_type": "app",
        "app_id": code.app.id,
        "app_user_id": "U0WITAPP01",
        "team_name": code.workspace.name,
        "team_id": code.workspace.id,
        "enterprise_id": code.workspace.enterprise,
        "authorizing_user": person,
        "installer_user": person,
        "scopes": WORKSPACE_SCOPES,
    }
    if single_channel:
        answer["single_channel_id"] = "C0WITNESS1"
    return answer


def refreshed(world: World, app: App, refresher: str) -> dict[str, object]:
    """Return a new access token of an installation."""
    known = next(token for token in world.tokens.values() if token.app is app and token.workspace is not None)
    token = world.issue_token(TokenKind.WORKSPACE, app, known.workspace, known.user)
    return {
        "access_token": token.text,
        "refresh_token": refresher,
        "expires_in": LIFE_S,
        "token_type": "app",
        "app_id": app.id,
        "team_id": known.workspace.id if known.workspace is not None else "",
    }


def later_shape(answer: dict[str, object]) -> dict[str, object]:
    """Move the access token to where the next version of the method has it."""
    rest = {name: value for name, value in answer.items() if name not in {"access_token", "team_id", "team_name"}}
    person = {"access_token": answer["access_token"], "token_type": "user"}
    return rest | {"authed_user": person, "team": {"id": answer.get("team_id"), "name": answer.get("team_name")}}
