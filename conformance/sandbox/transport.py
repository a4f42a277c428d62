"""Checks of the service itself and of the form of the request, made before authentication."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.sandbox.checks import Check, Phase, in_any_world
from conformance.sandbox.intake import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context

LONGEST_NAME = 128
"""The page says "very long" without a number; all documented names are far shorter than this."""
EVERYWHERE = ("token", "grant_type", "refresh_token")
"""Names of arguments that every target accepts, whether a page lists them or not."""
_NAME = re.compile(r"[A-Za-z0-9_]+")
_ARRAY = re.compile(r"[^\[\]]*(\[[^\[\]]*\])+")


def _fault(fault: Fault, *names: str) -> Check:
    return Check(f"body.{fault}", Phase.TRANSPORT, names, lambda context: fault in context.call.faults)


def _service(condition: str, name: str, fact: Callable[[Context], bool]) -> Check:
    return Check(f"service.{condition}", Phase.SERVICE, (name,), fact)


def _has_array_name(context: Context) -> bool:
    return any(_ARRAY.fullmatch(name) for name in context.arguments)


def _is_odd(name: str, context: Context) -> bool:
    letters_only = name.replace("_", "").isalnum() if context.variant.wide_letters else _NAME.fullmatch(name)
    return len(name) > LONGEST_NAME or not letters_only


def _has_odd_name(context: Context) -> bool:
    return any(_is_odd(name, context) for name in context.arguments)


def _has_unlisted_name(context: Context) -> bool:
    """Whether there is an argument that the page does not list, which only one reading refuses."""
    expected = {*context.method.arguments, *EVERYWHERE}
    plain = (name for name in context.arguments if not _is_odd(name, context))
    return context.variant.listed_names_only and not expected.issuperset(plain)


def _has_missing_form(context: Context) -> bool:
    """Whether a form body is empty, which some readings refuse."""
    match context.variant.empty_forms:
        case "missing":
            return Fault.EMPTY_FORM in context.call.faults
        case "missing-without-query":
            return Fault.EMPTY_FORM in context.call.faults and not context.call.query
        case _:
            return False


def _has_refused_bare_name(context: Context) -> bool:
    """Whether the form contains a name without an equals sign, which only one reading refuses."""
    return context.variant.bare_names_refused and Fault.BARE_NAME in context.call.faults


CHECKS = (
    _service(
        "maintenance",
        "service_unavailable",
        in_any_world(lambda world: world.service.under_maintenance),
    ),
    _service(
        "address-retired",
        "deprecated_endpoint",
        in_any_world(lambda world: world.service.address_retired),
    ),
    _service(
        "method-retired",
        "method_deprecated",
        in_any_world(lambda world: world.service.method_retired),
    ),
    _service(
        "network-closed",
        "accesslimited",
        lambda context: not all(world.service.network_admitted for world in context.involved),
    ),
    _fault(Fault.CUT, "request_timeout", "invalid_form_data"),
    _fault(Fault.WITHOUT_TYPE, "missing_post_type"),
    _fault(Fault.UNKNOWN_TYPE, "invalid_post_type"),
    _fault(Fault.UNKNOWN_CHARSET, "invalid_charset"),
    Check("body.empty-form", Phase.TRANSPORT, ("request_timeout", "invalid_form_data"), _has_missing_form),
    _fault(Fault.BROKEN_FORM, "invalid_form_data", "request_timeout"),
    Check("body.bare-name", Phase.TRANSPORT, ("invalid_form_data",), _has_refused_bare_name),
    _fault(Fault.JSON_AS_FORM, "invalid_form_data", "invalid_arg_name"),
    _fault(Fault.BROKEN_JSON, "invalid_json"),
    _fault(Fault.JSON_NOT_OBJECT, "json_not_object"),
    Check("names.array", Phase.NAMES, ("invalid_array_arg", "invalid_arg_name"), _has_array_name),
    Check("names.odd", Phase.NAMES, ("invalid_arg_name",), _has_odd_name),
    Check("names.unlisted", Phase.NAMES, ("invalid_arg_name",), _has_unlisted_name),
)
