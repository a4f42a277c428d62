"""What a broken rule weighs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slack_conformance.catalog.model import Strength
from slack_conformance.judge.levels import level, weaker, worst
from slack_conformance.results.terms import Code, Level, Verdict


@pytest.mark.parametrize(
    ("strength", "code", "weight"),
    [
        (Strength.MUST, Code.WRONG_CODE, Level.FAIL),
        (Strength.MUST, Code.NOT_REFUSED, Level.FAIL),
        (Strength.SHOULD, Code.WRONG_CODE, Level.WARN),
        (Strength.SHOULD, Code.NOT_REFUSED, Level.FAIL),
        (Strength.MAY, Code.WRONG_CODE, Level.WARN),
        (Strength.MAY, Code.NOT_REFUSED, Level.WARN),
    ],
)
def test_level(strength: Strength, code: Code, weight: Level) -> None:
    assert level(strength, code) is weight


@pytest.mark.parametrize("page", ["README.md", "docs/reports.md"])
def test_the_table_that_users_read(page: str) -> None:
    """The table that they read says what is done, for every kind of finding."""
    text = (Path(__file__).parents[2] / page).read_text("utf-8")
    told = re.findall(r"^\| (must|should|may) \| [^|]+ \| (\w+) \| (\w+) \|$", text, re.MULTILINE)
    assert [strength for strength, *_ in told] == list(Strength)
    for strength, not_refused, otherwise in told:
        for code in set(Code) - {Code.DECLARED_READING}:
            wanted = not_refused if code is Code.NOT_REFUSED else otherwise
            assert level(Strength(strength), code) == wanted, (strength, code)


@pytest.mark.parametrize("strength", Strength)
def test_what_contradicts_a_declared_reading_is_a_warn_whatever_the_rule(strength: Strength) -> None:
    assert level(strength, Code.DECLARED_READING) is Level.WARN


def test_weaker() -> None:
    must, should, may = Strength
    assert [weaker(must, should), weaker(may, should), weaker(must, must)] == [should, may, must]


def test_worst() -> None:
    one, two = Level.WARN, Level.FAIL
    assert [worst(levels) for levels in ([], [one], [one, two], [two, one], [two])] == [
        Verdict.PASS,
        one,
        two,
        two,
        two,
    ]
