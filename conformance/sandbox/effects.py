"""The effects of a success: a registry with one function per kind of effect, and the answers to an exchanged code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facts import AppKind, Token, TokenKind
from .journal import PermissionRequest
from .worlds import values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .context import Context

    Answer = dict[str, object]
    Shape = Callable[[Context], tuple[Answer, list[Token]]]
    Effect = Callable[[Context], tuple[Answer, Callable[[], None]]]

REFRESHED_LIFE_S = 3600
"""Lifetime of a token that was issued for a refresh token, as the answer says it."""


def _present_request(context: Context) -> tuple[Answer, Callable[[], None]]:
    """Present the scopes to the user of the trigger; the answer has no further fields."""
    arguments = context.method.arguments.values()
    listed = next((a.name for a in arguments if a.kind == "comma-separated"), "")
    trigger = next((a.name for a in arguments if a.kind == "one-shot"), "")
    request = PermissionRequest(context.listed(listed), context.arguments.get(trigger, ""))
    return {}, lambda: context.world.journal.permission_requests.append(request)


def _exchange_code(context: Context) -> tuple[Answer, Callable[[], None]]:
    """Issue a token for the code, in the answer format of the app's kind."""
    answer, tokens = _refreshed(context) if context.refreshing else _exchanged(context)

    def change() -> None:
        for token in tokens:
            context.worlds.adopt(context.world, token)

    return answer, change


def _none(context: Context) -> tuple[Answer, Callable[[], None]]:
    """Do nothing; the answer is in the method's data, with `$name` for a value of the world."""
    template = context.method.effect.get("answer")
    values = values_of(context.world)

    def filled(value: object) -> object:
        match value:
            case str() if value.startswith("$") and value[1:] in values:
                return values[value[1:]]
            case list():
                return [filled(item) for item in value]
            case dict():
                return {str(key): filled(item) for key, item in value.items()}
            case _:
                return value

    filled_in = filled(template if isinstance(template, dict) else {})
    return dict(filled_in) if isinstance(filled_in, dict) else {}, lambda: None


def _identify(context: Context) -> tuple[Answer, Callable[[], None]]:
    """Say whose token it is. A token of the app, rather than of a user, is its bot's."""
    world = context.token_world or context.world
    token = context.token or world.token
    answer: Answer = {
        "url": "https://workspace.example.com/",
        "team": world.workspace.name,
        "team_id": world.workspace.id,
    }
    if token.kind is TokenKind.USER:
        return {**answer, "user": token.user.name, "user_id": token.user.id}, lambda: None
    bot = {"user": world.bot.name, "user_id": world.bot.id, "bot_id": f"B{world.bot.id[1:]}"}
    return {**answer, **bot, "is_enterprise_install": False}, lambda: None


def _echo(context: Context) -> tuple[Answer, Callable[[], None]]:
    """Repeat the arguments."""
    arguments = {**context.arguments, **(context.call.json or {})}
    return {"args": arguments} if arguments else {}, lambda: None


def _exchanged(context: Context) -> tuple[Answer, list[Token]]:
    """Return the answer for a code and the tokens that it issues."""
    return SHAPES[context.variant.app_kind or context.world.app.kind](context)


def _refreshed(context: Context) -> tuple[Answer, list[Token]]:
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

EFFECTS: dict[str, Effect] = {
    "present-request": _present_request,
    "exchange-code": _exchange_code,
    "none": _none,
    "identify": _identify,
    "echo": _echo,
}
"""The effect of each kind in the schema of a method, and those of the methods that are not under test."""
