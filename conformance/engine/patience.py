"""Give up on requests that hang: after several time-outs in a row no more are sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from conformance.judge import words
from conformance.results.model import Kind, Role
from conformance.results.words import NEEDS
from conformance.target.world import Unreachable

if TYPE_CHECKING:
    from conformance.catalog.model import Case
    from conformance.engine.trial import Trial

OF_A_WAY = 3
"""Time-outs in a row on one way in, after which nothing more is sent that way."""

OF_A_METHOD = 6
"""Time-outs in a row on any way in, after which nothing more is sent to the method."""


class Patience:
    """Counts time-outs in a row, by way in and by method; an answer to an edited request resets the count."""

    def __init__(self, limit_s: float) -> None:
        """Start with no time-outs; `limit_s` is the time limit of one exchange in seconds."""
        self._limit_s = limit_s
        self._row: Counter[tuple[str, str]] = Counter()

    def check(self, case: Case) -> None:
        """Raise `Unreachable` if too many requests like those of the case have timed out."""
        named = f"{case.base.name} ({words.way(case.base)})"
        for base, most, where in ((case.base.name, OF_A_WAY, f" by {named}"), ("", OF_A_METHOD, "")):
            if self._row[case.method, base] >= most:
                text = f"{case.method} let {most} requests in a row{where} run into the time limit, {self._limit_s:g} s"
                raise Unreachable(Kind.TOO_SLOW, f"{text}; no more are sent.", NEEDS[Kind.TOO_SLOW])

    def note(self, case: Case, trial: Trial) -> None:
        """Count the time-outs of the case's requests."""
        hung = sum(one.exchange.answer.timed_out for one in trial.sent if one.role is not Role.BASE)
        for key in ((case.method, case.base.name), (case.method, "")):
            self._row[key] = self._row[key] + hung if hung else 0
