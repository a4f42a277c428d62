"""A run with a baseline: what it accepts is KNOWN, and entries that no longer hold are reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from slack_conformance.baseline.entries import read_baseline
from slack_conformance.baseline.staleness import Staleness
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root
from slack_conformance.results.terms import Verdict
from slack_conformance.summary.tally import Tally
from tests.baselines import CASE, NOT_REFUSED, OTHER, OTHER_CODE, RULE, WARNED, entry, write
from tests.invented import INVENTED
from tests.results.build import cause
from tests.summary.test_tally import ELSEWHERE, record
from tests.targets import closed_port, deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

CASES = tuple(case.id for case in load_catalog().cases)


def test_what_rested_on_a_broken_base_is_not_known(tmp_path: Path) -> None:
    """Taken back like any other verdict, and no reason to change the entry."""
    tally = Tally(INVENTED, tuple(INVENTED.methods))
    staleness = Staleness(read_baseline(tmp_path / write(tmp_path, entry(ELSEWHERE)), [ELSEWHERE]))
    tally.add(record(ELSEWHERE, "KNOWN"))
    tally.withdraw({ELSEWHERE: cause("base-broken-at-end", "It broke.", "Patience.")})
    assert tally.verdicts == {ELSEWHERE: Verdict.INCONCLUSIVE}
    assert staleness.changes(tally.verdicts, partial=True) == []


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
    """And the entry's line is named."""
    file = write(tmp_path, entry())
    with deviating(OTHER_CODE, tmp_path) as profile:
        finished = suite(f"--conformance-profile={profile}", f"--conformance-baseline={file}", "-k", CASE)
    assert finished.code == 1, finished.text
    assert finished.verdicts == {CASE: "FAIL"}
    assert f"BASELINE  baseline.toml:5: {CASE} was accepted as ok (not-refused) and now shows" in finished.text


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_fixed_and_expired(suite: Runner, tmp_path: Path, workers: list[str]) -> None:
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
    """A target that is down fixes nothing, and a baseline does not make it pass."""
    file = write(tmp_path, entry())
    with closed_port() as url:
        finished = suite(f"--conformance-target={url}", f"--conformance-baseline={file}", "-k", CASE)
    assert finished.code == 10, finished.text
    assert finished.verdicts == {CASE: "INCONCLUSIVE"}
    assert "BASELINE" not in finished.text


def test_an_entry_for_no_case(suite: Runner, tmp_path: Path) -> None:
    """Matches nothing in a whole run, whatever came of its cases; a partial run leaves it alone."""
    file = write(tmp_path, entry("some.method.that.never.was"))
    partial = suite(f"--conformance-baseline={file}", "-k", CASE)
    with closed_port() as url:
        whole = suite(f"--conformance-target={url}", env={"CONFORMANCE_BASELINE": file})
    assert (partial.code, whole.code) == (0, 11), whole.text
    assert "BASELINE  baseline.toml:3: no case some.method.that.never.was was run. Delete lines 3 to 10." in whole.text


def test_an_unusable_baseline_stops_the_run(suite: Runner, tmp_path: Path) -> None:
    """Before its first request, with one message."""
    finished = suite(f"--conformance-baseline={write(tmp_path, entry(ownr='1'))}")
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
    assert "does not conform: answers are not application/json by their Content-Type" in strict.text
    assert "; strictly, a WARN counts as a FAIL." in strict.text


def test_the_example_baseline_is_usable() -> None:
    """As it stands in the fixtures, with a case that exists."""
    example = data_root() / "fixtures/baselines/example.toml"
    assert set(read_baseline(example, CASES).entries) == {OTHER}
