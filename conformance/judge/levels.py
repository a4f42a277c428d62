"""How much a broken rule weighs.

    strength   not refused   broken in another way   declared reading not followed
    ---------  ------------  ----------------------  -----------------------------
    must       FAIL          FAIL                    WARN
    should     FAIL          WARN                    WARN
    may        WARN          WARN                    WARN

A finding against another rule than the case's own weighs no more than the case: `weaker` of the two strengths applies.
"""

from ..catalog.model import Strength
from ..results.terms import Code, Level, Verdict


def level(strength: Strength, code: Code) -> Level:
    """Return FAIL or WARN for a finding with this code against a rule of this strength."""
    if code is Code.DECLARED_READING:
        return Level.WARN
    if strength is Strength.MUST:
        return Level.FAIL
    if strength is Strength.SHOULD and code is Code.NOT_REFUSED:
        return Level.FAIL
    return Level.WARN


def weaker(one: Strength, other: Strength) -> Strength:
    """Return the weaker of two strengths."""
    return max(one, other, key=list(Strength).index)


def worst(levels: list[Level]) -> Verdict:
    """Return the verdict that findings of these levels result in; PASS if there are none."""
    return Verdict.FAIL if Level.FAIL in levels else Verdict.WARN if levels else Verdict.PASS
