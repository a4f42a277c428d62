"""A baseline: read strictly, bound to what was observed, and told when an entry no longer holds."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.datafile import DataError
from conformance.catalog.load import load_catalog
from conformance.catalog.place import data_root
from conformance.catalog.schema import schema
from conformance.gate.baseline import Baseline, read_baseline
from conformance.gate.staleness import Gate
from conformance.judge.model import Code, Verdict
from conformance.judge.summary import Tally
from tests.run.baselines import CASE, NOT_REFUSED, OTHER_CODE, RULE, WARNED, entry, write
from tests.run.targets import closed_port, deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.run.conftest import Runner

CASES = tuple(case.id for case in load_catalog().cases)
OTHER = "oauth.access.bad_redirect_uri.other-host"
INLINE = f"known = [{{{', '.join(entry().splitlines()[1:])}}}]"


def _read(folder: Path, *entries: str) -> Baseline:
    return read_baseline(folder / write(folder, *entries), CASES)


def _record(verdict: str, observed: str | None = "ok", *codes: str) -> dict[str, object]:
    return {"id": CASE, "verdict": verdict, "observed": observed, "findings": [{"code": code} for code in codes]}


def test_every_finding_can_be_accepted() -> None:
    """The schema's list of codes is the judge's."""
    known = schema("baseline.schema.json")["properties"]["known"]["items"]["properties"]["findings"]["items"]["enum"]
    assert known == [str(code) for code in Code]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (entry(ownr='"me"'), r"unknown key 'ownr'\. Did you mean 'owner'"),
        (entry(findings='["not-refusd"]'), r"'not-refusd' is not known here\. Did you mean 'not-refused'"),
        (entry(f"{RULE}.droped"), rf"baseline\.toml:4: case: there is no case .*\. Did you mean '{CASE}'"),
        (entry() + "\n" + entry(), r"baseline\.toml:13: case: .* stands in line 4 already"),
        (entry(expires='"tomorrow"'), "a TOML date"),
        (entry(expires="2027-02-30"), "is not TOML"),
        (entry(expires='"2027-02-30"'), "is not a 'date'"),
        (entry(issue='"ABC-1"'), "link to the issue"),
        (entry(reason='" "'), "Why it is accepted"),
        (entry(findings="[]"), "one more or one less"),
        (entry().replace('owner = "The sandbox team"\n', ""), "key 'owner' is missing"),
        (INLINE, r"Begin each with \[\[known\]\]"),
        ("[[knwon]]\n", "Did you mean 'known'"),
    ],
)
def test_slips_of_the_pen_are_refused(tmp_path: Path, text: str, words: str) -> None:
    """Each with file and place, and what was probably meant."""
    with pytest.raises(DataError, match=words):
        _read(tmp_path, text)


def test_an_empty_baseline_accepts_nothing(tmp_path: Path) -> None:
    """The last entry may go without the file."""
    assert not _read(tmp_path).entries
    assert not Baseline().entries


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        (_record("FAIL", "ok", "not-refused"), "KNOWN"),
        (_record("WARN", "ok", "not-refused"), "KNOWN"),
        (_record("FAIL", "ok", "not-refused", "not-refused"), "KNOWN"),
        (_record("FAIL", "ok", "not-refused", "status"), "FAIL"),
        (_record("FAIL", "invalid_code", "wrong-code"), "FAIL"),
        (_record("FAIL", "ok", "shape"), "FAIL"),
        (_record("PASS", "ok"), "PASS"),
        (_record("INCONCLUSIVE", "ok", "not-refused"), "INCONCLUSIVE"),
        (_record("ENGINE", "ok", "not-refused"), "ENGINE"),
        (_record("N/A", None), "N/A"),
        ({**_record("FAIL", "ok", "not-refused"), "id": OTHER}, "FAIL"),
    ],
)
def test_an_entry_accepts_just_what_was_observed(tmp_path: Path, record: dict[str, object], verdict: str) -> None:
    """Another code, one more finding, another case: nothing is hidden, and never what could not be judged."""
    judged = _read(tmp_path, entry()).judged(record)
    assert judged["verdict"] == verdict
    terms = {"issue": "https://tracker.example/7", "owner": "The sandbox team", "expires": "2999-12-31"}
    assert judged.get("known") == (terms | {"reason": "The gateway fills it in."} if verdict == "KNOWN" else None)


TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("verdict", "expires", "partial", "words"),
    [
        ("KNOWN", "2026-11-21", False, []),
        ("KNOWN", "2026-11-20", False, [f":9: {CASE} was accepted until 2026-11-20.", "expires = 2026-11-20"]),
        ("KNOWN", "2026-11-20", True, [f":9: {CASE} was accepted until 2026-11-20."]),
        ("INCONCLUSIVE", "2999-01-01", False, []),
        ("ENGINE", "2999-01-01", False, []),
        ("PASS", "2999-01-01", True, [f":3: {CASE} passes now. Delete lines 3 to 10."]),
        ("N/A", "2999-01-01", False, [f":3: {CASE} does not apply to this target. Delete lines 3 to 10."]),
        ("FAIL", "2999-01-01", False, [":5: ", "was accepted as ok (not-refused) and now shows ok (shape)"]),
        ("WARN", "2999-01-01", False, [":5: ", "was accepted as ok (not-refused) and now shows ok (shape)"]),
        (None, "2999-01-01", False, [f":3: no case {CASE} was run. Delete lines 3 to 10."]),
        (None, "2020-01-01", True, []),
    ],
)
def test_the_lines_to_change(
    tmp_path: Path, verdict: str | None, expires: str, *, partial: bool, words: list[str]
) -> None:
    """File, line, and what to do; a case that did not run in a partial run says nothing of its entry."""
    gate = Gate(_read(tmp_path, entry(expires=expires), entry(OTHER)), TODAY)
    verdicts = {OTHER: Verdict.KNOWN}
    if verdict is not None:
        verdicts[CASE] = Verdict(verdict)
        gate.see(_record(verdict, "ok", *(["shape"] if verdict in {"FAIL", "WARN"} else [])))
    changes = gate.changes(verdicts, partial=partial)
    assert len(changes) == bool(words)
    for word in words:
        assert word in changes[0]
        assert changes[0].startswith(str(tmp_path / "baseline.toml"))


def test_comments_and_long_texts_do_not_confuse_the_lines(tmp_path: Path) -> None:
    """A comment above an entry belongs to it; a text that looks like one is refused before it can mislead."""
    first = "# Because of the old gateway.\n" + entry(reason='"""\nOne.\nTwo.\n"""')
    baseline = _read(tmp_path, first, entry(OTHER))
    assert (baseline.entries[CASE].block.first, baseline.entries[CASE].block.last) == (3, 14)
    assert baseline.entries[OTHER].block.header == 16
    with pytest.raises(DataError, match="Begin each with"):
        _read(tmp_path, entry(reason='"""\n[[known]]\n"""'))


def test_what_rested_on_a_broken_base_is_not_known(tmp_path: Path) -> None:
    """Taken back like any other verdict, and no reason to change the entry."""
    tally, gate = Tally(load_catalog(), ("oauth.access",)), Gate(_read(tmp_path, entry()), TODAY)
    tally.verdicts[CASE] = Verdict.KNOWN
    tally.withdraw({CASE: {"kind": "base-broken-at-end", "text": "It broke.", "needs": "Patience."}})
    assert tally.verdicts == {CASE: Verdict.INCONCLUSIVE}
    assert gate.changes(tally.verdicts, partial=True) == []


def test_known_is_skipped_and_green(suite: Runner, tmp_path: Path) -> None:
    """Under xdist too; the record says on whose word, and JUnit says skipped."""
    file = write(tmp_path, entry())
    with deviating(NOT_REFUSED, tmp_path) as profile:
        arguments = (f"--conformance-profile={profile}", "-k", RULE, "--junitxml=junit.xml")
        finished = suite(*arguments, f"--conformance-baseline={file}", "-n", "2")
    assert finished.code == 0, finished.text
    known = next(line for line in finished.lines if line.get("verdict") == "KNOWN")
    assert (known["id"], known["known"]["owner"]) == (CASE, "The sandbox team")
    assert known["findings"][0]["code"] == "not-refused"
    assert finished.footer["counts"]["KNOWN"] == 1
    assert "conforms but for 1 known deviation in what was selected" in finished.footer["sentence"]
    assert "1 known" in finished.text
    junit = (tmp_path / "junit.xml").read_text("utf-8")
    assert 'failures="0" skipped="1"' in junit
    assert "https://tracker.example/7" in junit


def test_known_in_every_report_of_a_run(command: Runner, tmp_path: Path) -> None:
    """Allure says skipped, pytest-html xfailed, the summary names the owner."""
    file = write(tmp_path, entry())
    with deviating(NOT_REFUSED, tmp_path) as profile:
        finished = command("run", "--profile", profile, "--baseline", file, "-k", CASE)
    assert finished.code == 0, finished.text
    reports = tmp_path / "reports"
    results = [json.loads(path.read_text("utf-8")) for path in reports.glob("allure-results/*-result.json")]
    assert [result["status"] for result in results] == ["skipped"]
    assert "1 Expected failures" in (reports / "pytest.html").read_text("utf-8")
    assert "The sandbox team" in (reports / "summary.md").read_text("utf-8")
    assert "The sandbox team" in (reports / "conformance.html").read_text("utf-8")


def test_another_outcome_fails_as_it_is(suite: Runner, tmp_path: Path) -> None:
    """And the entry's line is told."""
    file = write(tmp_path, entry())
    with deviating(OTHER_CODE, tmp_path) as profile:
        finished = suite(f"--conformance-profile={profile}", f"--conformance-baseline={file}", "-k", CASE)
    assert finished.code == 1, finished.text
    assert finished.verdicts == {CASE: "FAIL"}
    assert f"BASELINE  baseline.toml:5: {CASE} was accepted as ok (not-refused) and now shows" in finished.text


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_mended_and_expired(suite: Runner, tmp_path: Path, workers: list[str]) -> None:
    """Exit 11 with the lines, which the results file holds as well."""
    file = write(tmp_path, entry(expires="2020-01-31"), entry(OTHER))
    with deviating(NOT_REFUSED, tmp_path) as profile:
        finished = suite(f"--conformance-profile={profile}", f"--conformance-baseline={file}", "-k", RULE, *workers)
    assert finished.code == 11, finished.text
    assert finished.verdicts[CASE] == "KNOWN"
    assert f"BASELINE  baseline.toml:9: {CASE} was accepted until 2020-01-31." in finished.text
    assert f"BASELINE  baseline.toml:12: {OTHER} passes now. Delete lines 12 to 19." in finished.text
    assert len(finished.footer["notes"]) == 2
    assert finished.footer["sentence"].endswith("; 2 to change in the baseline.")


