"""Checks of arguments: a registry with one function per kind of argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .checks import Check, Phase
from .worlds import SCOPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..catalog.model import Argument, Method
    from .context import Context

    Kind = Callable[[Argument], Iterator[Check]]

KINDS: dict[str, Kind] = {}
"""The checks for each kind of argument."""
OTHER = "argument.other"
"""The condition whose code is used for a misuse without a code of its own on the page."""
BOOLEANS = frozenset({"0", "1", "true", "false"})


def checks_of(method: Method) -> Iterator[Check]:
    """Yield the checks of all arguments of the method, in the order of its page."""
    for argument in method.arguments.values():
        yield from KINDS[argument.kind](argument)


def kind(name: str) -> Callable[[Kind], Kind]:
    """Register the function for this kind of argument in the method schema."""

    def enter(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return enter


def _check(
    argument: Argument, misuse: str, holds: Callable[[Context], bool], *other: str, phase: Phase = Phase.VALUES
) -> Check:
    """Return the check for one misuse; `other` are misuses whose code is used if this one has none."""
    instead = (*(f"{argument.name}.{key}" for key in other), OTHER)
    return Check(f"{argument.name}.{misuse}", phase, holds, instead=instead)


def _never(_context: Context) -> bool:
    return False


def _missing(argument: Argument, *, unless: Callable[[Context], bool] = _never) -> Iterator[Check]:
    """Yield the check that the argument is present, if it is required or the page has a code for its absence."""
    if argument.required or "missing" in argument.codes:
        yield Check(
            f"{argument.name}.missing",
            Phase.MISSING,
            lambda context: not unless(context) and not context.arguments.get(argument.name),
            lambda _context: {"response_metadata": {"messages": [f"[ERROR] missing required field: {argument.name}"]}},
            (OTHER,),
        )


@kind("token")
def _token(_argument: Argument) -> Iterator[Check]:
    """Yield nothing: tokens are checked before the arguments."""
    yield from ()


@kind("string")
def _string(argument: Argument) -> Iterator[Check]:
    yield from _missing(argument)


@kind("client-id")
def _client_id(argument: Argument) -> Iterator[Check]:
    def given(context: Context) -> str | None:
        return context.call.client(argument.name, first=True)

    yield _check(argument, "missing", lambda context: not given(context), "unknown", phase=Phase.MISSING)
    yield _check(argument, "unknown", lambda context: bool(given(context)) and context.app is None)


@kind("client-secret")
def _client_secret(argument: Argument) -> Iterator[Check]:
    def given(context: Context) -> str | None:
        return context.call.client(argument.name, first=False)

    def differs(context: Context) -> bool:
        secret = given(context)
        return secret is not None and context.app is not None and secret != context.app.client_secret

    yield _check(argument, "missing", lambda context: not given(context), "mismatch", "unknown", phase=Phase.MISSING)
    yield _check(argument, "mismatch", differs, "unknown")


@kind("one-shot")
def _one_shot(argument: Argument) -> Iterator[Check]:
    def refreshing(context: Context) -> bool:
        return context.refreshing

    def unknown(context: Context) -> bool:
        given = bool(context.arguments.get(argument.name))
        return given and not context.refreshing and context.one_shot(argument) is None

    def formless(context: Context) -> bool:
        return " " in context.arguments.get(argument.name, "").strip() and unknown(context)

    def foreign(context: Context) -> bool:
        value = context.one_shot(argument)
        return value is not None and value.app is not context.world.app

    def used(context: Context) -> bool:
        value = context.one_shot(argument)
        return value is not None and value.used

    def expired(context: Context) -> bool:
        value = context.one_shot(argument)
        return value is not None and value.expired(context.world.clock.now)

    def without_user(context: Context) -> bool:
        value = context.one_shot(argument)
        return value is not None and value.user.deleted

    yield from _missing(argument, unless=refreshing)
    yield _check(argument, "malformed", formless, "unknown")
    yield _check(argument, "unknown", unknown)
    yield _check(argument, "foreign", foreign, "unknown")
    yield _check(argument, "used", used, "unknown")
    yield _check(argument, "expired", expired, "unknown")
    if "no_user" in argument.codes:
        yield _check(argument, "no_user", without_user)


@kind("comma-separated")
def _comma_separated(argument: Argument) -> Iterator[Check]:
    known = SCOPES if argument.value == "$scopes" else None

    def odd(context: Context) -> bool:
        text = context.arguments.get(argument.name, "")
        if context.variant.strict_lists and any(item != item.strip() or not item for item in text.split(",")):
            return bool(text)
        return bool(text) and not context.listed(argument.name)

    def unknown(context: Context) -> bool:
        return known is not None and any(item not in known for item in context.listed(argument.name))

    def mixed(context: Context) -> bool:
        return known is not None and len({known[item] for item in context.listed(argument.name) if item in known}) > 1

    def empty(context: Context) -> bool:
        return context.variant.empty_lists_pass and argument.name in context.arguments

    yield from _missing(argument, unless=empty)
    yield _check(argument, "malformed", odd, "unknown")
    yield _check(argument, "unknown", unknown, "malformed")
    yield _check(argument, "mixed", mixed)


@kind("boolean")
def _boolean(argument: Argument) -> Iterator[Check]:
    def malformed(context: Context) -> bool:
        text = context.arguments.get(argument.name, "")
        return bool(text) and text.lower() not in BOOLEANS

    yield from _missing(argument)
    yield _check(argument, "malformed", malformed)


@kind("must-match")
def _must_match(argument: Argument) -> Iterator[Check]:
    """Yield the check that the argument equals the one with which the exchanged value was issued, if any."""

    def differs(asked: str | None, text: str | None, context: Context) -> bool:
        if asked is None:
            return bool(text) and context.variant.unasked_redirect_refused
        return asked != text

    def mismatch(context: Context) -> bool:
        text = context.arguments.get(argument.name)
        return not context.refreshing and any(differs(value.redirect_uri, text, context) for value in context.one_shots)

    yield from _missing(argument)
    yield _check(argument, "mismatch", mismatch)
