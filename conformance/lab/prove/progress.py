"""Progress of the proof: a bar on a terminal, otherwise a line now and then."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from .model import TrialStanding

if TYPE_CHECKING:
    from typing import TextIO

    from .model import TrialOutcome

EVERY = 50
"""Without a terminal, write a line after this many deviations."""


class ProofProgress:
    """Reports the number of deviations done, and immediately each one that was not killed."""

    def __init__(self, total: int, stream: TextIO) -> None:
        """Write to this stream; nothing before the first step."""
        self._total, self._stream, self._live = total, stream, stream.isatty()
        self._done = self._killed = 0

    def step(self, outcome: TrialOutcome) -> None:
        """Count one more."""
        self._done += 1
        self._killed += outcome.standing is TrialStanding.KILLED
        if outcome.standing not in {TrialStanding.KILLED, TrialStanding.OUT_OF_REACH}:
            self._clear()
            self._stream.write(f"{outcome.standing}: {outcome.name}\n")
        if self._live:
            self._bar()
        elif self._done % EVERY == 0 or self._done == self._total:
            self._stream.write(f"{self._done} of {self._total} deviations tried, {self._killed} killed\n")
        self._stream.flush()

    def end(self) -> None:
        """Remove the bar."""
        self._clear()
        self._stream.flush()

    def _bar(self) -> None:
        said = f" {self._done}/{self._total}, {self._killed} killed"
        width = max(10, min(40, shutil.get_terminal_size().columns - len(said) - 3))
        filled = width * self._done // max(1, self._total)
        self._stream.write(f"\r[{'#' * filled}{'.' * (width - filled)}]{said}")

    def _clear(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")
