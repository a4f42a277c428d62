"""Pacing: send no faster than the method's tier, or the profile, allows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from ..catalog.model import REQUESTS_A_MINUTE

if TYPE_CHECKING:
    from ..catalog.model import Method


class Clock(Protocol):
    """A clock in seconds that can also sleep."""

    def monotonic(self) -> float:
        """Return the current time; only differences are meaningful."""

    def sleep(self, seconds: float) -> None:
        """Sleep for this many seconds."""


class Pacer:
    """Spaces out the requests to each method; `pace` is requests per minute, `tier` or `none`."""

    def __init__(self, pace: float | str, clock: Clock = time) -> None:
        """Take the pace, and optionally another clock for estimates and tests."""
        self._pace, self.clock = pace, clock
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
