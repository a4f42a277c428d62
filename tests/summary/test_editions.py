"""Cases that are newer than the edition: they are counted apart, and change nothing of what the others show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.baseline.entries import Baseline, read_baseline
from slack_conformance.baseline.staleness import Staleness
from slack_conformance.baseline.update import rebased
from slack_conformance.catalog.editions import Edition, Erratum
from slack_conformance.results.io import ResultsError, from_text, read_results, to_text
from slack_conformance.results.model import Known
from slack_conformance.results.terms import Verdict
from slack_conformance.run.account import Account
from slack_conformance.run.outcome import Exit
from slack_conformance.summary.editions import corrections_in, gates_in_words, in_edition
from slack_conformance.summary.plain import in_plain_words
from tests.baseline import build as baselines
from tests.invented import INVENTED
from tests.judge.build import CASES, A, B
from tests.report import build
from tests.results.build import case_result, cause, finding
from tests.summary.test_tally import CODE, DROPPED, ELSEWHERE, ROW, record, tally, whole

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.results.model import CaseResult

EDITION = Edition("2026.1", "2026-11-27", {}, {}, dict.fromkeys(CASES.keys() - {DROPPED}, "0" * 16))
FAILED: dict[str, Any] = {"observed": "ok", "findings": (finding(rule=ROW),)}
TERMS = Known("https://tracker.example/7", "Us", date.fromisoformat(baselines.FAR), "Later.")


def failed(case: str) -> CaseResult:
    """Return a FAIL of this case."""
    return record(case, "FAIL", **FAILED)


@pytest.mark.parametrize(
    "judged",
    [
        record(DROPPED),
        failed(DROPPED),
        record(DROPPED, "WARN", findings=(finding(level="WARN"),)),
        record(DROPPED, "INCONCLUSIVE", kind="no-value"),
        record(DROPPED, "KNOWN", known=TERMS, findings=(finding(),)),
    ],
    ids=lambda one: one.verdict,
)
def test_what_a_newer_case_will_be_follows_from_its_line(judged: CaseResult) -> None:
    newer = judged.newer()
    assert (newer.verdict, newer.judged) == (Verdict.NEW, judged.verdict)
    assert from_text(to_text(newer)) == newer
    assert newer.tried == judged.tried


@pytest.mark.parametrize("verdict", ["ENGINE", "N/A"])
def test_what_is_no_verdict_on_the_target_is_never_new(verdict: str) -> None:
    assert record(DROPPED, verdict, kind="engine").newer().verdict == verdict


def test_newer_cases_change_neither_exit_code_nor_rows_nor_faults() -> None:
    """Though every other verdict of the same case changes one of them."""
    without = whole()
    for verdict, more in (("FAIL", FAILED), ("WARN", FAILED), ("INCONCLUSIVE", {"kind": "no-value"}), ("PASS", {})):
        counted = whole()
        counted.add(record(DROPPED, verdict, **more).newer())
        assert counted.faults() == without.faults() == ()
        assert counted.unproved_methods() == []
        assert counted.counts[Verdict.NEW] == 1
        assert ", 1 NEW; " in counted.sentence("It")
        assert counted.sentence("It").startswith(f"It conforms. {len(CASES)} cases: {len(CASES) - 1} PASS, ")
        assert account(*counted.cases.values()).exit_code(0) == Exit.GOOD
    counted.add(failed(DROPPED))
    assert account(*counted.cases.values()).exit_code(0) == Exit.FAIL


def account(*records: CaseResult) -> Account:
    """Return the account of a whole run."""
    made = Account(INVENTED, (A, B), "It", Baseline())
    made.tally = tally(*records, methods=(A, B))
    made.edition = EDITION
    return made


def test_a_newer_pass_proves_no_row_and_no_method() -> None:
    alone = tally(record(DROPPED, seen=True).newer(), failed(CODE))
    assert alone.seen == set()
    assert ROW not in alone.rows().seen
    assert alone.unproved_methods() == [B]


def test_a_method_that_is_new_as_a_whole_need_not_be_proved() -> None:
    own = [record(case.id, "PASS" if case.method == A else "FAIL") for case in INVENTED.cases]
    grown = [one if one.method == A else one.newer() for one in own]
    assert tally(*grown, methods=(A, B)).unproved_methods() == []
    assert tally(*(one for one in grown if one.method == A), methods=(A, B)).unproved_methods() == [B]


def test_what_is_newer_alone_is_no_result() -> None:
    only = account(failed(DROPPED).newer())
    assert only.exit_code(0) == Exit.NO_TESTS
    assert only.exit_code(0, foreign_failure=True) == Exit.FAIL
    assert "Nothing counts on It: what was selected is newer than the edition. 1 case: " in only.sentence
    assert account(record(ELSEWHERE), failed(DROPPED).newer()).exit_code(0) == Exit.GOOD


def test_a_newer_case_is_withdrawn_as_one() -> None:
    counted = tally(record(DROPPED).newer())
    counted.withdraw({DROPPED: cause("base-broken-at-end")})
    assert counted.cases[DROPPED].verdict is Verdict.NEW
    assert counted.cases[DROPPED].judged is Verdict.INCONCLUSIVE
    assert counted.withdrawn.keys() == {DROPPED}


def test_the_end_of_a_run_names_what_will_not_pass() -> None:
    newer = [record(CODE).newer(), failed(DROPPED).newer()]
    (line,) = in_edition(EDITION, [*newer, record(ELSEWHERE)])
    said = "NEW  2 cases are new since edition 2026.1 and changed no exit code. Once counted: 1 PASS, 1 FAIL: "
    assert line == f"{said}{DROPPED} (FAIL)."
    assert list(in_edition(EDITION, [record(ELSEWHERE)])) == []
    many = [case_result(f"things.make.bad_{at}", verdict="INCONCLUSIVE", cause=cause()).newer() for at in range(10)]
    (line,) = in_edition(EDITION, many)
    assert line.endswith("(INCONCLUSIVE) and 2 more.")


def test_a_correction_is_told_where_it_concerns_a_case() -> None:
    errata = (
        Erratum(ROW, "2027-01-31", "It was too strict.", "1" * 16),
        Erratum(f"{A}.gone", "2027-02-01", "The page does not say so."),
        Erratum(f"{A}.bad_ticket", "2027-02-02", "Not of this run.", "1" * 16),
    )
    corrected = Edition("2026.1", "2026-11-27", {}, {}, EDITION.cases, errata)
    told = list(in_edition(corrected, [record(ELSEWHERE)]))
    assert told == [
        f"EDITION  since 2026.1 was published, {ROW} was corrected on 2027-01-31: It was too strict.",
        f"EDITION  since 2026.1 was published, {A}.gone was removed on 2027-02-01: The page does not say so.",
    ]
    assert corrections_in(["NEW  1 case", *told])[0].startswith(f"Since 2026.1 was published, {ROW} was corrected")


def test_a_baseline_of_another_edition_is_told() -> None:
    assert list(in_edition(EDITION, [record(CODE)], "2026.1")) == []
    (line,) = in_edition(EDITION, [record(CODE)], "2025.2")
    assert "the baseline was updated under 2025.2, and this run is judged by 2026.1" in line


def test_a_plan_counts_what_gates() -> None:
    old, both = [CASES[CODE]], [CASES[CODE], CASES[DROPPED]]
    assert list(gates_in_words(EDITION, both)) == ["edition 2026.1: 1 of 2 cases gate, 1 case new since"]
    assert list(gates_in_words(EDITION, old)) == ["edition 2026.1: every case gates"]
    assert list(gates_in_words(EDITION, old, whole=False)) == list(gates_in_words(None, both)) == []


def test_an_entry_for_a_newer_case_is_neither_stale_nor_removed(tmp_path: Path) -> None:
    """Even if it has expired: this edition does not need it."""
    path = tmp_path / baselines.write(tmp_path, baselines.entry(expires="2020-01-01"))
    baseline = read_baseline(path, baselines.CASES)
    newer = case_result(baselines.RULE, "dropped", "PASS").newer()
    staleness = Staleness(baseline)
    staleness.see(newer)
    assert staleness.changes({newer.id: newer.verdict}, partial=False) == []
    done = rebased(baseline, {newer.id: newer}, None, strict=True, partial=False, edition="2026.1")
    assert (done.removed, done.added) == ([], [])
    assert done.kept == [f"{newer.id}: is newer than the edition of this run"]
    assert done.text.startswith('# Ours.\nedition = "2026.1"\n\n[[known]]')
    path.write_text(done.text, encoding="utf-8")
    assert read_baseline(path, baselines.CASES).edition == "2026.1"
    again = rebased(read_baseline(path, baselines.CASES), {}, None, strict=True, partial=True, edition="2026.2")
    assert (again.text.count("edition = "), 'edition = "2026.2"' in again.text) == (1, True)


def test_a_newer_failure_gets_no_entry() -> None:
    newer = case_result(baselines.RULE, "dropped", "FAIL", findings=(finding(),)).newer()
    done = rebased(Baseline(), {newer.id: newer}, None, strict=True, partial=False)
    assert (done.added, done.remarks) == ([], ["nothing to accept"])
    assert "edition" not in done.text


def test_plain_words_count_newer_cases_apart(tmp_path: Path) -> None:
    cases = [build.case("bad_0"), build.case("bad_1", verdict="NEW")]
    plain = in_plain_words(build.results(tmp_path, cases))
    assert plain.title == "embedded sandbox conforms"
    assert plain.detail == "2 checks: 1 is newer than the edition and does not count, 1 passed."
    plain = in_plain_words(build.results(tmp_path, cases[1:]))
    assert plain.title == "Nothing counts on embedded sandbox: what was selected is newer than the edition"


def test_a_newer_case_with_findings_that_could_not_be_judged_is_refused(tmp_path: Path) -> None:
    case = build.case("bad_0", verdict="NEW", cause={"kind": "no-value", "text": "No colour.", "needs": "A colour."})
    with pytest.raises(ResultsError, match="is NEW, and yet has findings"):
        read_results(build.written(tmp_path / "r.jsonl", build.lines([case])))
