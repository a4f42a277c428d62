"""How a run adapts to the target: what earlier answers of a method change for the requests that follow.

    what was seen                                 what it changes                                        by
    --------------------------------------------  -----------------------------------------------------  -------------
    every way in is refused, but a simpler one    all requests of the method take the simpler form       `Simpler`
    credentials are accepted in one place only    cases with an edit send them there                     `delivery_of`
    throttled answers                             a wait before the request is repeated                  `Throttling`
    time-outs in a row                            nothing more is sent that way, or to the method        `Patience`

None of this proves anything by itself; it lets the other cases be exercised. A list may be cut to its first element,
and an optional argument that must match may be left out, since the page documents both. But the profile's value may be
the reason for the refusal, so cases about what was left out become INCONCLUSIVE. A server that reads client credentials
from the Basic header alone is at fault in each way in that sends them as parameters, and is reported there; that says
nothing about redirect addresses or content types. A throttled answer is evidence: the first is kept, and judged for the
case about throttling if that case cannot provoke one.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from ..catalog.edits.arguments import SetArgument
from ..catalog.model import OK
from ..catalog.values import LikeValue
from ..judge import words
from ..results.terms import Kind, Role
from ..results.words import NEEDS
from ..target.world import Unreachable
from ..wire.retry_after import LONGEST_USABLE_S, seconds_to_wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Base, Case, Method
    from ..judge.causes import Way
    from ..target.world import Drawn, World
    from ..wire.sender import Exchange
    from .trial import Step, Trial

SEPARATOR = ","


@dataclass(frozen=True, slots=True)
class Simpler:
    """One simplification: the first element only of the value `first_of`, or the argument `without` left out."""

    first_of: str = ""
    without: str = ""
    refused: str = ""
    """The method's answer to the whole request, in words."""

    def method(self, method: Method) -> Method:
        """Return the method without the argument; unchanged if only a list is cut."""
        if not self.without:
            return method
        arguments = {**method.arguments, self.without: replace(method.arguments[self.without], value=None)}
        return replace(method, arguments=arguments)

    def cut(self, values: Drawn) -> None:
        """Cut the list in these values, if any, to its first element."""
        if self.first_of:
            with suppress(KeyError):
                values[self.first_of] = values[self.first_of].partition(SEPARATOR)[0].strip()

    def check(self, method: Method, edit: Edit | None) -> None:
        """Raise `Unreachable` if the edit is about the argument that is left out, or sends a list of its own."""
        if edit is None:
            return
        if self.first_of and _sends_list(edit, self.first_of, method):
            text = f"{method.name} refuses a list of {self.first_of} with {self.refused}, whatever is in it."
            raise Unreachable(Kind.LEFT_OUT, text, "A target that takes several in one list.")
        if not self.without or not edit.is_about(self.without, method.arguments[self.without].value or ""):
            return
        text = f"{method.name} refuses every documented way in with {self.refused} while {self.without} is sent, and "
        text += "succeeds without it, so that it is left out."
        raise Unreachable(Kind.LEFT_OUT, text, f"A {self.without} in the profile with which the method succeeds.")


def simplifications(method: Method, world: World, missing: frozenset[str]) -> Iterator[Simpler]:
    """Yield the simplifications that the page allows for requests with values of this world.

    There are none if another value is missing, since no request without it would succeed.
    """
    droppable = {one.name: (one.value or "")[1:] for one in method.arguments.values() if one.kind == "must-match"}
    if missing - set(droppable.values()):
        return
    for argument in method.arguments.values():
        name = (argument.value or "")[1:]
        if argument.kind == "comma-separated" and SEPARATOR in (world.steady(name) or ""):
            yield Simpler(first_of=name)
        if argument.name in droppable and not argument.required and name:
            yield Simpler(without=argument.name)


def _sends_list(edit: Edit, value: str, method: Method) -> bool:
    """Whether an edit sets the argument for this value to a list, or to something that may be one."""
    names = {one.name for one in method.arguments.values() if one.value == f"${value}"}
    if not isinstance(edit, SetArgument) or edit.name not in names:
        return False
    if isinstance(edit.value, LikeValue):
        return SEPARATOR in edit.value.before + edit.value.then
    return not isinstance(edit.value, str) or SEPARATOR in edit.value or edit.value.startswith("$")


