"""Pace: no faster than the method's tier, or than the profile says."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from conformance.catalog.model import REQUESTS_A_MINUTE

if TYPE_CHECKING:
    from conformance.catalog.model import Method


class Clock(Protocol):
    """What tells the time and lets it pass, in seconds."""

    def monotonic(self) -> float:
        """Return the time since some moment."""

    def sleep(self, seconds: float) -> None:
        """Let this much time pass."""


class Pacer:
    """Keeps the requests to each method apart; `pace` is requests a minute, `tier`, or `none`."""

    def __init__(self, pace: float | str, clock: Clock = time) -> None:
        """Take the pace, and a clock of one's own to rehearse with."""
        self._pace, self.clock = pace, clock
        self._next: dict[str, float] = {}

    def wait(self, method: Method) -> None:
        """Wait until the next request to this method may go."""
        interval = self.interval_s(method)
        if not interval:
            return
        wait = self._next.get(method.name, 0.0) - self.clock.monotonic()
        if wait > 0:
            self.clock.sleep(wait)
        # From when it really goes: time lost in sleeping is not made up for by going faster.
        self._next[method.name] = self.clock.monotonic() + interval

    def interval_s(self, method: Method) -> float:
        """Return the seconds from one request to this method to the next."""
        if self._pace == "none":
            return 0.0
        rate = REQUESTS_A_MINUTE[method.tier] if self._pace == "tier" else float(self._pace)
        return 60.0 / rate
