"""The repairs of arguments: a registry with one function per kind of argument."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..arguments import BOOLEANS
from ..intake import JSON
from ..worlds import ASKED_SCOPES, SCOPES
from .model import shown
from .problem import OF_A_WORLD, Problem, Repair

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...catalog.model import Argument
    from ..facts import OneShot
    from .sent import SentRequest

    Function = Callable[[Problem, Argument], Repair]

KINDS: dict[str, Function] = {}
"""The repair for each kind of argument."""
LOST_AFTER = "storage.commit"


def kind(name: str) -> Callable[[Function], Function]:
    """Register the function for this kind of argument in the method schema."""

    def enter(function: Function) -> Function:
        def unless_unread(problem: Problem, argument: Argument) -> Repair:
            unread = problem.misuse == "missing" and argument.name in problem.request.unread
            return _unread(problem, argument) if unread else function(problem, argument)

        KINDS[name] = unless_unread
        return function

    return enter


def _unread(problem: Problem, argument: Argument) -> Repair:
    """Move the arguments from a body that is not read into one that is."""
    request = problem.request
    in_json = request.media_type == JSON
    where = "a JSON body" if in_json else "the body of a GET" if request.verb != "POST" else "a body of another type"
    names = frozenset(problem.context.method.arguments)
    right = "the arguments in the query string or as a form, which this method reads"
    return Repair(f"{argument.name} in {where}", right, request.reading(names))


def _sent(problem: Problem, argument: Argument) -> str:
    return shown(problem.request.arguments.get(argument.name), argument.name)


@kind("string")
def _string(problem: Problem, argument: Argument) -> Repair:
    value = problem.value_for(argument)
    changed = problem.request.having(**{argument.name: value})
    return Repair(_sent(problem, argument), argument.summary, changed)


@kind("client-id")
def _client_id(problem: Problem, argument: Argument) -> Repair:
    given = problem.context.call.client(argument.name, first=True)
    sent = shown(given, argument.name)
    if problem.world is None:
        return Repair(f"{sent}; no client has it" if given else sent, f"a {argument.name} {OF_A_WORLD}")
    client_id = problem.world.app.client_id
    right = f"{shown(client_id, argument.name)}, the client of this world"
    if given:
        right += "; no client has the one that was sent"
    return Repair(sent, right, _with_client(problem.request, argument, client_id, first=True))


@kind("client-secret")
def _client_secret(problem: Problem, argument: Argument) -> Repair:
    given = problem.context.call.client(argument.name, first=False)
    if problem.world is None:
        return Repair(shown(given, argument.name), f"a {argument.name} {OF_A_WORLD}")
    app = problem.context.app or problem.world.app
    right = f"{shown(app.client_secret, argument.name)}, the secret of the client {app.client_id!r}"
    if given:
        right += f"; of the one that was sent, {problem.whose(given)}"
    return Repair(shown(given, argument.name), right, _with_client(problem.request, argument, app.client_secret))


def _with_client(request: SentRequest, argument: Argument, value: str, *, first: bool = False) -> SentRequest:
    if request.basic is None:
        return request.having(**{argument.name: value})
    pair = (value, request.basic[1]) if first else (request.basic[0], value)
    return replace(request, basic=pair)


@kind("one-shot")
def _one_shot(problem: Problem, argument: Argument) -> Repair:
    value = problem.context.one_shot(argument)
    why = ONE_SHOTS.get(problem.misuse, _unknown)(problem, value)
    right = f"a {argument.name} of this app that can still be used" + (f"; {why}" if why else "")
    return problem.with_fresh(argument, _sent(problem, argument), right)


def _unknown(problem: Problem, _value: OneShot | None) -> str:
    return "nobody has issued this one" if problem.misuse != "missing" else ""


def _foreign(problem: Problem, value: OneShot | None) -> str:
    return f"this one was issued to the client {value.app.client_id!r}" if value else _unknown(problem, value)


def _used(problem: Problem, value: OneShot | None) -> str:
    """Say which call used the value up, if the journal still has it."""
    calls = problem.context.world.journal.calls
    number = problem.call.number if problem.call is not None else 0
    uses = [
        call.number
        for call in calls
        if value is not None
        and call.number < number
        and value.value in call.arguments.values()
        and (call.ok or call.condition == LOST_AFTER)
    ]
    return f"call {uses[0]} used this one up" if uses else "this one was used up"


def _expired(problem: Problem, value: OneShot | None) -> str:
    if value is None:
        return "this one has expired"
    return f"this one is {_seconds(problem.now - value.issued_at)} old and lives {_seconds(value.lives_s)}"


def _seconds(number: float) -> str:
    return f"{number:.0f} s" if number == round(number) else f"{number:.1f} s"


def _without_user(_problem: Problem, value: OneShot | None) -> str:
    return f"the user {value.user.id} of this one was deleted" if value else "the user of this one was deleted"


ONE_SHOTS: dict[str, Callable[[Problem, OneShot | None], str]] = {
    "foreign": _foreign,
    "used": _used,
    "expired": _expired,
    "no_user": _without_user,
}
"""Why a one-shot value that was issued cannot be used, by misuse."""


@kind("comma-separated")
def _comma_separated(problem: Problem, argument: Argument) -> Repair:
    """Keep the elements that are known, and of these those of one type."""
    items = problem.context.listed(argument.name)
    scopes = SCOPES if argument.value == "$scopes" else {}
    known = [item for item in items if item in scopes] if scopes else items
    kept = [item for item in known if not scopes or scopes[item] == scopes[known[0]]]
    value = ",".join(kept) or (ASKED_SCOPES if scopes else problem.value_for(argument))
    unknown = [item for item in items if scopes and item not in scopes]
    if unknown:
        right = f"{argument.name} that exist, such as {', '.join(list(scopes)[:4])}; {shown(unknown[0])} does not"
    elif problem.misuse == "mixed":
        right = f"{argument.name} of one type; {shown(known[0])} is for a {scopes[known[0]]}, others are not"
    else:
        right = f"a list with commas between its elements, such as {shown(value)}"
    return Repair(_sent(problem, argument), right, problem.request.having(**{argument.name: value}))


@kind("boolean")
def _boolean(problem: Problem, argument: Argument) -> Repair:
    text = problem.request.arguments.get(argument.name, "").strip().lower()
    value = "1" if text.startswith(("y", "t", "on", "1")) else "0"
    right = f"one of {', '.join(sorted(BOOLEANS))}"
    return Repair(_sent(problem, argument), right, problem.request.having(**{argument.name: value}))


@kind("must-match")
def _must_match(problem: Problem, argument: Argument) -> Repair:
    asked = next((value.redirect_uri for value in problem.context.one_shots), None)
    changed = problem.request.having(**{argument.name: asked})
    if asked is None:
        return Repair(_sent(problem, argument), f"no {argument.name}: the code was asked for without one", changed)
    return Repair(
        _sent(problem, argument), f"{shown(asked, argument.name)}, with which the code was asked for", changed
    )
