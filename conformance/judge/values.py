"""Single-use values of a profile: which refusals they may explain, and the cause that is then reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog.edits.arguments import SetArgument
from ..catalog.edits.orders import Again, AgainAfterRefusal, Then, Twice
from ..catalog.model import OK
from ..results.model import Cause
from ..results.terms import Kind
from . import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..catalog.model import Argument, Case, Method
    from ..wire.answer import Answer
    from .model import Shown

_OF_THE_VALUE = ("unknown", "used", "expired")
_UNBOUND = {"token", "comma-separated"}
"""Kinds of arguments whose values a target checks on their own, without comparing them with another value."""


def doubtful(method: Method, once: Iterable[str]) -> frozenset[str]:
    """Return the outcomes that a used or expired value can explain, for requests with these single-use values."""
    found: set[str] = set()
    for argument in _arguments(method, once):
        codes = {code for kind, code in argument.codes.items() if kind in _OF_THE_VALUE}
        # Other codes for the same problem, by a reading of the pages.
        about_it = (case.accept for case in method.cases if case.rule.code in codes and _is_about(case, argument))
        found |= codes.union(*about_it)
    return frozenset(found - {OK})


def _is_about(case: Case, argument: Argument) -> bool:
    """Whether the case changes nothing but this argument, to a bad value."""
    edit = case.edit
    if isinstance(edit, SetArgument):
        return edit.name == argument.name and edit.value != ""
    return edit == Again("same")


def _by_any_reading(method: Method, codes: set[str]) -> frozenset[str]:
    by_reading = (case.accept for case in method.cases if case.rule.code in codes)
    return frozenset(codes).union(*by_reading) - {OK}


def used_value(shown: Shown) -> Cause | None:
    """Return the cause if the edited request was refused because a value of the profile was used already.

    Returns `None` if the case is about a second use: such a refusal is then the subject of the case.
    """
    match shown.case.edit:
        case Again(how="same" | "same-twice") | AgainAfterRefusal() | Then(carries="same") | Twice():
            return None
    return used_before(shown.method, shown.edited, shown.once)


def used_before(method: Method, answer: Answer, once: Mapping[str, str]) -> Cause | None:
    """Return the cause if the answer has the code for one of these values being used already, else `None`."""
    for argument in _arguments(method, once):
        if answer.usable and answer.outcome == argument.codes.get("used"):
            name = str(argument.value)[1:]
            text = f"{method.name}: the {name} from {once[name]} was used already, says the target."
            return Cause(
                Kind.USED_VALUE, text, f"A fresh {name} for each request: a command that mints one, or a new list."
            )
    return None


def mixed_values(shown: Shown) -> Cause | None:
    """Return the cause if the request mixed values of two worlds and that may explain its refusal, else `None`.

    A target may bind a trigger to the workspace of a token, or a code to a client and its redirect_uri. Where the
    profile gives some of them for a state and the others are the healthy ones, they need not belong together. A
    token is checked on its own. If the base was sent in the same state and succeeded, its values do belong together.
    """
    if shown.base is not None and shown.base.outcome == OK and shown.case.world == shown.case.state:
        return None
    lent = shown.borrowed - {"scopes", "scopes_mixed"}
    if not lent or not shown.edited.usable:
        return None
    bound = [one.codes for one in shown.method.arguments.values() if one.kind not in _UNBOUND]
    codes = {each[kind] for each in bound for kind in (*_OF_THE_VALUE, "mismatch") if kind in each}
    if shown.edited.outcome not in _by_any_reading(shown.method, codes):
        return None
    names, said = ", ".join(sorted(lent)), words.outcome_in_words(shown.edited.outcome)
    table = f"[state.{shown.case.state}]"
    text = f"{shown.method.name}: {said} may come from mixed values, since {table} gives no {names} of its own."
    return Cause(Kind.VALUE_IN_DOUBT, text, f"In {table}: {names} that belong to its other values.")


def no_value(method: Method, answer: Answer, missing: Mapping[str, str]) -> Cause:
    """Return the cause for a base that was refused while these values were missing."""
    *others, last = (f"{name} ({why})" for name, why in sorted(missing.items()))
    said = f"{', '.join(others)} and no {last}" if others else last
    text = f"{method.name} refuses its base with {words.outcome_in_words(answer.outcome)}: there is no {said}."
    names = ", ".join(sorted(missing))
    return Cause(Kind.NO_VALUE, text, f"Values for {names} in the profile's [values], or a control API.")


def unconfirmed(method: Method, answer: Answer, once: Mapping[str, str], now: str) -> Cause:
    """Return the cause for a refusal that a single-use value of the profile may explain."""
    names = " or ".join(sorted(once))
    text = f"{method.name}: {words.outcome_in_words(answer.outcome)} may be due to the {names} from the profile: {now}."
    return Cause(
        Kind.VALUE_IN_DOUBT, text, f"A fresh {names} for each request: a command that mints one, or a new list."
    )


def _arguments(method: Method, once: Iterable[str]) -> list[Argument]:
    names = {f"${name}" for name in once}
    return [one for one in method.arguments.values() if one.kind == "one-shot" and one.value in names]
