"""The result of a run: counts, rows, readings, and the first sentence of every report."""

from __future__ import annotations

from typing import Any

import pytest

from slack_conformance.catalog.model import RuleKind
from slack_conformance.results.model import CaseResult, EditRecord, Rows
from slack_conformance.results.terms import Verdict
from slack_conformance.summary.tally import Tally
from tests.invented import INVENTED
from tests.judge.build import CASES, A, B
from tests.results.build import case_result, cause

ROW = f"{B}.bad_address"
ELSEWHERE, DROPPED = f"{ROW}.elsewhere", f"{ROW}.dropped"
CODE = f"{B}.bad_voucher.never-issued-by-form"
TRIGGER_TABLE, TRIGGER_GET = f"{A}.bad_ticket.never-issued-by-form", f"{A}.bad_ticket.never-issued-by-get"
BASE, GET = f"{B}.via-post-form.accepted", f"{B}.via-get.accepted"
ROWS = {rule.id for rule in INVENTED.rules if rule.kind is not RuleKind.STATEMENT}


def record(case: str, verdict: str = "PASS", *, kind: str = "", text: str = "x", **more: Any) -> CaseResult:  # noqa: ANN401
    """Return the result of a case of the catalog, with a cause if a `kind` is given."""
    known = CASES[case]
    fields = {
        "id": case,
        "base": known.base.name,
        "accept": tuple(sorted(known.accept)),
        "edit": None if known.edit is None else EditRecord(known.edit.kind, None),
        "observed": None,
        "cause": cause(kind, text, "y") if kind else None,
        **more,
    }
    return case_result(known.rule.id, verdict=verdict, **fields)


def tally(*records: CaseResult, methods: tuple[str, ...] = (B,)) -> Tally:
    """Return a tally of these records."""
    counted = Tally(INVENTED, methods)
    for each in records:
        counted.add(each)
    return counted


def whole(verdict: str = "PASS", **more: Any) -> Tally:  # noqa: ANN401 - as records have them
    """Return a tally in which every case of both methods has the same verdict."""
    return tally(*(record(case, verdict, **more) for case in CASES), methods=(A, B))


def test_counts_name_every_verdict() -> None:
    counts = tally(record(ELSEWHERE), record(DROPPED, "FAIL"), record(CODE, "FAIL")).counts
    assert counts == {**dict.fromkeys(Verdict, 0), Verdict.PASS: 1, Verdict.FAIL: 2}
    assert list(counts) == list(Verdict)


def test_the_last_word_on_a_case_counts() -> None:
    assert tally(record(CODE, "FAIL"), record(CODE)).counts[Verdict.FAIL] == 0


def test_total_and_partial() -> None:
    part = tally(record(CODE))
    assert part.total == tally(methods=(A, B)).total == len(CASES)
    assert part.partial
    assert not whole().partial


def test_cases_of_a_method_that_is_not_claimed_are_in_a_whole_run() -> None:
    """They are N/A; a run without them was a selection."""
    own = [record(case.id) for case in INVENTED.methods[B].cases]
    assert tally(*own).partial
    assert not tally(*own, *(record(case.id, "N/A") for case in INVENTED.methods[A].cases)).partial


def rows_of(verdicts: dict[str, str], *, seen: bool = False) -> str:
    """Return the list in which the row of these cases stands, empty if in none."""
    listed = tally(*(record(case, verdict, seen=seen) for case, verdict in verdicts.items())).rows()
    return next((name for name in Rows.__struct_fields__ if ROW in getattr(listed, name)), "")


@pytest.mark.parametrize(
    ("one", "other", "seen", "listed"),
    [
        ("PASS", "PASS", True, "seen"),
        ("PASS", "PASS", False, "other_reading"),
        ("WARN", "INCONCLUSIVE", True, "seen"),
        ("WARN", "PASS", False, ""),
        ("WARN", "N/A", False, ""),
        ("WARN", "FAIL", False, ""),
        ("PASS", "N/A", False, "other_reading"),
        ("N/A", "N/A", False, "excluded"),
        ("N/A", "INCONCLUSIVE", False, "not_reachable"),
        ("INCONCLUSIVE", "INCONCLUSIVE", False, "not_reachable"),
        ("PASS", "FAIL", True, ""),
        ("PASS", "FAIL", False, ""),
        ("FAIL", "N/A", False, ""),
        ("KNOWN", "PASS", True, ""),
        ("ENGINE", "PASS", False, ""),
    ],
)
def test_rows(one: str, other: str, seen: bool, listed: str) -> None:  # noqa: FBT001 - a column of the table
    assert rows_of({ELSEWHERE: one, DROPPED: other}, seen=seen) == listed


def test_rows_are_rows_that_ran_in_the_order_of_the_page() -> None:
    assert tally(record(BASE, seen=True)).rows().seen == ()
    listed = whole(seen=True).rows()
    assert set(listed.seen) <= ROWS
    assert list(listed.seen) == [rule.id for rule in INVENTED.rules if rule.id in set(listed.seen)]
    assert len(listed.seen) > 10


