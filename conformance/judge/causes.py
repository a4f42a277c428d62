"""Why a case could not be judged: the sentences about a method's ways in.

A cause has a kind, one sentence that all its cases share, and what would help. The sentence names what came back -
status, media type, the first words of the body - since the owner of a target recognises it by that. It never says more
than the answers show: a way in that is not taken while another one succeeds is not a matter of values, and a refusal is
attributed to a missing value only if other requests that lack it are refused in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..catalog.model import OK
from ..results.model import Cause
from ..results.terms import Kind
from ..results.words import NEEDS
from . import words
from .values import no_value, used_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..catalog.model import Base, Method
    from ..wire.answer import Answer
    from .model import Shown


_NOT_FOUND = frozenset({404, 410})
NOT_TAKEN = frozenset({404, 405, 410, 501})
"""Statuses by which HTTP rejects this verb and path, whatever the request contains."""

_UNKNOWN = "unknown_method"
"""Slack's code for an unknown method; the pages of the methods do not list it."""

_STATES_OF_RETIREMENT = ("method-retired", "url-retired")
_NAMES = 3


@dataclass(frozen=True, slots=True)
class Way:
    """One attempt with a documented way in: the base, its answer, and the values that were missing."""

    base: Base
    answer: Answer
    connected: bool = True
    missing: frozenset[str] = frozenset()


def base_cause(shown: Shown) -> Cause:
    """Return why no verdict can rest on this base; all cases that depend on it share the cause."""
    method, base, answer = shown.method.name, shown.case.base, shown.base or shown.edited
    named = f"its base {base.name} ({words.way(base)})"
    beside = ""
    if shown.succeeding is not None:
        other = shown.method.bases.get(shown.succeeding)
        by = f"{other.name} ({words.way(other)})" if other else "another way in"
        beside = f", while {by} succeeds"
    if not answer.usable:
        kind = _kind_of(answer)
        if kind is Kind.ANOTHER_API and (shown.sibling or shown.present):
            kind = Kind.WAY_NOT_TAKEN
        text = f"{method} gives no usable answer to {named}: {words.described(answer)}{beside}."
        needs = _after_redirect(method, (answer,)) if kind is Kind.ANOTHER_API else ""
        return Cause(kind, text, needs or NEEDS[kind])
    said = words.outcome_in_words(answer.outcome)
    used = used_before(shown.method, answer, shown.once if shown.base is None else shown.base_once)
    if used is not None:
        return used
    if shown.missing and _is_explained(shown, answer):
        return no_value(shown.method, answer, shown.missing)
    text = f"{method} refuses {named} with {said}{beside}."
    if shown.missing:
        names = ", ".join(sorted(shown.missing))
        needs = f"Values for {names} in the profile's [values]; then it shows whether this way in is taken."
        return Cause(Kind.BASE_REFUSED, text, needs)
    if shown.sibling:
        return Cause(Kind.WAY_NOT_TAKEN, text, NEEDS[Kind.WAY_NOT_TAKEN])
    outcomes = {answer.outcome}
    promised = {other for other in shown.others if shown.method.bases[other].promised}
    if base.promised and promised and all(shown.others[other].usable for other in promised):
        # No way in succeeds: one sentence about all of them, whichever this one is.
        tried = sorted({base.name, *promised}, key=list(shown.method.bases).index)
        answers = {**shown.others, base.name: answer}
        outcomes = {answers[name].outcome for name in tried}
        listed = _grouped((name, words.outcome_in_words(answers[name].outcome)) for name in tried)
        text = f"{method} refuses every documented way in: {listed}."
    return Cause(Kind.BASE_REFUSED, text, _values_for(shown.method, outcomes))


def _values_for(method: Method, outcomes: set[str]) -> str:
    """Return what would help against refusals: values for the arguments that their codes belong to, if any."""
    named = [one.value[1:] for one in method.arguments.values() if one.value and outcomes & {*one.codes.values()}]
    if not named:
        return "Values in the profile with which one way in succeeds."
    return f"Values for {', '.join(named)} in the profile's [values], with which one way in succeeds."


def _is_explained(shown: Shown, answer: Answer) -> bool:
    """Whether a missing value can explain the refusal: if other ways in are refused too, then with the same code."""
    others = {
        other.outcome
        for name, other in shown.others.items()
        if other.usable and other.outcome != OK and shown.method.bases[name].promised
    }
    return not others or answer.outcome in others


def _kind_of(answer: Answer) -> Kind:
    """Return the kind of cause that a single unusable answer indicates."""
    if answer.timed_out:
        return Kind.TOO_SLOW
    if answer.status is None:
        return Kind.TARGET_DOWN
    if answer.garbled:
        return Kind.UNREADABLE
    return Kind.WAY_NOT_TAKEN if answer.status in NOT_TAKEN else Kind.ANOTHER_API


