"""Throttling by the target, method by method: how often it occurred, and how long to wait before a request is repeated.

A throttled answer is evidence: the first one is kept, and judged for the case about throttling if that cannot provoke
one. `Retry-After` is obeyed, up to the profile's `wait_s`. Without it, the pause adapts: it is halved after a success,
and doubled after a failure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.judge import words
from conformance.results.model import Kind
from conformance.target.world import Unreachable
from conformance.wire.retry_after import seconds_to_wait

if TYPE_CHECKING:
    from conformance.catalog.model import Method
    from conformance.target.world import World
    from conformance.wire.sender import Exchange

PATIENCE = 3
"""How often a throttled request is sent again before the case counts as not exercised."""

_IN_VAIN = 2
"""Requests in a row for which waiting did not help, after which the run no longer waits for others."""

_PAUSE_S = 1.0
_SHORTEST_PAUSE_S = 0.1
_STATUS = 429


@dataclass
class Throttling:
    """The throttling of one method so far."""

    method: str
    first: Exchange | None = None
    """The first throttled answer, with its request."""
    world: World | None = None
    """The world of that request."""
    times: int = 0
    """Throttled answers so far."""
    waited_s: float = 0.0
    _pause_s: float = _PAUSE_S
    _in_vain: int = field(default=0)

    def note(self, exchange: Exchange, world: World | None) -> None:
        """Count a throttled answer to a request of this world."""
        if self.first is None:
            self.first, self.world = exchange, world
        self.times += 1

    def wait_s(self, exchange: Exchange, waits: int, most_s: float) -> float:
        """Return the seconds to wait before a throttled request is repeated; it has waited `waits` times before.

        Raises `Unreachable` if the target asks for more than `most_s` seconds, or if waiting has not helped.
        """
        asked = _asked_s(exchange)
        said = said_of(exchange)
        if asked is not None and asked > most_s:
            text = f"{self.method} throttles: {said}, which is more than wait_s in the profile, {most_s:g} s."
            raise Unreachable(Kind.THROTTLED, text, "A slower pace, or a larger wait_s in the profile.")
        if waits == (0 if self._in_vain >= _IN_VAIN else PATIENCE):
            self._in_vain += 1
            text = f"{self.method} throttles: {said}; the same after {PATIENCE} more tries with waits between them."
            raise Unreachable(Kind.THROTTLED, text, "A slower pace in the profile, or a target that throttles less.")
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


def said_of(exchange: Exchange) -> str:
    """Return a throttled answer in words, with its Retry-After."""
    value = exchange.answer.header("Retry-After")
    after = "without Retry-After" if value is None else f"Retry-After: {value[:_LONGEST]}"
    return f"{words.described(exchange.answer)}, {after}"


_LONGEST = 40


def _asked_s(exchange: Exchange) -> float | None:
    return seconds_to_wait(exchange.answer.header("Retry-After") or "")
