"""What a broken rule weighs: its strength decides, and a refusal that the page promises must happen in any case.

A case never weighs more than its own rule: what its answer shows against another rule is capped by the strength of the
case. What contradicts only a reading that the profile declares is never more than a WARN.
"""

from conformance.catalog.model import Strength
from conformance.judge.model import Code, Verdict


def level(strength: Strength, code: Code) -> Verdict:
    """Return FAIL or WARN for a finding of this kind against a rule of this strength."""
    if code is Code.DECLARED_READING:
        return Verdict.WARN
    if strength is Strength.MUST:
        return Verdict.FAIL
    if strength is Strength.SHOULD and code is Code.NOT_REFUSED:
        return Verdict.FAIL
    return Verdict.WARN


def weaker(one: Strength, other: Strength) -> Strength:
    """Return the strength that binds less."""
    return max(one, other, key=list(Strength).index)


def worst(levels: list[Verdict]) -> Verdict:
    """Return FAIL before WARN before PASS."""
    return Verdict.FAIL if Verdict.FAIL in levels else Verdict.WARN if Verdict.WARN in levels else Verdict.PASS
