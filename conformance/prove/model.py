"""What a deviation came to: frozen classes that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What a deviation came to."""

    KILLED = "killed"
    SURVIVED = "survived"
    VOID = "void"
    BROKEN = "broken"
    OUT_OF_REACH = "out of reach"
    """Only in a proof by profile: no case that values alone can bring about would show it."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """One finding of one case; of a case that could not be judged, the kind of its cause, and its base as rule."""

    case: str
    rule: str
    code: str
    level: str
    expected: str
    got: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What must not be the same of two deviations: case, kind of finding and what came."""
        return (self.case, self.code, self.got)


@dataclass(frozen=True, slots=True)
class Collateral:
    """What a deviation said that it breaks besides, why, and what of that came true."""

    what: str
    why: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One deviation, and what the suite made of a target that has it."""

    name: str
    rules: tuple[str, ...]
    summary: str
    standing: Standing
    why: str = ""
    """Why it did not die; empty for one that was killed."""
    kills: tuple[Symptom, ...] = ()
    collateral: tuple[Collateral, ...] = ()
    undeclared: tuple[Symptom, ...] = ()
    stale: tuple[str, ...] = ()
    """Declarations that did not come true."""
    like: tuple[tuple[str, str], ...] = ()
    """Other deviations that the same finding kills, with the reason why both stand."""
    requests: int = 0
    seconds: float = 0.0
