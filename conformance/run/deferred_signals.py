"""Signals held back while the reports are written: what was recorded is written first, then the run ends as cut."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType


class DeferredSignals:
    """Notes SIGINT and SIGTERM instead of letting them in; `name` is the first that came."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.name = ""
        self._before: dict[int, Any] = {}

    def begin(self) -> None:
        """Hold from now on; only the main thread is ever told of a signal."""
        if not self._before and threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)

    def end(self) -> None:
        """Give the signals back to whom they belonged."""
        while self._before:
            signal.signal(*self._before.popitem())

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.name = self.name or signal.Signals(number).name
