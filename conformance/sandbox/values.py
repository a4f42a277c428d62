"""The values of a world, by their names in profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.worlds import ASKED_SCOPES, MIXED_SCOPES

if TYPE_CHECKING:
    from conformance.catalog.model import Method
    from conformance.sandbox.facts import World

ONE_SHOT_KINDS = ("trigger", "code")
"""Names of one-shot values, which are handed out as lists since each successful request uses one up."""
STANDING_ONE_SHOTS = 150
"""Number of one-shot values of each kind in the world that is handed out at the start: enough for a run."""
MOST_ONE_SHOT = 100
"""Maximum number of one-shot values of each kind in one world."""
ALWAYS = ("token", "scopes_mixed")
"""Values that may be sent to any method, whether its page lists an argument for them or not."""
CREDENTIALS = ("client_id", "client_secret", "refresh_token")
"""Credentials that are sent together with a code."""


def values_of(world: World) -> dict[str, object]:
    """Return all values of a world."""
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
    """Return the names of the values that can be sent to a method; without a method, all names."""
    everything = {*ALWAYS, *CREDENTIALS, *ONE_SHOT_KINDS, "scopes", "redirect_uri"}
    if method is None:
        return frozenset(everything)
    named = {(argument.value or "").removeprefix("$") for argument in method.arguments.values()}
    kinds = {argument.kind for argument in method.arguments.values()}
    with_client = CREDENTIALS if "client-id" in kinds else ()
    return frozenset(everything & {*named, *ALWAYS, *with_client})
