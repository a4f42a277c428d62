"""Ask a target what it can: which methods answer, and by which of their documented ways in a request succeeds."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..catalog.model import OK
from ..judge import words
from ..results.terms import Kind
from ..target.world import Unreachable
from .preflight import Preflight
from .session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..catalog.model import Catalog, Method
    from ..results.model import Cause
    from ..target.profile import Profile

NOT_THERE = frozenset(
    {
        Kind.ANOTHER_API,
        Kind.METHOD_MISSING,
        Kind.METHOD_RETIRED,
        Kind.NOTHING_THERE,
        Kind.TARGET_DOWN,
        Kind.TOO_SLOW,
        Kind.UNREADABLE,
        Kind.WAY_NOT_TAKEN,
    }
)
"""Causes for which no value of a profile helps: the method does not answer here."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How a method answers: the bases that succeed, the answers of the others, and why it cannot be tested, if so."""

    method: str
    succeeded: tuple[str, ...]
    refused: tuple[str, ...]
    cause: Cause | None

    @property
    def there(self) -> bool:
        """Whether the target has the method."""
        return self.cause is None or self.cause.kind not in NOT_THERE

    @property
    def line(self) -> str:
        """What was found, in one sentence."""
        if self.cause is not None and not self.there:
            return self.cause.text
        if self.succeeded:
            return f"{self.method} answers, and succeeds by {', '.join(self.succeeded)}."
        return f"{self.method} answers, with {' or '.join(self.refused)} to what was given."


def ask(catalog: Catalog, profile: Profile, methods: Iterable[str]) -> tuple[list[Answered], int]:
    """Return how each of these methods answers, and how many requests were sent; it ends where nothing listens."""
    session = Session(catalog, profile)
    preflight, found = Preflight(session), []
    try:
        for name in methods:
            found.append(_answered(session, preflight, catalog.methods[name]))
            if found[-1].cause is not None and found[-1].cause.kind is Kind.NOTHING_THERE:
                break
        return found, session.requests.target + session.requests.control
    finally:
        session.close()


def _answered(session: Session, preflight: Preflight, method: Method) -> Answered:
    cause = preflight.cause(method)
    if any(shared.step.answer.outcome == OK for (name, _), shared in session.bases.items() if name == method.name):
        for base in method.bases.values():
            if base.promised:
                with suppress(Unreachable):  # a list of the profile may end here
                    session.base(method, base)
    answers = {base: shared.step.answer for (name, base), shared in session.bases.items() if name == method.name}
    succeeded = tuple(name for name in method.bases if name in answers and answers[name].outcome == OK)
    refused = dict.fromkeys(
        words.outcome_in_words(one.outcome) if one.usable else words.described(one)
        for one in answers.values()
        if one.outcome != OK
    )
    return Answered(method.name, succeeded, tuple(refused), cause)
