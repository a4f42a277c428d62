"""Strength holds everywhere: every case, on answers in which one thing is wrong, against what its rules may weigh.

The right answers are those of the sandbox, taken once. Every finding is looked at: it weighs no more than the rule that
it stands under, nor more than the case that it was found in, and it stands under a rule that the fault breaks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine.scripts import exercise
from slack_conformance.engine.session import Session
from slack_conformance.judge.judge import judge
from slack_conformance.judge.levels import level, weaker, worst
from slack_conformance.lab.prove.local import LocalCaller
from slack_conformance.results.terms import Code, Level, Verdict
from slack_conformance.sandbox import Sandbox
from slack_conformance.target.control import ControlClient
from slack_conformance.target.profile import profile_of_url
from tests.judge.broken import BREAKERS, Breaker
from tests.judge.build import answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_conformance.judge.model import Judgement, Shown
    from slack_conformance.results.model import Finding

    Judged = dict[str, list[tuple[Shown, Judgement]]]

pytestmark = pytest.mark.slow
CATALOG = load_catalog()
RULES = {rule.id: rule for rule in CATALOG.rules}
MILD = {Code.STATUS, Code.MEDIA_TYPE, Code.WARNING_ONE_PLACE, Code.WARNING_SHAPE}
"""Kinds of finding of which no rule is a must."""
ELSEWHERE = {Code.DECLARED_READING, Code.UNSTABLE, Code.SENT, Code.NOT_COPED}
"""Found only where a profile declares a reading, or where the engine has sent a case twice."""


@pytest.fixture(scope="module")
def right() -> list[Shown]:
    """Return what the judge is shown of every case by the sandbox."""
    with Sandbox(CATALOG, control=False) as sandbox:
        profile = replace(profile_of_url(sandbox.url, "sandbox"), exhaust=True)
        session = Session(CATALOG, profile, control=ControlClient(LocalCaller(sandbox, CATALOG)))
        try:
            return [exercise(session, case).shown for case in CATALOG.cases]
        finally:
            session.close()


@pytest.fixture(scope="module")
def judged(right: list[Shown]) -> Judged:
    """Return the judgements on every case with each fault, if they have a finding."""
    return {
        breaker.name: [(shown, said) for shown in right for said in _with_the_fault(breaker, shown) if said.findings]
        for breaker in BREAKERS
    }


def _with_the_fault(breaker: Breaker, shown: Shown) -> Iterator[Judgement]:
    """Yield the judgement on the case if its last answer has the fault, and if all of its answers have it."""
    edited = breaker.breaks(shown.edited, shown)
    if edited is None:
        return
    yield judge(replace(shown, edited=edited, recheck=shown.base, others={"get": answer()}))
    if shown.base is not None:
        base = breaker.breaks(shown.base, shown) or shown.base
        yield judge(replace(shown, edited=edited, base=base, recheck=base, others={"get": answer()}))


def _weighs_too_much(shown: Shown, finding: Finding) -> bool:
    strength = weaker(RULES[finding.rule].strength, shown.case.strength)
    return finding.level is Level.FAIL and level(strength, finding.code) is not Level.FAIL


def test_the_right_answers_are_right(right: list[Shown]) -> None:
    assert [shown.case.id for shown in right if judge(shown).verdict is not Verdict.PASS] == []


@pytest.mark.parametrize("fault", [breaker.name for breaker in BREAKERS])
def test_no_finding_weighs_more_than_its_rule_or_its_case(fault: str, judged: Judged) -> None:
    assert judged[fault], "the fault shows nowhere"
    for shown, said in judged[fault]:
        assert [finding for finding in said.findings if _weighs_too_much(shown, finding)] == [], shown.case.id
        assert said.verdict is worst([finding.level for finding in said.findings])


@pytest.mark.parametrize("breaker", BREAKERS, ids=lambda breaker: breaker.name)
def test_a_finding_stands_under_a_rule_that_the_fault_breaks(breaker: Breaker, judged: Judged) -> None:
    found = {(shown.case.id, finding.rule) for shown, said in judged[breaker.name] for finding in said.findings}
    assert {(case, rule) for case, rule in found if RULES[rule].check not in breaker.checks} == set()


@pytest.mark.parametrize("fault", [breaker.name for breaker in BREAKERS])
def test_what_was_expected_is_not_what_came(fault: str, judged: Judged) -> None:
    """Neither in a finding, nor in the two lines that stand for the whole case."""
    for shown, said in judged[fault]:
        assert [finding for finding in said.findings if finding.expected == finding.got] == [], shown.case.id
        assert said.expected != said.got, shown.case.id


def test_what_must_hold_still_fails(judged: Judged) -> None:
    """The cap takes nothing from a must-rule in a case of its own."""
    found = {(f.code, f.level) for several in judged.values() for _, said in several for f in said.findings}
    assert {code for code in Code if (code, Level.FAIL) in found} == set(Code) - MILD - ELSEWHERE
    assert {code for code in Code if (code, Level.WARN) in found} >= MILD
