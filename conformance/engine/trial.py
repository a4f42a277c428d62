"""What was sent for a case, and what came back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..catalog.model import Base
    from ..judge.model import Shown
    from ..results.terms import Role
    from ..target.world import World
    from ..wire.answer import Answer
    from ..wire.sender import Exchange
    from .composing import Composed


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a trial, its answer, and what it was for."""

    role: Role
    composed: Composed
    exchange: Exchange

    @property
    def answer(self) -> Answer:
        """The answer to the request, as the strict parser reads it."""
        return self.exchange.answer


@dataclass
class Trial:
    """Everything that a case sent, and the input of the judge."""

    shown: Shown
    sent: list[Step]
    worlds: list[World] = field(default_factory=list)
    """The worlds of what was sent, and those of requests that were repeated since."""

    def __post_init__(self) -> None:
        """Take the worlds of what was sent."""
        self.worlds += [step.composed.world for step in self.sent]

    def add(self, step: Step) -> None:
        """Add what was sent later."""
        self.sent.append(step)
        self.worlds.append(step.composed.world)


@dataclass
class SharedBase:
    """A base as this process first sent it, and the ids of the cases that rest on it."""

    base: Base
    step: Step
    before: list[Step] = field(default_factory=list)
    """Earlier attempts: without a usable answer, or refused and then simplified."""
    cases: list[str] = field(default_factory=list)
