"""Lines of our own in the terminal: those that must reach the user, and the progress of a slow run."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


def write_line(config: pytest.Config, line: str, **markup: bool) -> None:
    """Write the line by pytest's terminal reporter, or to standard output if it is switched off."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        sys.stdout.write(f"{line}\n")
    else:
        reporter.ensure_newline()
        reporter.write_line(line, **markup)


def duration(seconds: float) -> str:
    """Return a time in words: seconds up to two minutes, then minutes."""
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE_S else f"{seconds / _MINUTE_S:.0f} min"


_MINUTE_S = 60


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
        return f"conformance: {done} of {total} cases, about {duration(left)} left"
