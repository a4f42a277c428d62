"""How much a broken rule weighs.

    strength   not refused   broken in another way   declared reading not followed
    ---------  ------------  ----------------------  -----------------------------
    must       FAIL          FAIL                    WARN
    should     FAIL          WARN                    WARN
    may        WARN          WARN                    WARN

A finding against another rule than the case's own weighs no more than the case: `weaker` of the two strengths applies.
"""

from conformance.catalog.model import Strength
from conformance.judge.model import Code, Verdict


def level(strength: Strength, code: Code) -> Verdict:
    """Return FAIL or WARN for a finding with this code against a rule of this strength."""
    if code is Code.DECLARED_READING:
        return Verdict.WARN
    if strength is Strength.MUST:
        return Verdict.FAIL
    if strength is Strength.SHOULD and code is Code.NOT_REFUSED:
        return Verdict.FAIL
    return Verdict.WARN


def weaker(one: Strength, other: Strength) -> Strength:
    """Return the weaker of two strengths."""
    return max(one, other, key=list(Strength).index)


def worst(levels: list[Verdict]) -> Verdict:
    """Return the worst of these levels; PASS if there are none."""
    return Verdict.FAIL if Verdict.FAIL in levels else Verdict.WARN if Verdict.WARN in levels else Verdict.PASS
