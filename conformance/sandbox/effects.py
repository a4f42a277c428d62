"""The effects of a success: a registry with one function per kind of effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.facts import PermissionRequest
from conformance.sandbox.grant_answers import exchanged, refreshed
from conformance.sandbox.values import values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context

    Answer = dict[str, object]
    Effect = Callable[[Context], tuple[Answer, Callable[[], None]]]


def _present_request(context: Context) -> tuple[Answer, Callable[[], None]]:
    """Present the scopes to the user of the trigger; the answer has no further fields."""
    arguments = context.method.arguments.values()
    listed = next((a.name for a in arguments if a.kind == "comma-separated"), "")
    trigger = next((a.name for a in arguments if a.kind == "one-shot"), "")
    request = PermissionRequest(context.listed(listed), context.arguments.get(trigger, ""))
    return {}, lambda: context.world.journal.permission_requests.append(request)


def _exchange_code(context: Context) -> tuple[Answer, Callable[[], None]]:
    """Issue a token for the code, in the answer format of the app's kind."""
    answer, tokens = refreshed(context) if context.refreshing else exchanged(context)

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


EFFECTS: dict[str, Effect] = {
    "present-request": _present_request,
    "exchange-code": _exchange_code,
    "none": _none,
}