def test_what_was_not_exercised_keeps_its_entry(suite: Runner, tmp_path: Path) -> None:
    """A target that is down mends nothing, and a baseline makes it no greener."""
    file = write(tmp_path, entry())
    with closed_port() as url:
        finished = suite(f"--conformance-target={url}", f"--conformance-baseline={file}", "-k", CASE)
    assert finished.code == 10, finished.text
    assert finished.verdicts == {CASE: "INCONCLUSIVE"}
    assert "BASELINE" not in finished.text


def test_an_entry_for_no_case(suite: Runner, tmp_path: Path) -> None:
    """Matches nothing in a whole run; a partial run leaves it alone."""
    file = write(tmp_path, entry("some.method.that.never.was"))
    partial = suite(f"--conformance-baseline={file}", "-k", CASE)
    whole = suite(env={"CONFORMANCE_BASELINE": file})
    assert (partial.code, whole.code) == (0, 11), whole.text
    assert "BASELINE  baseline.toml:3: no case some.method.that.never.was was run. Delete lines 3 to 10." in whole.text


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_an_unusable_baseline_stops_the_run(suite: Runner, tmp_path: Path, workers: list[str]) -> None:
    """Before its first request, with one message."""
    finished = suite(f"--conformance-baseline={write(tmp_path, entry(ownr='1'))}", *workers)
    assert finished.code == 4, finished.text
    assert "unknown key 'ownr'. Did you mean 'owner'?" in finished.text
    assert "Traceback" not in finished.text


def test_strict(suite: Runner, tmp_path: Path) -> None:
    """A WARN counts as a FAIL for the exit code, and the sentence says so; accepted, it is KNOWN."""
    where = "oauth.access.via-get.accepted"
    file = write(tmp_path, entry(where, findings='["media-type"]'))
    with deviating(WARNED, tmp_path) as profile:
        arguments = (f"--conformance-profile={profile}", "-k", where)
        accepted = suite(*arguments, "--conformance-strict", f"--conformance-baseline={file}")
        lenient, strict = suite(*arguments), suite(*arguments, "--conformance-strict")
    assert (lenient.code, strict.code, accepted.code) == (0, 1, 0), strict.text
    assert strict.verdicts == {where: "WARN"}
    assert "does not conform: strictly, a WARN counts as a FAIL." in strict.text


def test_the_example_baseline_is_usable() -> None:
    """As it stands in the fixtures, with a case that exists."""
    example = data_root() / "fixtures/baselines/example.toml"
    assert set(read_baseline(example, CASES).entries) == {f"{RULE}.other-host"}