def test_readings() -> None:
    one = record(TRIGGER_TABLE, reading=("DOC-91", "table"))
    assert tally(one).readings == {"DOC-91": {"table": (TRIGGER_TABLE,)}}
    assert tally(one).notes() == []
    assert tally(one, record(TRIGGER_GET, reading=("DOC-91", "table"))).notes() == []
    two = tally(one, record(TRIGGER_GET, reading=("DOC-91", "example")))
    assert two.readings["DOC-91"] == {"table": (TRIGGER_TABLE,), "example": (TRIGGER_GET,)}
    (note,) = two.notes()
    assert note == (
        "DOC-91: the target follows 2 readings for the same change, "
        f"example ({TRIGGER_GET}) and table ({TRIGGER_TABLE})."
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{B}.bad_voucher.missing", f"{B}.bad_voucher.empty"),
        (f"{B}.unknown_guest.missing", f"{B}.bad_client_secret.missing"),
        (f"{B}.wrong_fields.extra-cheese-no-boolean", f"{B}.extra-cheese.of-an-old-guest"),
        (f"{B}.extra-cheese.true", f"{B}.extra-cheese.of-an-old-guest"),
        (f"{A}.toppings-required.empty", f"{A}.toppings-required.dropped"),
        (f"{A}.via-post-form-unlisted.accepted", f"{B}.via-post-form-unlisted.accepted"),
    ],
)
def test_two_readings_in_two_kinds_of_request_are_no_contradiction(one: str, other: str) -> None:
    """A missing argument and an empty one, two values, worlds or methods: each may be understood in its own way."""
    counted = tally(record(one, reading=("DOC-99", "a")), record(other, reading=("DOC-99", "b")), methods=(A, B))
    assert counted.notes() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{B}.no_badge.no-parameters", f"{B}.no_badge.no-query"),
        (f"{A}.toppings-required.dropped", f"{A}.wrong_fields.toppings-missing"),
        (f"{B}.real-clients.bell-1", f"{B}.real-clients.bell-2"),
    ],
)
def test_two_readings_of_the_same_change_are_noted(one: str, other: str) -> None:
    """However the request is sent, and whichever rule its case is about."""
    counted = tally(record(one, reading=("DOC-99", "a")), record(other, reading=("DOC-99", "b")), methods=(A, B))
    (note,) = counted.notes()
    assert note.startswith("DOC-99: ")
    assert one in note
    assert other in note


@pytest.mark.parametrize(("observed", "notes"), [("ok", 1), ("invalid_auth", 0)])
def test_a_reading_on_a_base_that_is_refused_contradicts_none(observed: str, notes: int) -> None:
    base = record(f"{A}.via-get.accepted", observed=observed)
    one, other = record(TRIGGER_GET, reading=("DOC-91", "table")), record(TRIGGER_TABLE, reading=("DOC-91", "example"))
    assert len(tally(base, one, other, methods=(A, B)).notes()) == notes


def test_notes_come_in_the_order_of_the_ledger() -> None:
    rows = [("DOC-98", "a"), ("DOC-91", "b"), ("DOC-98", "c"), ("DOC-91", "d")]
    cases = [BASE, TRIGGER_GET, GET, TRIGGER_TABLE]
    noted = tally(*(record(case, reading=row) for case, row in zip(cases, rows, strict=True))).notes()
    assert [note[:6] for note in noted] == ["DOC-91", "DOC-98"]


def test_withdrawn_cases_are_not_exercised_after_all() -> None:
    broke = cause("base-broken-at-end", "The base broke.", "z")
    counted = tally(
        record(ELSEWHERE), record(DROPPED, "FAIL"), record(CODE, "WARN"), record(BASE, "KNOWN"), record(GET, "N/A")
    )
    counted.withdraw(dict.fromkeys([ELSEWHERE, DROPPED, CODE, BASE, GET, TRIGGER_GET], broke))
    assert {case: str(verdict) for case, verdict in counted.verdicts.items()} == {
        **dict.fromkeys([ELSEWHERE, DROPPED, CODE, BASE], "INCONCLUSIVE"),
        GET: "N/A",
    }
    assert counted.withdrawn == dict.fromkeys([ELSEWHERE, DROPPED, CODE, BASE], broke)
    assert counted.cases[CODE].cause == broke
    assert counted.sentence("T").startswith(
        f"Partial run: 5 of {counted.total} cases. The base broke. Nothing could be tested on T. "
    )


def test_unproved_methods() -> None:
    assert tally(methods=(A, B)).unproved_methods() == [A, B]
    assert tally(record(CODE), methods=(A, B)).unproved_methods() == [A]
    assert tally(record(CODE, "WARN"), methods=(A, B)).unproved_methods() == [A]
    assert tally(record(CODE, "KNOWN"), methods=(B,)).unproved_methods() == [B]
    assert tally(record(CODE, "FAIL"), record(BASE, "INCONCLUSIVE")).unproved_methods() == [B]


