"""The repairs: a registry with one small function per family of conditions, and one per kind of argument.

A function says what is wrong and what would be right, and puts this one thing right. Whether the request then succeeds
is not its business: the caller tries it, and repairs what is found next.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..access import CHECKS as ACCESS_CHECKS
from ..transport import EVERYWHERE, LONGEST_NAME, NAME
from .arguments import KINDS
from .model import shown
from .problem import OF_A_WORLD, Problem, Repair, own_credentials

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..facts import WorldFacts
    from .sent import SentRequest

    Function = Callable[[Problem], Repair]

FAMILIES: dict[str, Function] = {}
"""The repair for each family of conditions: what stands before the point in their names."""


def family(*names: str) -> Callable[[Function], Function]:
    """Register the function for these families."""

    def enter(function: Function) -> Function:
        FAMILIES.update(dict.fromkeys(names, function))
        return function

    return enter


def repair(problem: Problem) -> Repair:
    """Return what is wrong, what would be right, and the request with this one thing put right."""
    name = problem.condition.partition(".")[0]
    argument = problem.context.method.arguments.get(name)
    if argument is not None and argument.kind in KINDS:
        return KINDS[argument.kind](problem, argument)
    return FAMILIES.get(name, _anything)(problem)


def _anything(problem: Problem) -> Repair:
    """Say what there is to say of a condition that no function knows."""
    return Repair(f"a request in which the sandbox found {problem.condition}", "what the page of the method says")


@family("deviation")
def _deviation(_problem: Problem) -> Repair:
    return Repair("a request that is not the reason", "a sandbox without the deliberate fault that this one has")


WORLDS = {
    "service.maintenance": "a world whose service is not under maintenance",
    "service.address-retired": "a world whose service still answers at this address",
    "service.method-retired": "a world in which the method is not retired",
    "service.network-closed": "a world whose service can be reached from this network",
    "storage.read": "a world whose storage can be read",
    "storage.commit": "a world whose storage does not fail after a change",
    "address.refused": "a world whose workspace admits this address",
    "workspace.migration-closed": "a world whose workspace is not in the middle of a migration",
    "workspace.migration-away": "a world whose workspace is not in the middle of a migration",
    "workspace.enterprise-wide": "a world in which the app is installed in the workspace only, not in its enterprise",
    "workspace.posting-suspended": "a world whose workspace has not suspended posting",
    "app.outdated": "a world whose app was built for this version of the platform",
    "user.without-two-factor": "a world whose workspace demands no second factor, or whose user has one",
}
"""What would have to be different for a request to succeed, by condition."""


@family("service", "storage", "address", "workspace", "app", "user")
def _of_the_world(problem: Problem) -> Repair:
    """Send no credential of another world; if there is none, only another world can help."""
    foreign = list(own_credentials(problem, problem.world)) if problem.world is not None else []
    needed = WORLDS.get(problem.condition, f"a world without the fact {problem.condition}")
    if foreign and problem.world is not None:
        sent = f"values of two worlds: {', '.join(foreign)} of another one"
        return Repair(sent, "values of one world", _of_one_world(problem, problem.world, foreign))
    return Repair("a request that is not the reason", needed)


def _of_one_world(problem: Problem, world: WorldFacts, foreign: list[str]) -> SentRequest | None:
    request = problem.request
    for name in foreign:
        argument = problem.context.method.arguments.get(name)
        if argument is None or argument.kind == "token":
            request = request.with_token(world.token.value if argument is not None else None)
        else:
            value = problem.fresh(argument)
            if value is None:
                return None
            request = request.having(**{name: value})
    return request


TOKENS = {
    "token.of-bot-gone": "a bot token whose user and workspace exist",
    "token.ended": "a token that has not expired",
    "token.of-refused-type": "a workspace token",
    "token.of-bot": "a token that is not a bot's",
    "token.not-granted-here": "a token that was granted in this workspace",
    "token.outside-conversation": "a token of an app that is a member of the conversation",
}
"""What a token would have to be, by condition."""


@family("token", "credentials")
def _token(problem: Problem) -> Repair:
    """Send a token of the world that is accepted, or none to a method that takes none."""
    if problem.condition == "credentials.absent" and problem.argument_of("token") is None:
        return _client_absent(problem)
    request, token = problem.request, problem.request.bearer or problem.request.form.get("token")
    sent = shown(token, "token")
    if problem.argument_of("token") is None:
        return Repair(sent, "no token: this method takes none", request.with_token(None))
    if token is None and "token" in request.query:
        sent = "the token in the query string, where it is not read"
    elif token is None and "token" in request.unread:
        sent = "the token in a body that is not read as a form"
    if problem.world is None:
        return Repair(f"{sent}; no world of this sandbox has it" if token else sent, f"a token {OF_A_WORLD}")
    right = _right_token(problem)
    if token and problem.condition == "token.unknown":
        right += f"; of the one that was sent, {problem.whose(token)}"
    world = problem.world
    for value in (world.token.value, *world.tokens):
        if value != token and value in world.tokens and _accepts(problem, value):
            return Repair(sent, right, request.with_token(value))
    return Repair(sent, f"{right}; this takes a world that has such a token")


def _accepts(problem: Problem, token: str) -> bool:
    """Whether no check of tokens that the page has a code for finds something wrong with this one of the world."""
    world, enforced = problem.world, problem.context.method.codes
    context = replace(problem.context, token=world.tokens.get(token) if world else None, token_world=world)
    of_tokens = (check for check in ACCESS_CHECKS if check.condition in {*TOKENS, "token.void", "token.without-scope"})
    return not any(check.condition in enforced and check.holds(context) for check in of_tokens)


def _right_token(problem: Problem) -> str:
    """Return in words what the token would have to be."""
    world = problem.context.token_world or problem.world
    if problem.condition == "token.void" and world is not None:
        gone = [
            ("a token of an app that is installed", not world.app.installed),
            ("a token of a workspace that exists", world.workspace.deleted),
        ]
        return next((words for words, holds in gone if holds), "a token whose user was not deleted")
    if problem.condition == "token.without-scope" and world is not None:
        has = ",".join(problem.context.token.scopes) if problem.context.token else ""
        return f"a token with the scope {world.workspace.demanded_scope}; this one has {has or 'none'}"
    if problem.condition in {"token.unknown", "credentials.absent", "token.in-query", "token.empty"}:
        return "a token of this world, as a bearer in the Authorization header or in a form"
    return TOKENS.get(problem.condition, "another token")


def _client_absent(problem: Problem) -> Repair:
    first, second = problem.argument_of("client-id"), problem.argument_of("client-secret")
    right = "the id and secret of the client, as arguments or by HTTP Basic"
    if problem.world is None or first is None or second is None:
        return Repair("neither client id nor secret", f"{right}, {OF_A_WORLD}")
    app = problem.world.app
    client = {first.name: app.client_id, second.name: app.client_secret}
    return Repair("neither client id nor secret", right, problem.request.having(**client))


_JSON = "a JSON object or no body; the method reads arguments from the query string or a form"
BODIES = {
    "body.cut": ("a body that is shorter than its Content-Length", "the whole body"),
    "body.unfinished-chunks": ("chunks without a last one", "the whole body"),
    "body.without-type": ("a body without a Content-Type", "a Content-Type, such as that of a form"),
    "body.unknown-type": ("a body of a type that is not accepted", "a form, as application/x-www-form-urlencoded"),
    "body.unknown-charset": ("an unknown charset", "no charset, or utf-8"),
    "body.empty-form": ("an empty form", "a form with arguments"),
    "body.broken-form": ("a form that does not match its Content-Type", "a form that is encoded as its type says"),
    "body.bare-name": ("a form with a name without an equals sign", "an equals sign behind each name"),
    "body.json-as-form": ("JSON that is declared as a form", "the arguments as a form"),
    "body.broken-json": ("a body that is declared as JSON and is none", _JSON),
    "body.json-not-object": ("JSON that is not an object", _JSON),
}
"""What is wrong with a body and what would be right, by condition."""


@family("body")
def _body(problem: Problem) -> Repair:
    """Send everything that can be made out in the body as a form."""
    request = problem.request
    sent, right = BODIES.get(problem.condition, ("a body that is not accepted", "a form"))
    header = problem.context.request.header("Content-Type")
    if problem.misuse in {"unknown-type", "unknown-charset"}:
        sent = f"{sent}: {shown(header, 'Content-Type')}"
    names = frozenset({*problem.context.method.arguments, *EVERYWHERE})
    if request.form:
        return Repair(sent, right, replace(request, charset=None, text=""))
    return Repair(sent, right, replace(request, media_type=None, text="").reading(names))


@family("names")
def _names(problem: Problem) -> Repair:
    """Leave out the arguments whose names are refused; an array becomes a list."""
    request, listed = problem.request, problem.context.method.arguments
    refused = [name for name in request.arguments if _refused_name(name, problem)]
    if not refused:
        return _anything(problem)
    name = refused[0]
    if problem.misuse == "array":
        base = name.partition("[")[0]
        joined = ",".join(value for key, value in request.arguments.items() if key.startswith(f"{base}["))
        values = {base: joined} if base in listed and base not in request.arguments else {}
        right = f"{shown(base)} as one text, with commas between its elements" if base in listed else "no arrays"
        return Repair(shown(name, "the name"), right, request.having(**dict.fromkeys(refused), **values))
    return Repair(
        f"{shown(name, 'the name')}{_out_of_bounds(name)}",
        f"names of at most {LONGEST_NAME} letters A-Z and a-z, digits and underscores"
        if problem.misuse != "unlisted"
        else f"only the arguments of the page: {', '.join(listed)}",
        request.having(**dict.fromkeys(refused)),
    )


def _refused_name(name: str, problem: Problem) -> bool:
    if problem.misuse == "array":
        return "[" in name
    if problem.misuse == "unlisted":
        return name not in {*problem.context.method.arguments, *EVERYWHERE}
    return len(name) > LONGEST_NAME or not NAME.fullmatch(name)


def _out_of_bounds(name: str) -> str:
    """Return which character of a name is not allowed, or how long it is."""
    wrong = next((n for n, character in enumerate(name, 1) if not NAME.fullmatch(character)), None)
    if wrong is not None:
        return f", whose character {wrong} is {name[wrong - 1]!r}"
    return f", which has {len(name)} characters" if name else ", which is empty"


@family("rate")
def _rate(problem: Problem) -> Repair:
    bucket = problem.context.world.buckets.get(problem.context.method.name)
    limit = f"{bucket.limit} in {bucket.window_s} s" if bucket is not None else "its rate limit"
    return Repair(f"more requests than {limit}", "the same request when the limit admits one again", problem.request)


GRANTS = {
    "by-other-url": "a code of the first authorisation URL; this one was issued by that of version 2",
    "email-unverified": "a code of a user whose email address is verified",
    "resource-gone": "a code for a conversation that exists; that of this one was deleted",
    "resource-closed": "a code for a conversation that admits the app",
}
"""What a code would have to be, by condition."""


@family("grant")
def _grant(problem: Problem) -> Repair:
    """Send another code, no single channel, or a refresh token that is known."""
    request = problem.request
    if problem.misuse == "single-channel-of-other-app":
        sent = shown(request.arguments.get("single_channel"), "single_channel")
        right = (
            f"no single_channel: only a workspace app is added to a single channel, and this is a {_kind(problem)} one"
        )
        return Repair(sent, right, request.having(single_channel=None))
    if problem.misuse == "refresh-token-unknown":
        sent = shown(request.arguments.get("refresh_token"), "refresh_token")
        known = sorted(problem.world.refresh_tokens) if problem.world is not None else []
        if known:
            return Repair(sent, "the refresh token of this world", request.having(refresh_token=known[0]))
        changed = request.having(refresh_token=None, grant_type=None)
        return Repair(sent, "a code instead: this world has no refresh token that is valid", changed)
    argument = problem.argument_of("one-shot")
    if argument is None:
        return _anything(problem)
    sent = shown(request.arguments.get(argument.name), argument.name)
    return problem.with_fresh(argument, sent, GRANTS.get(problem.misuse, "another code"))


def _kind(problem: Problem) -> str:
    return problem.context.world.app.kind


@family("charset")
def _charset(problem: Problem) -> Repair:
    """Drop a charset that is not needed, or name one that is."""
    request = problem.request
    header = shown(problem.context.request.header("Content-Type"), "Content-Type")
    if problem.misuse == "superfluous":
        right = f"{request.media_type} alone: drop `; charset={request.charset}`, since a form needs none"
        return Repair(header, right, replace(request, charset=None))
    return Repair(header, f"`{request.media_type}; charset=utf-8`", replace(request, charset="utf-8"))
