"""Defer signals while reports are written, so that everything recorded is written before the run ends."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType


class DeferredSignals:
    """Records SIGINT and SIGTERM instead of acting on them; `name` is the first one received."""

    def __init__(self) -> None:
        """Leave signals alone until `begin`."""
        self.name = ""
        self._before: dict[int, Any] = {}

    def begin(self) -> None:
        """Start recording signals; does nothing outside the main thread, where handlers cannot be set."""
        if not self._before and threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)

    def end(self) -> None:
        """Restore the previous handlers."""
        while self._before:
            signal.signal(*self._before.popitem())

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.name = self.name or signal.Signals(number).name
