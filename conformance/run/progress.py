"""Show the progress of a slow run."""

from __future__ import annotations

import time


class RunProgress:
    """Estimates the remaining time now and then, in plain lines that suit the logs of CI systems."""

    EVERY_S = 20
    """Seconds between two lines; a run that takes less needs none."""

    def __init__(self) -> None:
        """Start the clock."""
        self.begun = self._last = time.monotonic()

    def line(self, done: int, total: int, planned_s: float) -> str | None:
        """Return a line if one is due, else `None`; `planned_s` is the planned duration of the run in seconds."""
        moment = time.monotonic()
        if planned_s < self.EVERY_S or moment - self._last < self.EVERY_S:
            return None
        self._last = moment
        left = (moment - self.begun) / done * (total - done)
        return f"conformance: {done} of {total} cases, about {left:.0f} s left"
