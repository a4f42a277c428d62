"""A sender that gives up soon where the target has nothing more to say, and on no account where it is only slow."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from slack_conformance.wire.sender import Exchange, Sender, Transport
from slack_conformance.wire.tape import Tape
from tests.hostile.target import is_malformed

if TYPE_CHECKING:
    from slack_conformance.wire.request import Request
    from tests.hostile.target import BadTarget

LIMIT_S = 30.0
"""Seconds that every exchange has."""

BRIEF_S = 0.3
"""Seconds that are left of them once nothing more will come."""


class Watchful(Sender):
    """Most of the limit is over as soon as the target has misbehaved and the first bytes of that are here.

    A target that stays `silent` sends none, so there it is over when the request is on its way. Answers that conform
    have the whole limit, and so has the beginning of every other one: a slow machine changes no verdict.
    """

    def __init__(self, target: BadTarget, *, silent: bool) -> None:
        """Watch the target."""
        super().__init__(Transport(limit_s=LIMIT_S), self._time)
        self._target, self._silent, self._acted = target, silent, 0

    def send(self, request: Request) -> Exchange:
        """Send with a clock that goes as usual until the answer begins."""
        self._recorder.tape = Tape(deadline=0, cap=0)
        self._acted = self._target.acted
        return super().send(request)

    def _time(self) -> float:
        return monotonic() + (LIMIT_S - BRIEF_S if self._is_over() else 0)

    def _is_over(self) -> bool:
        tape = self._recorder.tape
        if self._silent:
            return bool(tape.sent) and (not self._target.malformed or is_malformed(bytes(tape.sent)))
        return bool(tape.received) and self._target.acted > self._acted