def unanswered(method: str, where: str, ways: Sequence[Way]) -> Cause:
    """Return the cause if no way into a method got a usable answer; `where` is the URL."""
    kind = _kind_of_all(ways)
    said = _grouped((way.base.name, words.described(way.answer)) for way in ways)
    more = _SAID.get(kind, "")
    needs = NEEDS[kind]
    if kind is Kind.WAY_NOT_TAKEN:
        needs = "A target that takes the method by one of its documented ways, or the url below which it does."
    if kind is Kind.ANOTHER_API:
        needs = _after_redirect(method, (way.answer for way in ways), where) or needs
    return Cause(kind, f"{method} gives no usable answer at {where}: {said}.{more}", needs)


def _after_redirect(method: str, answers: Iterable[Answer], where: str = "") -> str:
    """Return what would help if all answers redirect to one place; empty if they do not.

    `where` is the URL, without which a relative reference and a slash at the end say too little. A redirect is not
    followed: a client may turn a POST into a GET on its way, and secrets are meant for one host.
    """
    places = {answer.redirect_from(where) for answer in answers}
    place = next(iter(places))
    if len(places) > 1 or place == where or not place.startswith(("http://", "https://")):
        return ""
    if place.endswith("/") and not where:
        return ""
    if place == f"{where}/":
        return f"A target that answers at \"{where}\" itself: Slack's URLs have no slash after the method's name."
    base, slash, name = place.rstrip("/").rpartition("/")
    if name != method:
        return f'The url below which the method answers itself; "{place}" is where the redirect leads.'
    return f'The address to which the target redirects, in the profile: url = "{base}{slash}".'


_SAID = {
    Kind.TOO_SLOW: " It takes longer than the time limit.",
    Kind.METHOD_MISSING: " Nothing is found under the method's name.",
    Kind.WAY_NOT_TAKEN: " None of the documented ways in is taken.",
    Kind.ANOTHER_API: " Something else answers in the method's place.",
    Kind.UNREADABLE: " The method answers, but not in the form that its page describes.",
}


def _kind_of_all(ways: Sequence[Way]) -> Kind:
    if not any(way.connected for way in ways):
        return Kind.NOTHING_THERE
    statuses = {way.answer.status for way in ways}
    if statuses <= _NOT_FOUND and not any(way.answer.garbled for way in ways):
        return Kind.METHOD_MISSING
    kinds = [_kind_of(way.answer) for way in ways]
    weighed = (Kind.UNREADABLE, Kind.ANOTHER_API, Kind.WAY_NOT_TAKEN, Kind.TOO_SLOW)
    return next((kind for kind in weighed if kind in kinds), Kind.TARGET_DOWN)


def same_to_all(method: Method, outcome: str, missing: frozenset[str]) -> Cause:
    """Return the cause for a method that gives every request the same answer."""
    said = words.outcome_in_words(outcome)
    text = f"{method.name} answers every request with {said}, also requests that have nothing in common"
    if outcome not in method.error_codes:
        text += "; its page does not list that code"
    if not missing:
        return Cause(Kind.INDISCRIMINATE, f"{text}.", NEEDS[Kind.INDISCRIMINATE])
    names = ", ".join(sorted(missing))
    needs = f"Values for {names} in the profile's [values]; if that does not help, a target that looks at its requests."
    return Cause(Kind.INDISCRIMINATE, f"{text}. There is no {names} to send.", needs)


def always_succeeds(method: Method) -> Cause:
    """Return the cause for a method that accepts every request."""
    text = f"{method.name} answers every request with ok:true, also those that its page refuses."
    return Cause(Kind.INDISCRIMINATE, text, NEEDS[Kind.INDISCRIMINATE])


def gone(method: Method, ways: Sequence[Way]) -> Cause | None:
    """Return the cause if every way in reports that the method is missing or retired, else `None`."""
    outcomes = {way.answer.outcome for way in ways}
    if not all(way.answer.usable for way in ways) or not outcomes <= {_UNKNOWN, *_codes_of_retirement(method)}:
        return None
    kind = Kind.METHOD_MISSING if outcomes == {_UNKNOWN} else Kind.METHOD_RETIRED
    said = " or ".join(words.outcome_in_words(outcome) for outcome in sorted(outcomes))
    text = f"{method.name} answers every request with {said}: the method is "
    text += "missing here." if kind is Kind.METHOD_MISSING else "retired here."
    return Cause(kind, text, NEEDS[kind])


def _codes_of_retirement(method: Method) -> set[str]:
    return {case.rule.name for case in method.cases if case.state in _STATES_OF_RETIREMENT}


def _grouped(said: Iterable[tuple[str, str]]) -> str:
    """Return answers with the names of the bases that got them, each distinct answer once."""
    groups: dict[str, list[str]] = {}
    for name, text in said:
        groups.setdefault(text, []).append(name)
    if len(groups) == 1:
        return next(iter(groups))
    return "; ".join(f"{_some(names)}: {text}" for text, names in groups.items())


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more
