"""The ladder: what an answer to an edited request weighs."""

from __future__ import annotations

import dataclasses

import pytest

from slack_conformance.catalog.model import Strength
from slack_conformance.judge.judge import judge
from slack_conformance.results.terms import Code, Verdict
from tests.judge.build import A, answer, documented, method, shown, warned
from tests.judge.named import (
    FAIL,
    HARMLESS,
    MAY,
    MUST,
    PASS,
    READINGS,
    SHOULD,
    WARN,
    WARNED,
    case,
    codes,
)

LADDER = [
    (MUST, "bad_address", PASS, []),
    (MUST, "bad_voucher", FAIL, [Code.WRONG_CODE]),
    (MUST, "bad_adress", FAIL, [Code.UNDOCUMENTED_CODE]),
    (MUST, "ok", FAIL, [Code.NOT_REFUSED]),
    (SHOULD, "bad_address", PASS, []),
    (SHOULD, "bad_voucher", WARN, [Code.WRONG_CODE]),
    (SHOULD, "no_such_row", WARN, [Code.UNDOCUMENTED_CODE]),
    (SHOULD, "ok", FAIL, [Code.NOT_REFUSED]),
    (HARMLESS, "ok", PASS, []),
    (HARMLESS, "wrong_fields", FAIL, [Code.REFUSED]),
    (HARMLESS, "no_such_row", FAIL, [Code.REFUSED]),
    (MAY, "ok", PASS, []),
    (MAY, "wrong_fields", WARN, [Code.REFUSED]),
    (READINGS, "bad_ticket", PASS, []),
    (READINGS, "bad_ticket_number", PASS, []),
]


@pytest.mark.parametrize(("name", "outcome", "verdict", "kinds"), LADDER)
def test_ladder(name: str, outcome: str, verdict: Verdict, kinds: list[Code]) -> None:
    judged = judge(shown(case(name), documented(outcome)))
    assert (judged.verdict, codes(judged), judged.observed) == (verdict, kinds, outcome)
    assert (judged.cause, judged.differential) == (None, False)
    assert all(finding.rule == case(name).rule.id and finding.level == str(verdict) for finding in judged.findings)


def test_a_case_may_be_stricter_or_milder_than_its_rule() -> None:
    mild = case(MUST, strength=Strength.SHOULD)
    assert judge(shown(mild, answer("bad_voucher"))).verdict is WARN
    milder = case(MUST, strength=Strength.MAY)
    assert judge(shown(milder, answer())).verdict is WARN


def test_own_code_is_seen_and_the_reading_that_was_followed_is_named() -> None:
    own = judge(shown(case(READINGS), answer("bad_ticket")))
    assert (own.seen, own.reading) == (True, ("DOC-91", "table"))
    other = judge(shown(case(READINGS), answer("bad_ticket_number")))
    assert (other.seen, other.reading) == (False, ("DOC-91", "example"))
    wrong = judge(shown(case(READINGS), answer("bad_topping")))
    assert (wrong.seen, wrong.reading) == (False, None)


def test_a_seen_code_beside_a_broken_rule_is_not_seen() -> None:
    spoilt = case(f"{A}.kitchen_busy.second-of-a-bucket-of-one")
    judged = judge(shown(spoilt, answer("kitchen_busy", status=429)))
    assert (judged.verdict, judged.seen, codes(judged)) == (FAIL, False, [Code.RETRY_AFTER_MISSING])
    mild = judge(shown(dataclasses.replace(spoilt, strength=Strength.SHOULD), answer("kitchen_busy", status=429)))
    assert (mild.verdict, mild.seen, codes(mild)) == (WARN, True, [Code.RETRY_AFTER_MISSING])


def test_no_status_is_asked_of_a_refusal_for_the_rate() -> None:
    """The pages say nothing about it, so nothing is held against the target."""
    throttled = case(f"{A}.kitchen_busy.second-of-a-bucket-of-one")
    for status in (200, 429, 503):
        judged = judge(shown(throttled, answer("kitchen_busy", status=status, headers={"Retry-After": "3"})))
        assert (judged.verdict, judged.findings) == (PASS, ())


def test_expected_and_got_are_said_whatever_came() -> None:
    judged = judge(shown(case(MUST), answer("bad_voucher")))
    assert (judged.expected, judged.got) == ('error "bad_address"', 'error "bad_voucher"')
    (finding,) = judged.findings
    assert (finding.expected, finding.got, finding.nearest) == (judged.expected, judged.got, None)
    (near,) = judge(shown(case(MUST), answer("bad_addresses"))).findings
    assert near.nearest == "bad_address"
    assert judge(shown(case(WARNED), warned("needless_napkin"))).got == 'ok:true, with warning "needless_napkin"'


def test_a_refusal_where_success_is_due_names_the_nearest_of_an_undocumented_code_only() -> None:
    (documented,) = judge(shown(case(HARMLESS), answer("wrong_fields"))).findings
    (undocumented,) = judge(shown(case(HARMLESS), answer("wrong_field"))).findings
    assert (documented.nearest, undocumented.nearest) == (None, "wrong_fields")
    (success,) = judge(shown(case(MUST), answer())).findings
    assert success.nearest is None


def test_judging_the_same_twice_says_the_same() -> None:
    evidence = shown(case(WARNED), warned("needless_napkin", top="other"))
    assert judge(evidence) == judge(evidence)
    assert method(evidence.case).name == A
