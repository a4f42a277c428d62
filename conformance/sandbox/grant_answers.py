"""The answers to an exchanged code, one format per kind of app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.facts import AppKind, Token, TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context

    Answer = dict[str, object]
    Shape = Callable[[Context], tuple[Answer, list[Token]]]

REFRESHED_LIFE_S = 3600


def exchanged(context: Context) -> tuple[Answer, list[Token]]:
    """Return the answer for a code and the tokens that it issues."""
    return SHAPES[context.variant.app_kind or context.world.app.kind](context)


def refreshed(context: Context) -> tuple[Answer, list[Token]]:
    """Return the answer for a refresh token and the tokens that it issues."""
    token = context.worlds.minted(context.world, TokenKind.WORKSPACE, list(context.world.token.scopes))
    return {
        "access_token": token.value,
        "token_type": "app",
        "refresh_token": context.world.refresh_token,
        "expires_in": REFRESHED_LIFE_S,
        **_team(context),
    }, [token]


def _team(context: Context) -> Answer:
    workspace = context.world.workspace
    return {"team_name": workspace.name, "team_id": workspace.id, "enterprise_id": workspace.enterprise_id}


def _workspace_app(context: Context) -> tuple[Answer, list[Token]]:
    world = context.world
    token = context.worlds.minted(world, TokenKind.WORKSPACE, ["channels:history", "channels:read", "chat:write"])
    person = {"user_id": world.user.id, "app_home": context.worlds.identify("D")}
    answer: Answer = {
        "access_token": token.value,
        "token_type": "app",
        "app_id": world.app.id,
        "app_user_id": world.bot.id,
        **_team(context),
        "authorizing_user": dict(person),
        "installer_user": dict(person),
        "scopes": {
            "app_home": ["chat:write", "im:history", "im:read"],
            "team": [],
            "channel": list(token.scopes),
            "group": ["chat:write"],
            "mpim": ["chat:write"],
            "im": ["chat:write"],
            "user": [],
        },
    }
    if context.switched_on("single_channel"):
        answer["single_channel_id"] = context.worlds.identify("C")
    return answer, [token]


def _classic(context: Context, *scopes: str) -> tuple[Answer, list[Token]]:
    scopes = scopes or ("identify", "channels:read", "chat:write:bot")
    token = context.worlds.minted(context.world, TokenKind.USER, list(scopes))
    return {"access_token": token.value, "scope": ",".join(scopes), **_team(context)}, [token]


def _webhook(context: Context) -> Answer:
    team, path = context.world.workspace.id, context.worlds.identify("B")
    return {
        "channel": "#general",
        "channel_id": context.worlds.identify("C"),
        "configuration_url": f"https://workspace.example.com/services/{path}",
        "url": f"https://hooks.example.com/services/{team}/{path}/not-a-secret",
    }


def _classic_with_bot(context: Context) -> tuple[Answer, list[Token]]:
    answer, tokens = _classic(context, "identify", "incoming-webhook", "commands", "bot")
    bot = context.worlds.minted(context.world, TokenKind.BOT, ["bot"])
    answer["user_id"] = context.world.user.id
    answer["incoming_webhook"] = _webhook(context)
    answer["bot"] = {"bot_user_id": context.world.bot.id, "bot_access_token": bot.value}
    return answer, [*tokens, bot]


def _classic_with_webhook(context: Context) -> tuple[Answer, list[Token]]:
    answer, tokens = _classic(context, "identify", "commands", "incoming-webhook", "chat:write:bot")
    answer["user_id"] = context.world.user.id
    answer["incoming_webhook"] = _webhook(context)
    return answer, tokens


def _sign_in(context: Context) -> tuple[Answer, list[Token]]:
    world, scopes = context.world, ["identity.basic", "identity.email"]
    token = context.worlds.minted(world, TokenKind.USER, scopes)
    return {
        "access_token": token.value,
        "scope": ",".join(scopes),
        "team_id": world.workspace.id,
        "user": {"name": world.user.name, "id": world.user.id, "email": world.user.email},
        "team": {"id": world.workspace.id},
    }, [token]


SHAPES: dict[AppKind, Shape] = {
    AppKind.WORKSPACE: _workspace_app,
    AppKind.CLASSIC: _classic,
    AppKind.CLASSIC_WITH_BOT: _classic_with_bot,
    AppKind.CLASSIC_WITH_WEBHOOK: _classic_with_webhook,
    AppKind.SIGN_IN: _sign_in,
}
