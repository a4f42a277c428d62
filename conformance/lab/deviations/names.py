"""Faults in the handling of argument names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.catalog.model import Strength
from conformance.lab.deviations.conditions import both, by_get, not_
from conformance.lab.deviations.kinds import Passes, Refuses
from conformance.sandbox.transport import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context

SHORT = 20


def _some(fact: Callable[[str], object]) -> Callable[[Context], bool]:
    return lambda context: any(fact(name) for name in context.arguments)


def _documented_array(context: Context) -> bool:
    return any(name.partition("[")[0] in context.method.arguments for name in context.arguments if "[" in name)


_NAME, _ARRAY = "invalid_arg_name", "invalid_array_arg"
_UNLISTED = not_(_documented_array)

FAULTS = (
    Passes(
        rule=_NAME,
        fault="any-length-let-pass",
        summary="A name may have any length.",
        found="names.odd",
        when=_some(lambda name: len(name) > LONGEST_NAME),
    ),
    Passes(
        rule=_NAME,
        fault="hyphen-let-pass",
        summary="A hyphen in a name is accepted in a form.",
        found="names.odd",
        when=both(_some(lambda name: "-" in name), not_(by_get)),
    ),
    Passes(
        rule=_NAME,
        fault="query-not-looked-at",
        summary="Names in the query string are not checked.",
        found="names.odd",
        when=by_get,
    ),
    Passes(
        rule=_NAME,
        fault="semicolon-let-pass",
        summary="A semicolon in a name is accepted.",
        found="names.odd",
        when=_some(lambda name: ";" in name),
    ),
    Passes(
        rule=_NAME,
        fault="every-letter-let-pass",
        summary="Letters beyond ASCII count as alphanumeric.",
        strength=Strength.MAY,
        found="names.odd",
        when=_some(lambda name: not name.isascii()),
    ),
    Refuses(
        rule=_NAME,
        fault="digits-refused",
        summary="A digit in a name is refused.",
        code=_NAME,
        when=_some(re.compile(r"\d").search),
    ),
    Refuses(
        rule=_NAME,
        fault="thirty-letters-refused",
        summary=f"A name of more than {SHORT} letters is refused.",
        code=_NAME,
        when=_some(lambda name: len(name) > SHORT),
    ),
    Passes(
        rule=_ARRAY,
        fault="empty-brackets-let-pass",
        summary="Empty brackets after a name are accepted.",
        found="names.array",
        when=both(_some(lambda name: "[]" in name), not_(by_get), _UNLISTED),
    ),
    Passes(
        rule=_ARRAY,
        fault="index-let-pass",
        summary="An index after a name is accepted.",
        found="names.array",
        when=_some(re.compile(r"\[\d+\]").search),
    ),
    Passes(
        rule=_ARRAY,
        fault="key-let-pass",
        summary="A key in brackets after a name is accepted.",
        found="names.array",
        when=_some(re.compile(r"\[[a-z]+\]").search),
    ),
    Passes(
        rule=_ARRAY,
        fault="query-not-looked-at",
        summary="Arrays in the query string are not checked.",
        found="names.array",
        when=by_get,
    ),
    Passes(
        rule=_ARRAY,
        fault="documented-argument-as-array",
        summary="An array is accepted if it has the name of a documented argument.",
        found="names.array",
        when=_documented_array,
    ),
    Refuses(
        rule=_ARRAY,
        fault="brackets-in-value-refused",
        summary="A value in brackets is taken for an array.",
        code=_ARRAY,
        when=lambda context: any(value.startswith("[") for value in context.arguments.values()),
    ),
)
