"""SIGINT, SIGTERM and SIGHUP during a run: end it in order, and let nothing end the writing of its reports."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Self

from ..target.switch import ENDING

if TYPE_CHECKING:
    from types import FrameType


class Signals:
    """Makes SIGTERM and SIGHUP end a run as Ctrl-C does; once deferred, signals are only noted.

    Does nothing outside the main thread, where handlers cannot be set. Use it as a context manager, or restore it.
    """

    def __init__(self) -> None:
        """Leave signals alone until `catch` or `defer`."""
        self.cut = ""
        """The name of the signal that ended the run early."""
        self.noted = ""
        """The name of the first signal that came after `defer`."""
        self._deferring = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Catch the signals."""
        self.catch()
        return self

    def __exit__(self, *_: object) -> None:
        """Restore the previous handlers."""
        self.restore()

    def catch(self) -> None:
        """Turn SIGTERM and SIGHUP into `KeyboardInterrupt`, which pytest and others know how to handle."""
        self._handle(*ENDING)

    def defer(self) -> None:
        """Note signals instead of acting on them."""
        self._deferring = True
        self._handle(signal.SIGINT, *ENDING)

    def restore(self) -> None:
        """Restore the previous handlers."""
        while self._before:
            signal.signal(*self._before.popitem())

    def _handle(self, *numbers: int) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in numbers:
                # A signal that is ignored, as `nohup` has it, stays ignored.
                if number not in self._before and signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._came)

    def _came(self, number: int, _frame: FrameType | None) -> None:
        name = signal.Signals(number).name
        if self._deferring:
            self.noted = self.noted or name
            return
        self.cut = self.cut or name
        raise KeyboardInterrupt
