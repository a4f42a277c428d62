"""Each gap in the proof gets one clear sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_conformance.lab.prove import complaints
from slack_conformance.lab.prove.model import TrialStanding
from tests.lab.prove.build import CASE, CASES, OTHER_CASE, OTHER_RULE, RULE, RULES, outcome, symptom


def test_a_proof_without_a_gap_gets_none() -> None:
    assert list(complaints.complaints([outcome()])) == []
    assert list(complaints.unprotected([RULES[RULE]], [RULE])) == []
    assert list(complaints.useless([CASES[CASE]], [outcome()])) == []


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (TrialStanding.SURVIVED, "Nothing kills"),
        (TrialStanding.VOID, "does nothing"),
        (TrialStanding.BROKEN, "broke the harness"),
    ],
)
def test_a_deviation_that_was_not_killed(standing: TrialStanding, words: str) -> None:
    said = list(complaints.complaints([outcome(standing=standing, kills=(), why="so it is")]))
    assert len(said) == 1
    assert words in said[0]
    assert "so it is" in said[0]


def test_undeclared_collateral_names_the_first_cases_and_counts_the_rest() -> None:
    strays = tuple(symptom(case=f"{OTHER_CASE}-{number}", rule=OTHER_RULE) for number in range(5))
    (said,) = complaints.complaints([outcome(undeclared=strays)])
    assert f"{OTHER_CASE}-0 is FAIL (not-refused on {OTHER_RULE})" in said
    assert "and 2 more" in said


def test_a_stale_declaration() -> None:
    (said,) = complaints.complaints([outcome(stale=(OTHER_RULE,))])
    assert f"declares that it breaks {OTHER_RULE}" in said


def test_two_deviations_that_the_same_finding_kills_are_named_once() -> None:
    both = (symptom(), symptom(case=OTHER_CASE))
    (said,) = complaints.complaints([outcome("one", kills=both), outcome("two", kills=both)])
    assert f"{RULE}--one and {RULE}--two" in said


def test_two_deviations_that_differ_in_what_came_are_no_twins() -> None:
    assert list(complaints.complaints([outcome("one"), outcome("two", kills=(symptom(got='error "other"'),))])) == []


def test_a_deviation_may_say_why_it_stands_beside_another() -> None:
    told = outcome("two", like=((f"{RULE}--one", "It is worth meeting by itself."),))
    assert list(complaints.complaints([outcome("one"), told])) == []


def test_a_testable_rule_without_deviation() -> None:
    (said,) = complaints.unprotected([RULES[RULE], RULES[OTHER_RULE]], [RULE])
    assert said.startswith(f"No deviation breaks {OTHER_RULE} (must)")


def test_an_untestable_rule_needs_no_deviation() -> None:
    assert list(complaints.unprotected([replace(RULES[RULE], untestable="Nobody sees it.")], [])) == []


def test_a_vacuous_case() -> None:
    """It turns red only where another one does too, so that nothing would be missed without it."""
    together = outcome(kills=(symptom(), symptom(case=OTHER_CASE)))
    said = list(complaints.useless([CASES[CASE], CASES[OTHER_CASE]], [together]))
    assert [text.partition(":")[0] for text in said] == [CASE, OTHER_CASE]
    alone = outcome("alone")
    (said_now,) = complaints.useless([CASES[CASE], CASES[OTHER_CASE]], [together, alone])
    assert said_now.startswith(OTHER_CASE)


def test_a_case_that_says_why_it_stands_is_excused_and_takes_no_kill_from_another() -> None:
    together = outcome(kills=(symptom(), symptom(case=OTHER_CASE)))
    excused = replace(CASES[OTHER_CASE], why="It was recorded of another product.")
    assert list(complaints.useless([CASES[CASE], excused], [together])) == []


def test_a_base_needs_no_deviation_of_its_own() -> None:
    assert list(complaints.useless([CASES["pizza.order.via-post-form.accepted"]], [])) == []
