"""Values that a profile gives and that work once: what a refusal of a request with one of them says."""

from __future__ import annotations

import pytest

from slack_conformance.judge.causes import base_cause
from slack_conformance.judge.judge import judge
from slack_conformance.judge.values import doubtful, used_before
from slack_conformance.results.terms import Verdict
from tests.invented import INVENTED
from tests.judge.build import SILENCE, A, B, answer, case, shown

CODE = {"voucher": "vouchers.txt"}
WAY_IN = {"get": answer()}
BASE = f"{B}.via-post-form.accepted"
EDITED = f"{B}.bad_address.elsewhere"
NEIGHBOUR = f"{B}.list_not_wanted.brackets-in-a-value-are-valid"
USED, UNKNOWN = "voucher_used", "bad_voucher"


@pytest.mark.parametrize(
    ("method", "once", "codes"),
    [(B, CODE, {USED, UNKNOWN}), (A, {"ticket": "x"}, {"ticket_used", "bad_ticket"})],
)
def test_which_refusals_a_bad_value_explains(method: str, once: dict[str, str], codes: set[str]) -> None:
    found = doubtful(INVENTED.methods[method], once)
    assert codes <= found
    assert found <= codes | {"bad_ticket_number", "wrong_fields"}
    assert doubtful(INVENTED.methods[method], ()) == frozenset()


@pytest.mark.parametrize("name", [EDITED, NEIGHBOUR])
def test_a_value_that_was_used_before_accuses_nobody(name: str) -> None:
    judged = judge(shown(case(name), answer(USED), once=CODE))
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert judged.cause is not None
    assert judged.cause.kind == "used-value"
    assert judged.cause.text == f"{B}: the voucher from vouchers.txt was used already, says the target."
    assert judge(shown(case(name), answer(USED))).verdict is Verdict.FAIL
    assert judge(shown(case(name), answer("internal_error"), once=CODE)).verdict is Verdict.FAIL


@pytest.mark.parametrize("kind", ["second-use-by-form", "refused-request-uses-nothing"])
def test_where_the_case_is_about_a_second_use_the_target_is_judged(kind: str) -> None:
    judged = judge(shown(case(f"{B}.voucher_used.{kind}"), answer(USED), once=CODE, base_once=CODE))
    assert judged.verdict is (Verdict.PASS if kind.startswith("second") else Verdict.WARN)


def test_a_base_with_a_used_value() -> None:
    """Its own case, and all that rest on it, have one cause; that another way in succeeds makes no difference."""
    own = judge(shown(case(BASE), answer(USED), once=CODE, others=WAY_IN))
    resting = judge(shown(case(EDITED), answer(USED), base=answer(USED), base_once=CODE, others=WAY_IN))
    assert (own.verdict, resting.verdict) == (Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE)
    assert own.cause == resting.cause == used_before(INVENTED.methods[B], answer(USED), CODE)
    assert judge(shown(case(BASE), answer(USED), others=WAY_IN)).verdict is Verdict.FAIL
    again = judge(shown(case(EDITED), SILENCE, recheck=answer(USED), base_once=CODE))
    assert again.cause == own.cause


LACKING = {"voucher": "vouchers.txt is empty"}


@pytest.mark.parametrize("sibling", [True, False])
def test_a_base_without_a_value_is_not_accused(sibling: bool) -> None:  # noqa: FBT001 - a parameter
    judged = judge(shown(case(BASE), answer(UNKNOWN), missing=LACKING, others=WAY_IN if sibling else {}))
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert judged.cause == base_cause(shown(case(BASE), answer(UNKNOWN), missing=LACKING))
    assert judge(shown(case(BASE), answer(UNKNOWN), others=WAY_IN)).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("name", "edited", "verdict"),
    [
        (EDITED, answer("bad_address"), Verdict.PASS),
        (EDITED, answer(UNKNOWN), Verdict.INCONCLUSIVE),
        (EDITED, answer("fatal_error"), Verdict.INCONCLUSIVE),
        (EDITED, answer(), Verdict.INCONCLUSIVE),
        (NEIGHBOUR, answer(), Verdict.INCONCLUSIVE),
        (NEIGHBOUR, answer(UNKNOWN), Verdict.INCONCLUSIVE),
        (EDITED, SILENCE, Verdict.INCONCLUSIVE),
        (f"{B}.wrong_alphabet.text-plain-utf-16", answer("fatal_error"), Verdict.INCONCLUSIVE),
        (f"{B}.wrong_alphabet.text-plain-utf-16", answer(), Verdict.INCONCLUSIVE),
        (f"{B}.wrong_alphabet.text-plain-utf-16", answer("wrong_alphabet"), Verdict.PASS),
    ],
)
def test_with_a_placeholder_only_a_difference_proves(name: str, edited: object, verdict: Verdict) -> None:
    refused = answer(UNKNOWN)
    judged = judge(shown(case(name), edited, base=refused, recheck=refused, missing=LACKING))  # type: ignore[arg-type]  # answers all
    assert judged.verdict is verdict
    assert judged.differential is (verdict is Verdict.PASS)


def test_a_base_that_succeeds_with_a_placeholder_is_a_success() -> None:
    judged = judge(shown(case(EDITED), answer(), base=answer(), missing=LACKING))
    assert judged.verdict is Verdict.FAIL
