"""Named predicates that limit a fault to some requests: the words of `when` in the data.

A predicate is a name ("form"), or a name with a parameter after a space ("charset utf-16"); "not" before either negates
it. To add one, write a function under its name here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...catalog.alterations import ALTERATIONS
from ...catalog.datafile import suggestion
from ...catalog.model import OK
from ...sandbox.context import Context
from ...sandbox.intake import JSON, MULTIPART, TEXT, URLENCODED, ContentType
from ...sandbox.worlds import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

When = Callable[[Context], bool]


def charset(context: Context) -> str | None:
    """Return the charset of the Content-Type, or `None`."""
    return ContentType.of(_content_type(context)).charset


def all_of(predicates: Iterable[str]) -> When:
    """Return the conjunction of these predicates.

    Raises `ValueError` with a suggestion if one is unknown, or if a pattern is not a regular expression.
    """
    parsed = [_parsed(text) for text in predicates]
    return lambda context: all(holds(context) for holds in parsed)


def _parsed(text: str) -> When:
    positive = text.removeprefix("not ")
    name, _, parameter = positive.partition(" ")
    if positive in PLAIN:
        holds = PLAIN[positive]
    elif parameter and name in WITH_PARAMETER:
        try:
            holds = WITH_PARAMETER[name](parameter)
        except re.error as error:
            raise ValueError(f"{parameter!r} is not a regular expression: {error}.") from None
        except KeyError:
            raise ValueError(f"{parameter!r} is not an alteration. {suggestion(parameter, ALTERATIONS)}") from None
    else:
        raise ValueError(f"there is no predicate {positive!r}. {suggestion(positive, {*PLAIN, *WITH_PARAMETER})}")
    return holds if positive == text else lambda context: not holds(context)


def _content_type(context: Context) -> str:
    return context.request.header("Content-Type") or ""


def _another_one_shot_used(context: Context) -> bool:
    issued = (value for values in context.world.one_shots.values() for value in values.values())
    bucket = context.world.bucket
    return (bucket is None or bucket.limit == UNLIMITED) and any(value.used for value in issued)


def _any_user_deleted(context: Context) -> bool:
    tokens = context.token_world.tokens.values() if context.token_world else ()
    return any(token.user.deleted for token in tokens)


def _documented_array(context: Context) -> bool:
    return any(name.partition("[")[0] in context.method.arguments for name in context.arguments if "[" in name)


def _redirect_extended(context: Context) -> bool:
    """Return whether the redirect_uri continues the one with which the code was issued."""
    given = context.arguments.get("redirect_uri", "")
    return any(given.startswith(f"{value.redirect_uri}/") for value in context.one_shots)


def given(context: Context, name: str) -> str | None:
    """Return what the request carries for this argument, wherever it carries it."""
    if name == "token":
        return context.call.token
    if name in {"client_id", "client_secret"}:
        return context.call.client(name, first=name == "client_id")
    return context.arguments.get(name)


def right(context: Context, name: str) -> list[str]:
    """Return the values that are right for this argument, or for the token, in the worlds of the request."""
    match name:
        case "token":
            return [text for world in context.involved for text in world.tokens]
        case "client_id":
            return [world.app.client_id for world in context.involved]
        case "client_secret":
            return [world.app.client_secret for world in context.involved]
        case "redirect_uri":
            return [value.redirect_uri for value in context.one_shots if value.redirect_uri is not None]
        case _:
            kind = (context.method.arguments[name].value or "").removeprefix("$")
            return [text for world in context.involved for text in world.one_shots.get(kind, {})]


PARTS = {
    "other-scheme": "scheme",
    "other-host": "hostname",
    "other-port": "port",
    "other-userinfo": "username",
    "other-query": "query",
    "other-fragment": "fragment",
}
"""The part of an address in which a member of each class differs."""


def _differing(one: str, other: str) -> set[str]:
    """Return the parts, apart from the path, in which two addresses with the same path differ."""
    first, second = urlsplit(one), urlsplit(other)
    same = first.path == second.path
    return {part for part in PARTS.values() if same and getattr(first, part) != getattr(second, part)}


def _misses(context: Context, name: str, how: str) -> bool:
    """Return whether the argument is a near miss: an alteration, an address with one other part, or `longer` by one."""
    text = given(context, name)
    if not text:
        return False
    if how in PARTS:
        return name == "redirect_uri" and any(_differing(text, value) == {PARTS[how]} for value in right(context, name))
    if how == "longer":
        return any(text[:-1] == value for value in right(context, name))
    return any(ALTERATIONS[how][1](value) == text for value in right(context, name))


def _sent_empty(context: Context, name: str) -> bool:
    """Return whether the argument is sent without a value; HTTP Basic always sends both halves."""
    in_basic = context.call.basic is not None and name in {"client_id", "client_secret"}
    return not given(context, name) and (in_basic or name in context.arguments)


def _is_of_another(context: Context, name: str) -> bool:
    """Return whether the value of this argument belongs to a world that has nothing else to do with the request."""
    owner = context.worlds.owner(given(context, name))
    return owner is not None and all(owner is not world for world in context.involved)


def _near(parameter: str) -> When:
    """Return a predicate: the argument is a near miss in this way (NAME=HOW), or in any way (NAME)."""
    name, _, how = parameter.partition("=")
    if how == "of-another":
        return lambda context: _is_of_another(context, name)
    if how:
        return lambda context: _misses(context, name, how)
    return lambda context: any(
        _near(f"{name}={each}")(context) for each in (*ALTERATIONS, *PARTS, "longer", "of-another")
    )


def _issued(context: Context) -> Iterator[str]:
    for world in context.involved:
        yield from world.tokens
        for values in world.one_shots.values():
            yield from values


def _near_miss(how: str) -> When:
    """Return a predicate: the token or an argument is an issued value, altered in this way."""
    _, altered = ALTERATIONS[how]

    def holds(context: Context) -> bool:
        sent = {*context.arguments.values(), context.call.bearer}
        return any(altered(value) in sent - {value} for value in _issued(context))

    return holds


def _any_near_miss(context: Context) -> bool:
    return any(_near_miss(how)(context) for how in ALTERATIONS)


PLAIN: dict[str, When] = {
    # how the request is sent
    "get": lambda context: context.request.verb == "GET",
    "post": lambda context: context.request.verb == "POST",
    "form": lambda context: context.call.media_type == URLENCODED,
    "multipart": lambda context: context.call.media_type == MULTIPART,
    "text": lambda context: context.call.media_type == TEXT,
    "json": lambda context: context.call.media_type == JSON,
    "content-type sent": lambda context: context.request.header("Content-Type") is not None,
    "charset named": lambda context: charset(context) is not None,
    "body sent": lambda context: bool(context.request.body),
    "basic": lambda context: context.call.basic is not None,
    "token in header": lambda context: context.call.bearer is not None,
    "token in form": lambda context: "token" in context.call.form,
    "token in query": lambda context: "token" in context.call.query,
    "arguments in form": lambda context: bool(context.call.form),
    "arguments in query": lambda context: bool(context.call.query),
    # what its arguments are
    "near miss": _any_near_miss,
    "documented argument as array": _documented_array,
    "redirect_uri extended": _redirect_extended,
    "issued without redirect_uri": lambda context: any(value.redirect_uri is None for value in context.one_shots),
    "another one-shot used": _another_one_shot_used,
    "redirect_uri of the app": lambda context: context.arguments.get("redirect_uri") == context.world.app.redirect_uri,
    "called before": lambda context: bool(context.world.journal.calls),
    "refused before": lambda context: any(call.answered != OK for call in context.world.journal.calls),
    # what stands behind it
    "token owner deleted": lambda context: context.token is not None and context.token.user.deleted,
    "any user deleted": _any_user_deleted,
    "workspace deleted": lambda context: context.token_world is not None and context.token_world.workspace.deleted,
    "app removed": lambda context: context.token_world is not None and not context.token_world.app.installed,
    "workspace in enterprise": lambda context: context.world.workspace.enterprise_id is not None,
    # how it is answered
    "refused": lambda context: context.code is not None,
    "warned": lambda context: bool(context.call.warnings),
}
"""The predicates without a parameter."""


def _argument(parameter: str) -> When:
    name, _, pattern = parameter.partition("=")
    compiled = re.compile(pattern, re.DOTALL)
    return lambda context: compiled.fullmatch(context.arguments.get(name, "")) is not None


def _body(pattern: str) -> When:
    compiled = re.compile(pattern.encode("latin-1"), re.DOTALL)
    return lambda context: compiled.fullmatch(context.request.body) is not None


def _found_in(texts: Callable[[Context], Iterable[str]]) -> Callable[[str], When]:
    """Return a predicate: a regular expression matches somewhere in one of the texts."""

    def with_pattern(pattern: str) -> When:
        compiled = re.compile(pattern, re.DOTALL)
        return lambda context: any(compiled.search(text) for text in texts(context))

    return with_pattern


WITH_PARAMETER: dict[str, Callable[[str], When]] = {
    "type": lambda name: lambda context: context.call.media_type == name,
    "charset": lambda name: lambda context: charset(context) == name,
    "near-miss": _near_miss,
    "sent": lambda name: lambda context: name in context.arguments,
    "warned-of": lambda condition: lambda context: condition in context.call.warnings,
    "in-form": lambda name: lambda context: name in context.call.form,
    "token": lambda kind: lambda context: context.token is not None and context.token.kind == kind,
    "app": lambda kind: lambda context: context.world.app.kind == kind,
    "used-by": lambda delivery: lambda context: any(value.used_by == delivery for value in context.one_shots),
    "by": lambda delivery: lambda context: context.delivery == delivery,
    "near": _near,
    "empty": lambda name: lambda context: _sent_empty(context, name),
    # a regular expression for the whole value of an argument (NAME=PATTERN), or the whole body
    "argument": _argument,
    "body": _body,
    # a regular expression for any part
    "content-type": _found_in(lambda context: [_content_type(context)]),
    "query": _found_in(lambda context: [context.request.query]),
    "name": _found_in(lambda context: context.arguments),
    "pair": _found_in(lambda context: [f"{name}={value}" for name, value in context.arguments.items()]),
    "value": _found_in(lambda context: context.arguments.values()),
    "form-value": _found_in(lambda context: context.call.form.values()),
}
"""The predicates with a parameter."""
