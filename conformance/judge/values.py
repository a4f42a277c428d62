"""Values that a profile gives and that work once: which refusals may be their fault, and what is then said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import OK
from conformance.judge import words
from conformance.judge.model import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.catalog.model import Argument, Case, Method
    from conformance.judge.model import Shown
    from conformance.wire.answer import Answer

_OF_THE_VALUE = ("unknown", "used", "expired")
_UNBOUND = {"token", "comma-separated"}
"""Kinds of arguments whose values a target looks at by themselves."""

_REUSED = {"again_after_refusal"}


def doubtful(method: Method, once: Iterable[str]) -> frozenset[str]:
    """Return the outcomes of requests with these values that may be due to a value that was used or has expired."""
    found: set[str] = set()
    for argument in _arguments(method, once):
        codes = {code for kind, code in argument.codes.items() if kind in _OF_THE_VALUE}
        # What else a target may call it, by a reading of the pages.
        about_it = (case.accept for case in method.cases if case.rule.code in codes and _is_about(case, argument))
        found |= codes.union(*about_it)
    return frozenset(found - {OK})


def _is_about(case: Case, argument: Argument) -> bool:
    """Whether the case sends a bad value of this argument, and changes nothing else."""
    edit = case.edit
    if edit is None or edit.kind != "set_argument" or not isinstance(edit.value, dict):
        return edit is not None and (edit.kind, edit.value) == ("again", "same")
    return bool(edit.value.get(argument.name))


def _by_any_reading(method: Method, codes: set[str]) -> frozenset[str]:
    by_reading = (case.accept for case in method.cases if case.rule.code in codes)
    return frozenset(codes).union(*by_reading) - {OK}


def used_value(shown: Shown) -> Cause | None:
    """Return the cause if the edited request was refused since a value of the profile was used already.

    `None` where the case is about a second use: there the target may be wrong.
    """
    edit = shown.case.edit
    reused = edit is not None and (edit.kind in _REUSED or (edit.kind, edit.value) == ("again", "same"))
    return None if reused else used_before(shown.method, shown.edited, shown.once)


def used_before(method: Method, answer: Answer, once: Mapping[str, str]) -> Cause | None:
    """Return the cause if this answer says that one of these values was used already."""
    for argument in _arguments(method, once):
        if answer.usable and answer.outcome == argument.codes.get("used"):
            name = str(argument.value)[1:]
            text = f"{method.name}: the {name} from {once[name]} was used already, says the target."
            return Cause(
                "used-value", text, f"A fresh {name} for each request: a command that mints one, or a new list."
            )
    return None


def mixed_values(shown: Shown) -> Cause | None:
    """Return the cause if values of two worlds in one request may explain its refusal.

    A target may bind a trigger to the workspace of a token, or a code to a client and its redirect_uri. Where the
    profile gives some of them for a state and the others are the healthy ones, they need not belong together. The
    refusal of a token is a matter of the token alone.
    """
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
    return Cause("value-in-doubt", text, f"In {table}: {names} that belong to its other values.")


def no_value(method: Method, answer: Answer, missing: Mapping[str, str]) -> Cause:
    """Return why nothing can be built on a base with placeholders for these values."""
    said = ", ".join(f"{name} ({why})" for name, why in sorted(missing.items()))
    text = (
        f"{method.name} refuses its base with {words.outcome_in_words(answer.outcome)}, as there is no {said} to send."
    )
    names = ", ".join(sorted(missing))
    return Cause("no-value", text, f"Values for {names} in the profile's [values], or a control API.")


def unconfirmed(method: Method, answer: Answer, once: Mapping[str, str], now: str) -> Cause:
    """Return why a refusal cannot be held against the target: the value that the profile gave may be to blame."""
    names = " or ".join(sorted(once))
    text = f"{method.name}: {words.outcome_in_words(answer.outcome)} may be due to the {names} from the profile: {now}."
    return Cause("value-in-doubt", text, f"A fresh {names} for each request: a command that mints one, or a new list.")


def _arguments(method: Method, once: Iterable[str]) -> list[Argument]:
    names = {f"${name}" for name in once}
    return [one for one in method.arguments.values() if one.kind == "one-shot" and one.value in names]
