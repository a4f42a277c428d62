"""Checks of the service itself and of the form of the request, made before authentication."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .checks import Check, Phase, in_any_world
from .intake import BodyFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from .context import Context
    from .facts import WorldFacts

LONGEST_NAME = 128
"""The page says "very long" without a number; all documented names are far shorter than this."""
EVERYWHERE = ("token", "grant_type", "refresh_token")
"""Names of arguments that every target accepts, whether a page lists them or not."""
NAME = re.compile(r"[A-Za-z0-9_]+")
_ARRAY = re.compile(r"[^\[\]]*(\[[^\[\]]*\])+")


def _has_array_name(context: Context) -> bool:
    return any(_ARRAY.fullmatch(name) for name in context.arguments)


def _is_odd(name: str, context: Context) -> bool:
    letters_only = name.replace("_", "").isalnum() if context.variant.wide_letters else NAME.fullmatch(name)
    return len(name) > LONGEST_NAME or not letters_only


def _is_long_in_query(name: str, context: Context) -> bool:
    return len(name) > LONGEST_NAME and name in context.call.query


def _has_long_name_in_query(context: Context) -> bool:
    """Whether the query string has a very long name, which a gateway may refuse before the method reads it."""
    return any(_is_long_in_query(name, context) for name in context.arguments)


def _has_odd_name(context: Context) -> bool:
    return any(_is_odd(name, context) and not _is_long_in_query(name, context) for name in context.arguments)


def _has_unlisted_name(context: Context) -> bool:
    """Whether there is an argument that the page does not list, which only one reading refuses."""
    expected = {*context.method.arguments, *EVERYWHERE}
    plain = (name for name in context.arguments if not _is_odd(name, context))
    return context.variant.listed_names_only and not expected.issuperset(plain)


def _has_missing_form(context: Context) -> bool:
    """Whether a form body is empty, which some readings refuse."""
    match context.variant.empty_forms:
        case "missing":
            return BodyFault.EMPTY_FORM in context.call.faults
        case "missing-without-query":
            return BodyFault.EMPTY_FORM in context.call.faults and not context.call.query
        case _:
            return False


def _has_refused_bare_name(context: Context) -> bool:
    """Whether the form contains a name without an equals sign, which only one reading refuses."""
    return context.variant.bare_names_refused and BodyFault.BARE_NAME in context.call.faults


ONLY_BY_SOME_READINGS = {
    BodyFault.EMPTY_FORM: _has_missing_form,
    BodyFault.BARE_NAME: _has_refused_bare_name,
}
"""Faults of a body that a variant may refuse; all others always are."""


def _service(condition: str, fact: Callable[[WorldFacts], bool]) -> Check:
    return Check(f"service.{condition}", Phase.SERVICE, in_any_world(fact))


def _body(fault: BodyFault) -> Check:
    def holds(context: Context) -> bool:
        return fault in context.call.faults

    return Check(f"body.{fault}", Phase.TRANSPORT, ONLY_BY_SOME_READINGS.get(fault, holds))


CHECKS = (
    _service("maintenance", lambda world: world.service.under_maintenance),
    _service("address-retired", lambda world: world.service.address_retired),
    _service("method-retired", lambda world: world.service.method_retired),
    _service("network-closed", lambda world: not world.service.network_admitted),
    *map(_body, BodyFault),
    Check("names.array", Phase.NAMES, _has_array_name),
    Check("names.long-in-query", Phase.NAMES, _has_long_name_in_query),
    Check("names.odd", Phase.NAMES, _has_odd_name),
    Check("names.unlisted", Phase.NAMES, _has_unlisted_name),
)
