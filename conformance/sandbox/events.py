"""Events to the app when a user decides on a permission request; they are recorded in the journal, not delivered."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.facts import PermissionRequest, World

DECISIONS: dict[str, tuple[str, str | None]] = {
    "approve": ("approved", "scope_granted"),
    "deny": ("denied", "scope_denied"),
    "ignore": ("ignored", None),
}
"""The resulting status of each decision and the event that it emits, if any."""


def decided(world: World, decision: object, identify: Callable[[str], str]) -> bool:
    """Apply the user's decision to every open request; return `False` if the decision is unknown."""
    if not isinstance(decision, str) or decision not in DECISIONS:
        return False
    outcome, event = DECISIONS[decision]
    for request in world.journal.permission_requests:
        if request.decision is not None:
            continue
        request.decision = outcome
        if decision == "approve":
            world.token.scopes.extend(scope for scope in request.scopes if scope not in world.token.scopes)
        if event is not None:
            world.journal.events.append(_event(world, request, event, identify("Ev")))
    return True


def _event(world: World, request: PermissionRequest, name: str, event_id: str) -> dict[str, object]:
    return {
        "token": "fake-verification-token",
        "team_id": world.workspace.id,
        "api_app_id": world.app.id,
        "event": {"type": name, "scopes": request.scopes, "trigger_id": request.trigger},
        "type": "event_callback",
        "authed_teams": [],
        "event_id": event_id,
        "event_time": int(time.time()),
    }
