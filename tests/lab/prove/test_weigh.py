"""What counts as killed, and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.model import Strength
from slack_conformance.lab.prove.model import TrialOutcome, TrialStanding
from slack_conformance.lab.prove.weigh import weigh
from slack_conformance.results.terms import Code, Level, Verdict
from tests.lab.prove.build import CASE, CASES, OTHER_CASE, OTHER_RULE, RULE, RULES, fault, finding, judgement

if TYPE_CHECKING:
    from slack_conformance.judge.model import Judgement
    from slack_conformance.lab.deviations.kinds import DeliberateFault


def weighed(
    one: DeliberateFault, said: dict[str, Judgement], *, took_effect: bool = True, harness: tuple[str, ...] = ()
) -> TrialOutcome:
    judged = [(CASES[case], judged) for case, judged in said.items()]
    return weigh(one, judged, RULES, took_effect=took_effect, harness=harness)


def test_a_finding_on_the_rule_at_its_level_kills() -> None:
    outcome = weighed(fault(), {CASE: judgement(finding())})
    assert outcome.standing is TrialStanding.KILLED
    assert [symptom.case for symptom in outcome.kills] == [CASE]
    assert not outcome.undeclared


def test_a_weaker_finding_on_a_must_rule_does_not_kill() -> None:
    outcome = weighed(fault(), {CASE: judgement(finding(level=Level.WARN))})
    assert outcome.standing is TrialStanding.SURVIVED
    assert RULE in outcome.why


@pytest.mark.parametrize(
    ("code", "level", "standing"),
    [
        (Code.WRONG_CODE, Level.WARN, TrialStanding.KILLED),
        (Code.WRONG_CODE, Level.FAIL, TrialStanding.SURVIVED),
        (Code.NOT_REFUSED, Level.FAIL, TrialStanding.KILLED),
        (Code.NOT_REFUSED, Level.WARN, TrialStanding.SURVIVED),
    ],
)
def test_what_should_be_weighs_a_warning_unless_nothing_was_refused(
    code: Code, level: Level, standing: TrialStanding
) -> None:
    one = fault(strength=Strength.SHOULD)
    assert weighed(one, {CASE: judgement(finding(code=code, level=level))}).standing is standing


def test_a_finding_on_another_rule_does_not_kill_and_is_collateral() -> None:
    outcome = weighed(fault(), {OTHER_CASE: judgement(finding(rule=OTHER_RULE))})
    assert outcome.standing is TrialStanding.SURVIVED
    assert [symptom.case for symptom in outcome.undeclared] == [OTHER_CASE]


def test_each_rule_that_a_fault_breaks_must_be_named() -> None:
    one = fault(also=("bad_voucher",))
    assert weighed(one, {CASE: judgement(finding())}).standing is TrialStanding.SURVIVED
    both = {CASE: judgement(finding()), OTHER_CASE: judgement(finding(rule=OTHER_RULE))}
    assert weighed(one, both).standing is TrialStanding.KILLED


def test_declared_collateral_is_kept_apart_with_its_reason() -> None:
    one = fault(breaks={"bad_voucher": "They meet."})
    outcome = weighed(one, {CASE: judgement(finding()), OTHER_CASE: judgement(finding(rule=OTHER_RULE))})
    assert not outcome.undeclared
    assert [(entry.what, entry.why, entry.cases) for entry in outcome.collateral] == [
        (OTHER_RULE, "They meet.", (OTHER_CASE,))
    ]


def test_a_declaration_that_does_not_come_true_is_stale() -> None:
    one = fault(breaks={"bad_voucher": "They meet."}, bases=("get",))
    assert weighed(one, {CASE: judgement(finding())}).stale == (OTHER_RULE, "pizza.order by get")


def test_that_a_refused_base_costs_no_other_case_is_not_stale() -> None:
    one = fault(rule="via-get", bases=("get", "post-form"))
    assert weighed(one, {CASE: judgement(finding())}).stale == ("pizza.order by post-form",)


def test_a_case_that_rests_on_a_refused_base_must_be_declared_by_that_base() -> None:
    open_case = judgement(verdict=Verdict.INCONCLUSIVE, cause="base-refused")
    said = {CASE: judgement(finding()), OTHER_CASE: open_case}
    assert [symptom.code for symptom in weighed(fault(), said).undeclared] == ["base-refused"]
    assert [symptom.code for symptom in weighed(fault(bases=("get",)), said).undeclared] == ["base-refused"]
    assert not weighed(fault(bases=("post-form",)), said).undeclared


def test_a_case_that_is_open_for_another_reason_does_not_count_for_its_base() -> None:
    said = {CASE: judgement(finding()), OTHER_CASE: judgement(verdict=Verdict.INCONCLUSIVE, cause="throttled")}
    assert [symptom.rule for symptom in weighed(fault(bases=("post-form",)), said).undeclared] == [OTHER_RULE]


def test_an_open_case_of_the_rule_itself_kills_nothing() -> None:
    said = {CASE: judgement(verdict=Verdict.INCONCLUSIVE, cause="throttled")}
    assert weighed(fault(), said).standing is TrialStanding.SURVIVED


def test_a_fault_without_effect_is_void_even_if_something_turned_red() -> None:
    outcome = weighed(fault(), {CASE: judgement(finding())}, took_effect=False)
    assert outcome.standing is TrialStanding.VOID


def test_a_fault_that_dies_with_the_sandbox_is_not_a_kill() -> None:
    outcome = weighed(fault(), {CASE: judgement(finding())}, harness=("KeyError: 'ok'",))
    assert outcome.standing is TrialStanding.BROKEN
    assert "KeyError" in outcome.why


def test_a_fault_that_breaks_the_suite_is_not_a_kill() -> None:
    said = {CASE: judgement(finding()), OTHER_CASE: judgement(verdict=Verdict.ENGINE, cause="engine")}
    outcome = weighed(fault(), said)
    assert outcome.standing is TrialStanding.BROKEN
    assert OTHER_CASE in outcome.why
