"""Why a case could not be judged: the kinds of causes, and the sentences about a method's ways in.

A cause has a kind, one sentence that all its cases share, and what would help. The sentence names what came back -
status, media type, the first words of the body - since the owner of a target recognises it by that. It never says more
than the answers show: a way in that is not taken while another one succeeds is not a matter of values, and a refusal is
attributed to a missing value only if other requests that lack it are refused in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.catalog.model import OK
from conformance.judge import words
from conformance.judge.model import Cause
from conformance.judge.values import no_value, used_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.catalog.model import Base, Method
    from conformance.judge.model import Shown
    from conformance.wire.answer import Answer


class Kind(StrEnum):
    """The kind of reason why a case could not be judged; docs/reports.md says what helps against each."""

    NOTHING_THERE = "nothing-there"
    """No connection: nothing listens, the host name does not resolve, or the TLS handshake fails."""
    TOO_SLOW = "too-slow"
    """No complete answer within the time limit of an exchange."""
    TARGET_DOWN = "target-down"
    """Connections end without an HTTP answer, or the target stopped answering during the run."""
    ANOTHER_API = "another-api"
    """Something else answers in the method's place: a web page, a gateway, another API."""
    METHOD_MISSING = "method-missing"
    """The target reports that it does not have the method."""
    METHOD_RETIRED = "method-retired"
    """Every way in gets a code for a retired method."""
    WAY_NOT_TAKEN = "way-not-taken"
    """This way to send the request is rejected whatever the values are: another way succeeds, or the status says so."""
    UNREADABLE = "unreadable"
    """The method itself answers, but not in the documented form."""
    NO_VALUE = "no-value"
    """The profile has no value, or none left, for something that the request needs."""
    USED_VALUE = "used-value"
    """The target reports that a single-use value from the profile was used already."""
    VALUE_IN_DOUBT = "value-in-doubt"
    """A single-use value from the profile may explain the refusal."""
    NOT_SHOWN = "edit-not-shown"
    """The request would be the same without the edit, or would carry no value of the state."""
    LEFT_OUT = "left-out"
    """The case is about an argument that is left out, because no request with it succeeds."""
    BASE_REFUSED = "base-refused"
    """The method refuses a base that should succeed with the profile's values."""
    BASE_NOT_SILENT = "base-not-silent"
    """The base already gets a warning, so a warning after the edit proves nothing."""
    BASE_BROKEN_AT_END = "base-broken-at-end"
    """The base succeeded at the start of the run and failed at its end."""
    INDISCRIMINATE = "indiscriminate"
    """Every request gets the same answer, whatever it contains."""
    THROTTLED = "throttled"
    """The target asks for a longer wait than the profile's `wait_s`, or throttles in spite of waiting."""
    NO_STATE = "no-state"
    """There is no way to put the target into the state."""
    NOT_ENTERED = "not-entered"
    """A command that puts the target into the state failed."""
    NOT_LEFT = "not-left"
    """A command that takes the target out of a state failed, so later answers cannot be trusted."""
    UNAVAILABLE = "unavailable"
    """The profile declares the state as unavailable."""
    NO_TIME = "no-time"
    """More time would have to pass than the profile allows."""
    NOT_ALLOWED = "not-allowed"
    """The profile does not allow what the case does."""
    NOT_REFUSED = "not-refused"
    """The script needs a refused request first, and that request was accepted."""
    NOT_CLAIMED = "not-claimed"
    """The profile excludes the case."""
    CONTROL = "control"
    """A call to the control API failed."""
    ENGINE = "engine"
    """The suite itself failed."""


OF_A_METHOD = frozenset(
    {
        Kind.NOTHING_THERE,
        Kind.TOO_SLOW,
        Kind.TARGET_DOWN,
        Kind.ANOTHER_API,
        Kind.METHOD_MISSING,
        Kind.METHOD_RETIRED,
        Kind.UNREADABLE,
        Kind.INDISCRIMINATE,
        Kind.THROTTLED,
        Kind.CONTROL,
        Kind.BASE_BROKEN_AT_END,
    }
)
"""Kinds that concern a whole method, so a report names them in its first sentence."""

_NEEDS = {
    Kind.NOTHING_THERE: "A target that listens there; look at url in the profile.",
    Kind.TOO_SLOW: "A target that answers within limit_s, or a larger limit_s in the profile.",
    Kind.TARGET_DOWN: "A target that answers with a JSON object.",
    Kind.ANOTHER_API: "The url of the Web API itself, or what a gateway before it asks for: [headers], [tls], proxy.",
    Kind.METHOD_MISSING: "The url below which the method is found, or `methods` in the profile without it.",
    Kind.METHOD_RETIRED: "A target that still has the method, or `methods` in the profile without it.",
    Kind.WAY_NOT_TAKEN: "A target that takes this way in too.",
    Kind.UNREADABLE: "Answers with a boolean ok and, where it is false, a code for error.",
    Kind.INDISCRIMINATE: "A target that looks at what it is sent.",
}

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
    """Return why this base is no ground for a verdict; all cases that rest on it share the cause."""
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
        return Cause(kind, text, _NEEDS[kind])
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
        return Cause(Kind.WAY_NOT_TAKEN, text, _NEEDS[Kind.WAY_NOT_TAKEN])
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
    needs = _NEEDS[kind]
    if kind is Kind.WAY_NOT_TAKEN:
        needs = "A target that takes the method by one of its documented ways, or the url below which it does."
    return Cause(kind, f"{method} gives no usable answer at {where}: {said}.{more}", needs)


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
        return Cause(Kind.INDISCRIMINATE, f"{text}.", _NEEDS[Kind.INDISCRIMINATE])
    names = ", ".join(sorted(missing))
    needs = f"Values for {names} in the profile's [values]; if that does not help, a target that looks at its requests."
    return Cause(Kind.INDISCRIMINATE, f"{text}. There is no {names} to send.", needs)


def always_succeeds(method: Method) -> Cause:
    """Return the cause for a method that accepts every request."""
    text = f"{method.name} answers every request with ok:true, also those that its page refuses."
    return Cause(Kind.INDISCRIMINATE, text, _NEEDS[Kind.INDISCRIMINATE])


def gone(method: Method, ways: Sequence[Way]) -> Cause | None:
    """Return the cause if every way in reports that the method is missing or retired, else `None`."""
    outcomes = {way.answer.outcome for way in ways}
    if not all(way.answer.usable for way in ways) or not outcomes <= {_UNKNOWN, *_codes_of_retirement(method)}:
        return None
    kind = Kind.METHOD_MISSING if outcomes == {_UNKNOWN} else Kind.METHOD_RETIRED
    said = " or ".join(words.outcome_in_words(outcome) for outcome in sorted(outcomes))
    text = f"{method.name} answers every request with {said}: the method is "
    text += "missing here." if kind is Kind.METHOD_MISSING else "retired here."
    return Cause(kind, text, _NEEDS[kind])


def _codes_of_retirement(method: Method) -> set[str]:
    return {case.rule.name for case in method.cases if case.state in _STATES_OF_RETIREMENT}


def _grouped(said: Iterable[tuple[str, str]]) -> str:
    """Return answers with the names of the bases that got them, each distinct answer once."""
    groups: dict[str, list[str]] = {}
    for name, text in said:
        groups.setdefault(text, []).append(name)
    if len(groups) == 1:
        return next(iter(groups))
    return words.cut("; ".join(f"{_some(names)}: {text}" for text, names in groups.items()))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more
