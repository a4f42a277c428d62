"""How far a slow run has come."""

from __future__ import annotations

import time


class Progress:
    """Says now and then how long a slow run will take still; plain lines, since they end up in logs of CI too."""

    EVERY_S = 20
    """Seconds between two lines; a run that takes less needs none."""

    def __init__(self) -> None:
        """Begin now."""
        self.begun = self._told = time.monotonic()

    def line(self, done: int, total: int, planned_s: float) -> str | None:
        """Return a line if one is due, after `done` of `total` cases of a run that was to take `planned_s` seconds."""
        moment = time.monotonic()
        if planned_s < self.EVERY_S or moment - self._told < self.EVERY_S:
            return None
        self._told = moment
        left = (moment - self.begun) / done * (total - done)
        return f"conformance: {done} of {total} cases, about {left:.0f} s left"
