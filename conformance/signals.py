"""SIGINT, SIGTERM and SIGHUP during a run: end it in order, and let nothing end the writing of its reports.

`slack-conformance run` catches them before it loads anything else. Once the run defers them, they stay deferred until
the process has ended: a run whose reports are written is over, and its exit code is the one in its results file.
What only some systems can do with signals is in this module alone.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals that ask a process to end; SIGHUP, where there is one, comes when its terminal is closed."""


KILL = signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM
"""The signal that a process cannot refuse, where there is one."""


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
        """Restore the previous handlers, unless the signals were caught for good."""
        while self._before and self is not _for_good:
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


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a command that has not exited; with its child processes, if it leads a session and the system can."""
    if process.poll() is None:
        send(process, KILL)
        process.wait()


def send(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to a command that leads a session and to its child processes, or, where there are none, to it."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


@contextmanager
def sigint_blocked() -> Iterator[None]:
    """Block SIGINT in processes started in this block: a terminal sends it to all, but only the parent handles it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_for_good: Signals | None = None


def catch_for_good() -> None:
    """Catch the signals until this process ends, in the one run that it makes."""
    global _for_good  # noqa: PLW0603 - handlers of signals are global, too
    _for_good = Signals()
    _for_good.catch()


def signals_of_run() -> Signals:
    """Return the signals that were caught for good, or else new ones, which leave all signals alone as yet."""
    return _for_good or Signals()
