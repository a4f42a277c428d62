"""Every finding code is worded, and a consequence fits its rule."""

from __future__ import annotations

import msgspec
import pytest

from slack_conformance.results.model import RuleRecord
from slack_conformance.results.terms import Code
from slack_conformance.results.words import FINDINGS, consequence
from tests.report import build


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_phrase_and_a_consequence_of_its_own(code: Code) -> None:
    rule = msgspec.convert(build.rule("bad_colour"), RuleRecord)
    others = [other for other in Code if other is not code]
    assert FINDINGS[code].phrase not in [FINDINGS[other].phrase for other in others]
    assert consequence(rule, code) not in [consequence(rule, other) for other in others]


def test_a_statement_has_no_code_to_name() -> None:
    rule = msgspec.convert(build.rule("text-only", kind="statement", concern="success"), RuleRecord)
    assert consequence(rule, Code.WRONG_CODE) == consequence(rule, Code.NOT_REFUSED)
    assert "text-only" not in consequence(rule, Code.WRONG_CODE)
