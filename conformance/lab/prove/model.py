"""The outcome of trying a deviation, as frozen classes that can be sent between processes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TrialStanding(StrEnum):
    """The result for one deviation."""

    KILLED = "killed"
    SURVIVED = "survived"
    VOID = "void"
    BROKEN = "broken"
    OUT_OF_REACH = "out of reach"
    """Only in a proof by profile: no case that can be run with values alone would find it."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """One effect of a fault: a finding of a case or, if the case could not be judged, the cause.

    Of a cause, `code` is the kind, and `rule` names the base if the cause lies there.
    """

    case: str
    rule: str
    code: str
    level: str
    expected: str
    got: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Case, code of the finding and outcome received. Two deviations must not be killed by the same key."""
        return (self.case, self.code, self.got)


@dataclass(frozen=True, slots=True)
class Collateral:
    """Another rule or base that a deviation declares to break, the reason, and the cases in which it did."""

    what: str
    why: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """One deviation and how the suite judged a target that has it."""

    name: str
    rules: tuple[str, ...]
    summary: str
    standing: TrialStanding
    why: str = ""
    """Why it was not killed; empty if it was."""
    kills: tuple[Symptom, ...] = ()
    collateral: tuple[Collateral, ...] = ()
    undeclared: tuple[Symptom, ...] = ()
    stale: tuple[str, ...] = ()
    """Declared collateral that did not occur."""
    like: tuple[tuple[str, str], ...] = ()
    """Other deviations killed by the same finding, with the reason why both exist."""
    requests: int = 0
    seconds: float = 0.0