_PLACES = {"basic": "HTTP Basic", "argument": "parameters", "header": "a header"}


def delivery_of(ways: Sequence[Way]) -> Base | None:
    """Return the last base if it succeeded and all bases before it were refused and send credentials elsewhere."""
    *refused, last = ways
    elsewhere = refused and all(_place(way.base) != _place(last.base) for way in refused)
    if last.answer.outcome != OK or not elsewhere or not all(way.answer.usable for way in refused):
        return None
    return last.base


def delivered(case: Case, method: Method, succeeded: Base) -> Case:
    """Return the case with a base that sends credentials as `succeeded` does; unchanged if no such base can exist.

    That is the method's own base of this form if there is one.
    """
    base = case.base
    if _place(base) == _place(succeeded) or (base.token, base.credentials) == (None, None):
        return case
    token, credentials = succeeded.token if base.token else None, succeeded.credentials if base.credentials else None
    if token == "argument" and base.arguments not in {"form", "multipart"}:  # noqa: S105 - a place
        return case  # the pages know a token as a parameter of a POST only
    wanted = replace(base, token=token, credentials=credentials)
    like = next((one for one in method.bases.values() if _same(one, wanted)), None)
    name = f"{base.name} with {_PLACES[str(credentials or token)]}"
    return replace(case, base=like or replace(wanted, name=name))


def _place(base: Base) -> tuple[str | None, str | None]:
    return base.token, base.credentials


def _same(one: Base, other: Base) -> bool:
    """Whether two bases send the same request."""
    return replace(one, name="", place="") == replace(other, name="", place="")


REPEATED_AT_MOST = 3
"""How often a throttled request is sent again before the case counts as not exercised."""

_IN_VAIN = 2
"""Requests in a row for which waiting did not help, after which the run no longer waits for others."""

WAITS_IN_ALL = 20
"""How many times the profile's `wait_s` a run waits for one method in all."""

_PAUSE_S = 1.0
_SHORTEST_PAUSE_S = 0.1
_WINDOW_S = 60
"""The window of a rate limit tier."""
_STATUS = 429
_LONGEST = 40


@dataclass
class Throttling:
    """The throttling of one method so far, and how long to wait before a request is repeated.

    `Retry-After` is obeyed, up to the profile's `wait_s`. Without it, the pause is halved after each success, and
    doubled after each failure.
    """

    method: str
    first: Step | None = None
    """The first throttled answer, with its request."""
    times: int = 0
    """Throttled answers so far."""
    _pause_s: float = _PAUSE_S
    _in_vain: int = 0
    _waited_s: float = 0.0

    def note(self, step: Step) -> None:
        """Count a throttled answer."""
        self.first = self.first or step
        self.times += 1

    def wait_s(self, exchange: Exchange, waits: int, most_s: float) -> float:
        """Return the seconds to wait before a throttled request is repeated; it has waited `waits` times before.

        Raises `Unreachable` if the target asks for more than `most_s` seconds, if waiting has not helped, or if the
        waits for this method add up to `WAITS_IN_ALL` times `most_s`.
        """
        seconds = self._seconds(exchange, waits, most_s)
        if self._waited_s + seconds > WAITS_IN_ALL * most_s:
            text = (
                f"{self.method} throttles: the run has waited {self._waited_s:.0f} s for it, and waits no longer than "
                f"{WAITS_IN_ALL} times wait_s in the profile, {most_s:g} s."
            )
            raise Unreachable(Kind.THROTTLED, text, "A slower pace, or a larger wait_s in the profile.")
        self._waited_s += seconds
        return seconds

    def _seconds(self, exchange: Exchange, waits: int, most_s: float) -> float:
        asked = seconds_to_wait(exchange.answer.header("Retry-After") or "")
        said = throttled_in_words(exchange)
        if asked is not None and asked > most_s:
            text = f"{self.method} throttles: {said}, which is more than wait_s in the profile, {most_s:g} s."
            raise Unreachable(Kind.THROTTLED, text, "A slower pace, or a larger wait_s in the profile.")
        if waits == (0 if self._in_vain >= _IN_VAIN else REPEATED_AT_MOST):
            self._in_vain += 1
            text = f"{self.method} throttles: {said}; the same after {REPEATED_AT_MOST} more tries with waits between"
            needs = "A slower pace in the profile, or a target that throttles less."
            raise Unreachable(Kind.THROTTLED, f"{text} them.", needs)
        if asked:
            return asked
        if waits:
            self._pause_s = max(_PAUSE_S, 2 * self._pause_s)
        return min(self._pause_s, most_s)

    def answered(self, waits: int) -> None:
        """Note that a request got another answer after `waits` waits."""
        self._in_vain = 0
        if waits:
            self._pause_s = self._pause_s / 2 if self._pause_s > _SHORTEST_PAUSE_S else 0.0


