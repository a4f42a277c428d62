"""Everything that checks, effects and deviations can inspect while one request is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .intake import MULTIPART, URLENCODED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..catalog.model import Argument, Method
    from .facts import App, OneShot, Token, WorldFacts
    from .intake import Call, Received
    from .variant import Variant
    from .worlds import WorldStore


@dataclass(slots=True)
class Context:
    """One request being answered, with the worlds that its credentials belong to."""

    method: Method
    request: Received
    call: Call
    worlds: WorldStore
    variant: Variant
    world: WorldFacts
    """The world that the request acts in; an empty world if no credential is known."""
    involved: tuple[WorldFacts, ...]
    """Every world to which a credential of the request belongs."""
    token: Token | None
    token_world: WorldFacts | None
    app: App | None
    """The app with the request's client id."""
    arguments: Mapping[str, str]
    authenticated: bool = False
    """Whether the token, if there is one, has passed its checks."""
    condition: str | None = None
    """The condition that a check found, `None` before that."""
    code: str | None = None
    """The error code of the answer, `None` for a success."""
    document: dict[str, object] = field(default_factory=dict)
    """The fields of a success beside `ok`."""

    @classmethod
    def of(cls, method: Method, request: Received, call: Call, /, worlds: WorldStore, variant: Variant) -> Context:
        """Create the context; find the worlds by token, client id and one-shot values."""
        arguments = call.arguments
        client_id = next((a for a in method.arguments.values() if a.kind == "client-id"), None)
        token_world = worlds.owner(call.token)
        client = call.client(client_id.name, first=True) if client_id else None
        client_world = worlds.owner(client)
        one_shots = [worlds.owner(arguments.get(a.name)) for a in method.arguments.values() if a.kind == "one-shot"]
        refresh = worlds.owner(arguments.get("refresh_token")) if client_id else None
        # A token sent together with client credentials is checked, but the request acts in the client's world.
        found = [client_world, *one_shots, refresh, token_world] if client_id else [token_world, *one_shots]
        involved = tuple({world.id: world for world in found if world is not None}.values())
        return cls(
            method=method,
            request=request,
            call=call,
            worlds=worlds,
            variant=variant,
            world=involved[0] if involved else worlds.nowhere,
            involved=involved,
            token=token_world.tokens.get(call.token or "") if token_world else None,
            token_world=token_world,
            # The owner of a text is that of any credential: a code is no client id, though it be the same number.
            app=client_world.app if client_world and client_world.app.client_id == client else None,
            arguments=arguments,
        )

    def one_shot(self, argument: Argument) -> OneShot | None:
        """Return the issued one-shot value in this argument, whichever app it was issued to, or `None`."""
        kind, text = (argument.value or "").removeprefix("$"), self.arguments.get(argument.name, "")
        found = (world.one_shots.get(kind, {}).get(text) for world in self.involved)
        return next((value for value in found if value is not None), None)

    def listed(self, name: str) -> list[str]:
        """Return the elements of a comma-separated argument, without the empty ones."""
        return [item.strip() for item in self.arguments.get(name, "").split(",") if item.strip()]

    def switched_on(self, name: str) -> bool:
        """Whether a boolean argument is true."""
        return self.arguments.get(name, "").lower() in {"1", "true"}

    @property
    def one_shots(self) -> list[OneShot]:
        """Every one-shot value of the request, which a success uses up."""
        found = (self.one_shot(a) for a in self.method.arguments.values() if a.kind == "one-shot")
        return [value for value in found if value is not None]

    @property
    def delivery(self) -> str:
        """How the request was delivered, e.g. `get`, `form` or `multipart-basic`."""
        place = {URLENCODED: "form", MULTIPART: "multipart"}.get(self.call.media_type or "", self.request.verb.lower())
        return f"{place}-basic" if self.call.basic is not None else place

    @property
    def refreshing(self) -> bool:
        """Whether a refresh token is sent instead of a code, as was once possible."""
        exchanges = self.method.effect.get("kind") == "exchange-code"
        asked = self.arguments.get("refresh_token") or self.arguments.get("grant_type") == "refresh_token"
        return exchanges and bool(asked)