def listed(counted: Tally) -> str:
    """Return the part of the sentence that counts."""
    rows = counted.rows()
    return (
        f"{len(rows.seen)} rows seen, {len(rows.other_reading)} met by another reading, "
        f"0 broken, {len(rows.not_reachable)} not reachable, {len(rows.excluded)} excluded."
    )


def test_sentence_of_a_whole_run() -> None:
    good = whole(seen=True)
    count = len(CASES)
    assert good.sentence("T") == (
        f"T conforms. {count} cases: {count} PASS, 0 WARN, 0 FAIL, 0 INCONCLUSIVE; {listed(good)}"
    )


def test_sentence_of_a_partial_run() -> None:
    assert tally(record(CODE, seen=True), record(ELSEWHERE)).sentence("T") == (
        f"Partial run: 2 of {len(CASES)} cases. T conforms in what was selected. 2 cases: 2 PASS, "
        "0 WARN, 0 FAIL, 0 INCONCLUSIVE; 1 row seen, 1 met by another reading, 0 broken, 0 not reachable, 0 excluded."
    )


def test_sentence_names_rarer_verdicts_only_where_they_are() -> None:
    sentence = tally(record(CODE, "N/A"), record(ELSEWHERE, "KNOWN"), record(BASE)).sentence("T")
    assert "3 cases: 1 PASS, 0 WARN, 0 FAIL, 0 INCONCLUSIVE, 1 N/A, 1 KNOWN; " in sentence
    assert sentence.endswith("; 0 rows seen, 0 met by another reading, 1 broken, 0 not reachable, 1 excluded.")
    assert sentence.count("ENGINE") == 0


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([record(CODE, "FAIL"), record(BASE, "INCONCLUSIVE", kind="no-value")], "T does not conform."),
        (
            [record(CODE, "FAIL"), record(BASE, "INCONCLUSIVE", kind="throttled", text="Too fast.")],
            "T does not conform. Too fast.",
        ),
        *(
            (
                [record(CODE), record(BASE, "INCONCLUSIVE", kind=kind, text="It is so.")],
                "It is so. T: 1 of 2 checks could be made, and passed; for the other 1 the report says what",
            )
            for kind in ("target-down", "indiscriminate", "control", "base-broken-at-end", "throttled")
        ),
    ],
)
def test_a_cause_that_concerns_a_whole_method_is_shown_beside_the_headline(
    records: list[CaseResult], words: str
) -> None:
    sentence = tally(*records).sentence("T")
    assert sentence.startswith(f"Partial run: 2 of {len(CASES)} cases. {words}")


def test_strictly_a_warn_counts_as_a_fail() -> None:
    counted = tally(record(CODE, "WARN"), record(BASE))
    assert " T passes 1 of 2 checks, and 1 warns. " in counted.sentence("T")
    counted.strict = True
    assert " T does not conform; strictly, a WARN counts as a FAIL. " in counted.sentence("T")


def test_sentence_of_known_deviations_and_of_a_stale_baseline() -> None:
    counted = tally(record(CODE, "KNOWN"), record(BASE))
    assert ". T conforms but for 1 known deviation in what was selected. " in counted.sentence("T")
    counted.add(record(ELSEWHERE, "KNOWN"))
    assert ". T conforms but for 2 known deviations in what was selected. " in counted.sentence("T")
    assert counted.sentence("T").endswith(" excluded.")
    counted.stale = 2
    assert counted.sentence("T").endswith(" excluded; 2 to change in the baseline.")


def test_sentence_gives_the_two_commonest_causes() -> None:
    cases = list(CASES)[:6]
    texts = ["Rare.", "Common.", "Common.", "Commonest.", "Commonest.", "Commonest."]
    counted = tally(
        *(record(case, "INCONCLUSIVE", kind="throttled", text=text) for case, text in zip(cases, texts, strict=True)),
        methods=(A, B),
    )
    assert " cases. Commonest. Common. Nothing could be tested on T. 6 cases: " in counted.sentence("T")


def test_a_cause_of_a_case_that_was_exercised_after_all_is_not_shown() -> None:
    counted = tally(record(CODE, "INCONCLUSIVE", kind="throttled", text="Too fast."), record(CODE))
    assert "Too fast." not in counted.sentence("T")


def test_a_whole_run_in_which_a_method_proved_nothing_says_so() -> None:
    assert whole("N/A").sentence("T").startswith("Nothing could be tested on T. ")
    assert whole("KNOWN").sentence("T").startswith(f"Nothing passed on T: it has {len(CASES)} known deviations. ")
    one = tally(
        *(record(case, "PASS" if CASES[case].method == A else "N/A") for case in CASES), methods=(A, B)
    ).sentence("T")
    assert one.partition(". ")[2].startswith(f"Nothing of {B} was proved. ")


def test_a_warned_row_is_counted_apart_and_only_where_there_is_one() -> None:
    assert "warned about" not in tally(record(CODE)).sentence("T")
    sentence = tally(record(CODE, "WARN"), record(ELSEWHERE)).sentence("T")
    assert sentence.endswith(
        "; 0 rows seen, 1 met by another reading, 1 warned about, 0 broken, 0 not reachable, 0 excluded."
    )