def is_throttled(exchange: Exchange, method: Method) -> bool:
    """Whether the answer has status 429 or the method's code for throttling."""
    answer = exchange.answer
    return answer.status == _STATUS or (answer.usable and answer.outcome == method.throttled_code)


def throttled_in_words(exchange: Exchange) -> str:
    """Return a throttled answer in words, with its Retry-After."""
    value = exchange.answer.header("Retry-After")
    after = "without Retry-After" if value is None else f"Retry-After: {value[:_LONGEST]}"
    return f"{words.described(exchange.answer)}, {after}"


def named_wait_s(exchange: Exchange) -> int | None:
    """Return the seconds, at least 1, that a throttled answer names in Retry-After; `None` if that is of no use."""
    seconds = seconds_to_wait(exchange.answer.header("Retry-After") or "")
    return None if seconds is None or seconds > LONGEST_USABLE_S else max(1, ceil(seconds))


def asked_wait_s(exchange: Exchange) -> int:
    """Return the seconds that a throttled answer asks to wait; the window of a tier if it does not say."""
    return named_wait_s(exchange) or _WINDOW_S


OF_A_WAY = 3
"""Time-outs in a row on one way in, after which nothing more is sent that way."""

OF_A_METHOD = 6
"""Time-outs in a row on any way in, after which nothing more is sent to the method."""


class Patience:
    """Counts time-outs in a row, by way in and by method; an answer to an edited request resets the count."""

    def __init__(self, limit_s: float) -> None:
        """Start with no time-outs; `limit_s` is the time limit of one exchange in seconds."""
        self._limit_s = limit_s
        self._row: Counter[tuple[str, str]] = Counter()

    def check(self, case: Case) -> None:
        """Raise `Unreachable` if too many requests like those of the case have timed out."""
        named = f"{case.base.name} ({words.way(case.base)})"
        for base, most, where in ((case.base.name, OF_A_WAY, f" by {named}"), ("", OF_A_METHOD, "")):
            if self._row[case.method, base] >= most:
                text = f"{case.method} let {most} requests in a row{where} run into the time limit, {self._limit_s:g} s"
                raise Unreachable(Kind.TOO_SLOW, f"{text}; no more are sent.", NEEDS[Kind.TOO_SLOW])

    def note(self, case: Case, trial: Trial) -> None:
        """Count the time-outs of the case's requests."""
        hung = sum(one.answer.timed_out for one in trial.sent if one.role is not Role.BASE)
        for key in ((case.method, case.base.name), (case.method, "")):
            self._row[key] = self._row[key] + hung if hung else 0


_FIRST_LINE_S = 2.0
"""Seconds of waiting for one reason before the first line about it; doubles with every line."""


class Waiting:
    """Adds up the time lost by waiting, by reason; `show` is called with lines that become rarer."""

    def __init__(self) -> None:
        """Discard lines until `show` is replaced."""
        self.show: Callable[[str], None] = lambda _line: None
        self._lost_s: dict[str, float] = {}
        self._due_s: dict[str, float] = {}

    def add(self, about: str, seconds: float, line: str) -> None:
        """Add seconds of waiting for this reason, and show the line if enough have added up."""
        lost = self._lost_s[about] = self._lost_s.get(about, 0.0) + seconds
        due = self._due_s.get(about, _FIRST_LINE_S)
        if lost < due:
            return
        while due <= lost:
            due *= 2
        self._due_s[about] = due
        self.show(f"{line}; {lost:.0f} s in all")
