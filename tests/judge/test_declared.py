"""A declared reading binds: what shows another one is a finding of its own, and whatever keeps to it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.judge.judge import judge
from slack_conformance.results.model import Finding
from slack_conformance.results.terms import Code, Level, Verdict
from tests.invented import INVENTED
from tests.judge.build import A, B, answer, by_gateway, case, documented, shown

if TYPE_CHECKING:
    from slack_conformance.judge.model import Judgement

TRIGGER = f"{A}.bad_ticket.never-issued-by-get"


def said(name: str, outcome: str, **declared: str) -> Judgement:
    """Return the judgement on a case with this answer; `declared` holds readings, with an underscore for the hyphen."""
    return judge(shown(case(name), answer(outcome)), {row.replace("_", "-"): text for row, text in declared.items()})


def test_what_contradicts_it_is_a_warn_that_names_row_reading_and_answer() -> None:
    judged = said(TRIGGER, "bad_ticket_number", DOC_91="table")
    assert (judged.verdict, judged.reading) == (Verdict.WARN, ("DOC-91", "example"))
    assert judged.findings == (
        Finding(
            f"{A}.bad_ticket",
            Code.DECLARED_READING,
            Level.WARN,
            "reading 'table' of DOC-91, which the profile declares: error \"bad_ticket\"",
            "reading 'example': error \"bad_ticket_number\"",
            None,
        ),
    )
    assert (judged.expected, judged.got) == (judged.findings[0].expected, judged.findings[0].got)


@pytest.mark.parametrize(
    ("name", "row", "reading", "keeps", "contradicts"),
    [
        (TRIGGER, "DOC-91", "example", "bad_ticket_number", "bad_ticket"),
        (TRIGGER, "DOC-91", "table", "bad_ticket", "bad_ticket_number"),
        (f"{B}.badge_withdrawn.shop-left", "DOC-96", "ignored", "ok", "badge_withdrawn"),
        (f"{B}.badge_withdrawn.shop-left", "DOC-96", "checked", "badge_withdrawn", "ok"),
        (f"{B}.bad_voucher.missing", "DOC-95", "common-row", "no_badge", "bad_voucher"),
        (f"{B}.bad_voucher.missing", "DOC-95", "own-row", "bad_voucher", "no_badge"),
        (f"{A}.via-post-json-arguments.accepted", "DOC-92", "refused", "wrong_wrapping", "wrong_fields"),
        (f"{A}.via-post-json-arguments.accepted", "DOC-92", "listed", "bad_ticket", "wrong_wrapping"),
        (f"{A}.via-post-multipart.accepted", "DOC-93", "rows", "ok", "bad_topping"),
        (f"{B}.list_not_wanted.voucher-as-list", "DOC-97", "missing", "bad_voucher", "list_not_wanted"),
        (f"{B}.old-clients.sends-a-badge-too", "DOC-87", "ignored", "ok", "bad_badge"),
    ],
)
def test_both_ways(name: str, row: str, reading: str, keeps: str, contradicts: str) -> None:
    declared = {row: reading}
    kept, broken = (judge(shown(case(name), documented(outcome)), declared) for outcome in (keeps, contradicts))
    assert (kept.verdict, kept.findings) == (Verdict.PASS, ())
    assert [finding.code for finding in broken.findings] == [Code.DECLARED_READING]
    undeclared = judge(shown(case(name), documented(contradicts)))
    assert (undeclared.verdict, undeclared.findings) == (Verdict.PASS, ())


def test_other_rows_of_the_case_bind_nobody() -> None:
    assert said(TRIGGER, "bad_ticket_number", DOC_94="bad-value", DOC_95="own-row").findings == ()


def test_an_answer_that_no_reading_of_the_row_names_shows_none() -> None:
    """The case accepts it by another row, of which nothing is declared."""
    scopes = f"{A}.list_not_wanted.toppings-as-list"
    assert said(scopes, "list_not_wanted", DOC_94="bad-value").findings == ()


def test_the_order_of_checks_is_free() -> None:
    """A target that refuses JSON for its type may still find broken JSON first."""
    cut, refused = case(f"{A}.broken_box.cut"), answer("wrong_wrapping")
    declared = {"DOC-92": "refused"}
    assert judge(shown(cut, answer("broken_box"), base=refused), declared).verdict is Verdict.PASS
    assert judge(shown(cut, refused, base=refused), declared).verdict is Verdict.PASS
    listed = judge(shown(cut, refused, base=refused), {"DOC-92": "listed"})
    assert [finding.code for finding in listed.findings] == [Code.DECLARED_READING]


def test_a_gateway_that_answers_in_place_of_the_declared_service() -> None:
    down = case(f"{A}.kitchen_closed.closed")
    evidence = shown(down, by_gateway(503), recheck=answer())
    assert judge(evidence, {"DOC-98": "gateway"}).verdict is Verdict.PASS
    judged = judge(evidence, {"DOC-98": "service"})
    assert (judged.verdict, [finding.got for finding in judged.findings]) == (
        Verdict.WARN,
        ["reading 'gateway': HTTP 503 from a gateway"],
    )


def test_a_fault_stays_what_it_is() -> None:
    judged = said(TRIGGER, "bad_badge", DOC_91="table")
    assert (judged.verdict, [finding.code for finding in judged.findings]) == (Verdict.FAIL, [Code.WRONG_CODE])


def test_what_could_not_be_judged_contradicts_nothing() -> None:
    refused = judge(shown(case(TRIGGER), answer("bad_ticket_number"), base=answer("bad_ticket_number")))
    declared = judge(
        shown(case(TRIGGER), answer("bad_ticket_number"), base=answer("bad_ticket_number")), {"DOC-91": "table"}
    )
    assert declared == refused
    assert declared.verdict is Verdict.INCONCLUSIVE


def test_each_outcome_shows_at_most_one_reading_of_a_row() -> None:
    for each in INVENTED.cases:
        for row in each.ledger:
            for outcome in each.accept:
                naming = [reading for reading, outcomes in row.readings.items() if outcome in outcomes]
                assert len(naming) <= 1, (each.id, row.id, outcome)
                assert row.followed(outcome) in {None, *row.readings}


def test_a_row_whose_readings_show_in_no_answer_is_never_contradicted() -> None:
    silent = [row for row in INVENTED.ledger.values() if not any(row.readings.values())]
    assert {row.id for row in silent} == {"DOC-88"}
    assert {row.followed("ok") for row in silent} == {None}
