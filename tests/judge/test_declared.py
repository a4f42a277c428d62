"""A declared reading binds: what shows another one is a finding of its own, and whatever keeps to it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.judge.judge import judge
from conformance.results.model import Code, Finding, Level, Verdict
from tests.judge.build import CATALOG, A, B, answer, by_gateway, case, documented, shown

if TYPE_CHECKING:
    from conformance.judge.model import Judgement

TRIGGER = f"{A}.invalid_trigger.never-issued-by-get"


def said(name: str, outcome: str, **declared: str) -> Judgement:
    """Return what a case comes to with this answer; declared are readings, with an underscore for the hyphen."""
    return judge(shown(case(name), answer(outcome)), {row.replace("_", "-"): text for row, text in declared.items()})


def test_what_contradicts_it_is_a_warn_that_names_row_reading_and_answer() -> None:
    judged = said(TRIGGER, "invalid_trigger_id", DOC_01="table")
    assert (judged.verdict, judged.reading) == (Verdict.WARN, ("DOC-01", "example"))
    assert judged.findings == (
        Finding(
            f"{A}.invalid_trigger",
            Code.DECLARED_READING,
            Level.WARN,
            "reading 'table' of DOC-01, which the profile declares: error \"invalid_trigger\"",
            "reading 'example': error \"invalid_trigger_id\"",
            None,
        ),
    )
    assert (judged.expected, judged.got) == (judged.findings[0].expected, judged.findings[0].got)


@pytest.mark.parametrize(
    ("name", "row", "reading", "keeps", "contradicts"),
    [
        (TRIGGER, "DOC-01", "example", "invalid_trigger_id", "invalid_trigger"),
        (TRIGGER, "DOC-01", "table", "invalid_trigger", "invalid_trigger_id"),
        (f"{B}.token_revoked.app-removed", "DOC-14", "ignored", "ok", "token_revoked"),
        (f"{B}.token_revoked.app-removed", "DOC-14", "checked", "token_revoked", "ok"),
        (f"{B}.invalid_code.missing", "DOC-13", "common-row", "not_authed", "invalid_code"),
        (f"{B}.invalid_code.missing", "DOC-13", "own-row", "invalid_code", "not_authed"),
        (f"{A}.via-post-json-arguments.accepted", "DOC-02", "refused", "invalid_post_type", "invalid_arguments"),
        (f"{A}.via-post-json-arguments.accepted", "DOC-02", "listed", "invalid_trigger", "invalid_post_type"),
        (f"{A}.via-post-multipart.accepted", "DOC-04", "rows", "ok", "invalid_scope"),
        (f"{B}.invalid_array_arg.code-as-array", "DOC-43", "missing", "invalid_code", "invalid_array_arg"),
        (f"{B}.real-clients.bolt-js-5-1-0", "DOC-37", "ignored", "ok", "invalid_auth"),
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
    assert said(TRIGGER, "invalid_trigger_id", DOC_07="invalid-value", DOC_47="trigger").findings == ()


def test_an_answer_that_no_reading_of_the_row_names_shows_none() -> None:
    """The case accepts it by another row, of which nothing is declared."""
    scopes = f"{A}.invalid_array_arg.scopes-as-array"
    assert said(scopes, "invalid_array_arg", DOC_07="invalid-value").findings == ()


def test_the_order_of_checks_is_free() -> None:
    """A target that refuses JSON for its type may still find broken JSON first."""
    cut, refused = case(f"{A}.invalid_json.cut"), answer("invalid_post_type")
    declared = {"DOC-02": "refused"}
    assert judge(shown(cut, answer("invalid_json"), base=refused), declared).verdict is Verdict.PASS
    assert judge(shown(cut, refused, base=refused), declared).verdict is Verdict.PASS
    listed = judge(shown(cut, refused, base=refused), {"DOC-02": "listed"})
    assert [finding.code for finding in listed.findings] == [Code.DECLARED_READING]


def test_a_gateway_that_answers_in_place_of_the_declared_service() -> None:
    down = case(f"{A}.service_unavailable.maintenance")
    evidence = shown(down, by_gateway(503), recheck=answer())
    assert judge(evidence, {"DOC-45": "gateway"}).verdict is Verdict.PASS
    judged = judge(evidence, {"DOC-45": "service"})
    assert (judged.verdict, [finding.got for finding in judged.findings]) == (
        Verdict.WARN,
        ["reading 'gateway': HTTP 503 from a gateway"],
    )


def test_a_fault_stays_what_it_is() -> None:
    judged = said(TRIGGER, "invalid_auth", DOC_01="table")
    assert (judged.verdict, [finding.code for finding in judged.findings]) == (Verdict.FAIL, [Code.WRONG_CODE])


def test_what_could_not_be_judged_contradicts_nothing() -> None:
    refused = judge(shown(case(TRIGGER), answer("invalid_trigger_id"), base=answer("invalid_trigger_id")))
    declared = judge(
        shown(case(TRIGGER), answer("invalid_trigger_id"), base=answer("invalid_trigger_id")), {"DOC-01": "table"}
    )
    assert declared == refused
    assert declared.verdict is Verdict.INCONCLUSIVE


def test_each_outcome_shows_at_most_one_reading_of_a_row() -> None:
    for each in CATALOG.cases:
        for row in each.ledger:
            for outcome in each.accept:
                naming = [reading for reading, outcomes in row.readings.items() if outcome in outcomes]
                assert len(naming) <= 1, (each.id, row.id, outcome)
                assert row.followed(outcome) in {None, *row.readings}


def test_a_row_whose_readings_show_in_no_answer_is_never_contradicted() -> None:
    silent = [row for row in CATALOG.ledger.values() if not any(row.readings.values())]
    assert {row.id for row in silent} >= {"DOC-09", "DOC-21", "DOC-22"}
    assert {row.followed("ok") for row in silent} == {None}
