"""Putting a target into a state by a command of its owner, and reliably taking it out again.

Many mocks have a switch of their own. Their profile names two commands for such a state: `enter` runs before the edited
request, after the base was sent in the healthy world, and `leave` after it. A target that stays in a state would answer
all later requests for a reason that no case knows of. So `leave` always runs: after an exception or an interrupt, after
an `enter` that failed half-way, and on behalf of a process that died. If `leave` itself fails, nothing more is sent.

The state of the target is shared by all processes of a run. Each of them holds a lock on one file for the duration of a
case: shared if the case leaves the target as it is, exclusive if it puts it into a state. The file records what the
other processes and the end of the run need to know.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from .. import locks
from ..results.terms import Kind
from ..signals import ENDING, kill
from .world import Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

_LAST_WORDS = 4000
"""How many bytes at the end of a command's standard error are searched for its last line."""


@dataclass(frozen=True, slots=True)
class Switch:
    """The commands of one state, run without a shell in `folder`, each for at most `limit_s` seconds.

    A command without words is not run; a rehearsal has only such commands.
    """

    state: str
    enter: tuple[str, ...]
    leave: tuple[str, ...]
    folder: Path
    limit_s: float


@dataclass(slots=True)
class SwitchStanding:
    """What is known about the target: its current state, how often it was switched, and what went wrong."""

    state: str = ""
    entered: int = 0
    broken: str = ""
    """Why the target may still be in a state after a failed `leave`, so that nothing more is sent to it."""


class Switches:
    """Switches the target into and out of states; one per process, all of a run with the same file."""

    def __init__(self, known: Mapping[str, Switch], shared: Path | None = None) -> None:
        """Take the switches by state, and the shared file if the run has several processes."""
        self._known, self._shared = known, shared
        self._file: IO[str] | None = None
        self.standing = SwitchStanding()
        self.hidden: Callable[[str], str] = str
        """Removes secrets from the output of a command before it is stored."""

    @contextmanager
    def during(self, states: Iterable[str]) -> Iterator[None]:
        """Hold the lock for a case that needs these states; always leave them at the end.

        Raises `Unreachable` if nothing more may be sent to the target.
        """
        if not self._known:
            yield
            return
        with self._held(alone=not self._known.keys().isdisjoint(states)):
            self._demand_a_sound_target()
            try:
                yield
            finally:
                self._leave()

    def put(self, state: str) -> None:
        """Put the target into this state if it has a switch, otherwise take it out of any other.

        Raises `Unreachable` if `enter`, or the `leave` of the previous state, fails.
        """
        if not self._known or state == self.standing.state:
            return
        self._leave()
        self._demand_a_sound_target()
        switch = self._known.get(state)
        if switch is None:
            return
        if self._shared is not None and not locks.available():
            text = f"The target is not put into the state {state!r} by one of several processes: no file locks here."
            raise Unreachable(Kind.NOT_ENTERED, text, "A run without -n.")
        # Recorded before it is tried: an `enter` that fails or is interrupted may have done half of its work.
        self.standing.state, self.standing.entered = state, self.standing.entered + 1
        self._keep()
        problem = self._run(switch, switch.enter)
        if problem:
            text = f"The command that puts the target into the state {state!r} {problem}."
            raise Unreachable(Kind.NOT_ENTERED, text, f"An enter of [state.{state}] in the profile that exits with 0.")

    def end(self) -> SwitchStanding:
        """Take the target out of a state that a process left behind; return its standing at the end of the run."""
        if self._known:
            with self._held(alone=True):
                self._leave()
        return self.standing

    def _leave(self) -> None:
        """Take the target out of its state, if any; a failure is recorded and stops further requests."""
        switch = self._known.get(self.standing.state)
        if switch is None:
            return
        with _uninterrupted():
            problem = self._run(switch, switch.leave)
            if problem:
                self.standing.broken = (
                    f"The command that takes the target out of the state {switch.state!r} {problem}. The target may "
                    "still be in it, so nothing was sent after that."
                )
            self.standing.state = ""
            self._keep()

    def _demand_a_sound_target(self) -> None:
        if self.standing.broken:
            needs = "A leave command in the profile that exits with 0, and a target in its normal state."
            raise Unreachable(Kind.NOT_LEFT, self.standing.broken, needs)

    @contextmanager
    def _held(self, *, alone: bool) -> Iterator[None]:
        """Lock the shared file, if there is one, and read it."""
        if self._shared is None:
            yield
            return
        with self._shared.open("r+", encoding="utf-8") as file:
            self._file = file
            self._lock(alone=alone)
            if self.standing.state and not alone:
                # A process died while the target was in a state; the next process has to leave that state.
                self._lock(alone=True)
            self._leave()
            try:
                yield
            finally:
                self._file = None

    def _lock(self, *, alone: bool) -> None:
        if self._file is None:
            return
        locks.lock(self._file, shared=not alone)
        self._file.seek(0)
        self.standing = SwitchStanding(**json.loads(self._file.read() or "{}"))

    def _keep(self) -> None:
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps(asdict(self.standing)))
            self._file.flush()

    def _run(self, switch: Switch, words: tuple[str, ...]) -> str:
        """Run a command and return what went wrong, as a phrase that follows its name; empty if it exited with 0."""
        if not words:
            return ""
        with tempfile.TemporaryFile() as errors:
            try:
                # In a new session: Ctrl-C in the terminal must reach the run only, which still has to run `leave`.
                process = subprocess.Popen(  # noqa: S603 - the profile's owner chose it; no shell involved
                    words,
                    cwd=switch.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                return f"did not run ({type(error).__name__})"
            try:
                status = process.wait(switch.limit_s)
            except subprocess.TimeoutExpired:
                return f"took longer than {switch.limit_s:g} seconds, which is the profile's switch_s"
            finally:
                kill(process)
            return f"ended with status {status}{self._last_line(errors)}" if status else ""

    def _last_line(self, errors: IO[bytes]) -> str:
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - _LAST_WORDS))
        lines = [line for line in errors.read().decode("utf-8", "replace").splitlines() if line.strip()]
        last = "".join(letter for letter in lines[-1] if letter.isprintable()) if lines else ""
        return f": {self.hidden(last.strip().rstrip('.'))}" if last else ""


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Defer SIGINT, SIGTERM and SIGHUP to the end of the block; then raise the first that arrived."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, *ENDING)}
    for held in before:
        signal.signal(held, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for held, handler in before.items():
            signal.signal(held, signal.SIG_DFL if handler is None else handler)
        for number in came[:1]:
            signal.raise_signal(number)
