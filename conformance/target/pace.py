"""Pacing: send no faster than the method's tier, or the profile, allows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from ..catalog.model import REQUESTS_A_MINUTE
from ..results.terms import Kind
from ..results.words import NEEDS
from .world import Unreachable

if TYPE_CHECKING:
    from ..catalog.model import Method


class Clock(Protocol):
    """A clock in seconds that can also sleep."""

    def monotonic(self) -> float:
        """Return the current time; only differences are meaningful."""

    def sleep(self, seconds: float) -> None:
        """Sleep for this many seconds."""


class LimitedClock:
    """A clock that ends a run: when its time is up, nothing more is sent, and nobody sleeps longer than is left.

    A request that is under way is not cut short, since a target would be accused of what the limit did.
    """

    def __init__(self, clock: Clock = time, limit_s: float | None = None) -> None:
        """Take another clock, and the seconds that a run may take from now on; `None` for any number."""
        self._clock, self._limit_s = clock, limit_s
        self._end = None if limit_s is None else clock.monotonic() + limit_s

    def monotonic(self) -> float:
        """Return the current time of the other clock."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep for this many seconds. Raises `Unreachable` if so many are not left."""
        self.check(seconds)
        self._clock.sleep(seconds)

    def check(self, seconds: float = 0.0) -> None:
        """Raise `Unreachable` if the time is up, or would be after these seconds."""
        if self._end is not None and self.monotonic() + seconds > self._end:
            text = f"The run has taken the {self._limit_s:g} s that it may, or would with the next wait."
            raise Unreachable(Kind.TIME_IS_UP, text, NEEDS[Kind.TIME_IS_UP])


class Pacer:
    """Spaces out the requests to each method; `pace` is requests per minute, `tier` or `none`."""

    def __init__(self, pace: float | str, clock: Clock = time, limit_s: float | None = None) -> None:
        """Take the pace, optionally another clock for estimates and tests, and the seconds that the run may take."""
        self._pace, self.clock = pace, LimitedClock(clock, limit_s)
        self._next: dict[str, float] = {}

    def wait(self, method: Method) -> None:
        """Wait until the next request to this method may be sent."""
        interval = self.interval_s(method)
        if not interval:
            return
        wait = self._next.get(method.name, 0.0) - self.clock.monotonic()
        if wait > 0:
            self.clock.sleep(wait)
        # Measured from when it is really sent: a late wake-up is not made up for by going faster.
        self._next[method.name] = self.clock.monotonic() + interval

    def interval_s(self, method: Method) -> float:
        """Return the seconds between two requests to this method."""
        if self._pace == "none":
            return 0.0
        rate = REQUESTS_A_MINUTE[method.tier] if self._pace == "tier" else float(self._pace)
        return 60.0 / rate
