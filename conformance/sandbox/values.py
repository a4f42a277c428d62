"""The values of a world, by the names that profiles use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.worlds import ASKED_SCOPES, MIXED_SCOPES

if TYPE_CHECKING:
    from conformance.catalog.model import Method
    from conformance.sandbox.facts import World

ONE_SHOT_KINDS = ("trigger", "code")
"""Names of the values that are handed out as a list, since each is used up by a request that succeeds."""
STANDING_ONE_SHOTS = 150
"""How many of each kind the world has that is handed out at the start: enough for a run of the suite."""
MOST_ONE_SHOT = 100
"""How many of each kind one world can have."""
ALWAYS = ("token", "scopes_mixed")
"""Values that any method may be sent, whether its page lists an argument for them or not."""
CREDENTIALS = ("client_id", "client_secret", "refresh_token")
"""Values that travel with a code."""


def values_of(world: World) -> dict[str, object]:
    """Return every value of a world."""
    return {
        "token": world.token.value,
        "scopes": ASKED_SCOPES,
        "scopes_mixed": MIXED_SCOPES,
        "client_id": world.app.client_id,
        "client_secret": world.app.client_secret,
        "redirect_uri": world.app.redirect_uri,
        "refresh_token": world.refresh_token,
        **{kind: list(issued) for kind, issued in world.one_shots.items()},
    }


def names_for(method: Method | None) -> frozenset[str]:
    """Return the names of the values that a method can be sent, of all values without a method."""
    everything = {*ALWAYS, *CREDENTIALS, *ONE_SHOT_KINDS, "scopes", "redirect_uri"}
    if method is None:
        return frozenset(everything)
    named = {(argument.value or "").removeprefix("$") for argument in method.arguments.values()}
    kinds = {argument.kind for argument in method.arguments.values()}
    with_client = CREDENTIALS if "client-id" in kinds else ()
    return frozenset(everything & {*named, *ALWAYS, *with_client})
