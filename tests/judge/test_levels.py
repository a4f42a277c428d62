"""What a broken rule weighs."""

from __future__ import annotations

import pytest

from conformance.catalog.model import Strength
from conformance.judge.levels import level, worst
from conformance.judge.model import Code, Verdict


@pytest.mark.parametrize(
    ("strength", "code", "verdict"),
    [
        (Strength.MUST, Code.WRONG_CODE, Verdict.FAIL),
        (Strength.MUST, Code.NOT_REFUSED, Verdict.FAIL),
        (Strength.SHOULD, Code.WRONG_CODE, Verdict.WARN),
        (Strength.SHOULD, Code.NOT_REFUSED, Verdict.FAIL),
        (Strength.MAY, Code.WRONG_CODE, Verdict.WARN),
        (Strength.MAY, Code.NOT_REFUSED, Verdict.WARN),
    ],
)
def test_level(strength: Strength, code: Code, verdict: Verdict) -> None:
    assert level(strength, code) is verdict


def test_worst() -> None:
    one, two = Verdict.WARN, Verdict.FAIL
    assert [worst(levels) for levels in ([], [one], [one, two], [two, one], [two])] == [
        Verdict.PASS,
        one,
        two,
        two,
        two,
    ]
