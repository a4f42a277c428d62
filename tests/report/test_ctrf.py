"""The report in the Common Test Report Format: valid by the published schema, and honest about what was not tested."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from slack_conformance.cli import main
from slack_conformance.report.ctrf import render_ctrf
from slack_conformance.results.io import CutError, read_results
from slack_conformance.results.terms import Verdict
from slack_conformance.run.outcome import Exit
from tests.baselines import CASE, NOT_REFUSED
from tests.report import build
from tests.targets import deviating

if TYPE_CHECKING:
    from tests.running import Runner

KNOWN = {
    "issue": "https://tracker.example/7",
    "owner": "The sandbox team",
    "expires": "2027-06-30",
    "reason": "The gateway fills it in.",
}


PUBLISHED = "ctrf@0.3.0"
"""The package of the registry of npm that has the schema."""


@cache
def schema() -> Any:  # noqa: ANN401 - a document
    """Return the published schema, which is not ours to copy; skip the test if it cannot be had."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm, which fetches the published schema, is not installed")
    with TemporaryDirectory() as folder:
        command = [npm, "pack", PUBLISHED, "--silent", "--pack-destination", folder]
        if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603 - a fixed command
            pytest.skip(f"npm cannot fetch {PUBLISHED}")
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as files:
            content = files.extractfile("package/dist/ctrf-schema-0.0.json")
            assert content is not None
            return json.load(content)


def valid(text: str) -> Any:  # noqa: ANN401 - a document
    """Return the report, which the schema must accept."""
    document = json.loads(text)
    jsonschema.Draft7Validator(schema(), format_checker=jsonschema.FormatChecker()).validate(document)
    return document


def test_the_schema_refuses_what_is_none() -> None:
    """Otherwise the other tests would prove nothing."""
    jsonschema.Draft7Validator.check_schema(schema())
    with pytest.raises(jsonschema.ValidationError):
        valid('{"reportFormat":"CTRF","specVersion":"0.0.0","results":{"tests":[]}}')


@pytest.mark.parametrize(("findings", "status"), [(None, "skipped"), ([], "passed")])
def test_what_is_newer_fails_nothing(findings: list[object] | None, status: str, tmp_path: Path) -> None:
    changes: dict[str, Any] = {} if findings is None else {"findings": findings}
    case = build.case("row_1", **{"verdict": "NEW", **changes})
    found = json.loads(render_ctrf(build.results(tmp_path, [case])))["results"]
    assert [(one["status"], one["rawStatus"]) for one in found["tests"]] == [(status, "NEW")]
    assert (found["summary"]["failed"], found["environment"]["extra"]["edition"]) == (0, "2026.1")


def test_each_verdict_has_its_status(tmp_path: Path) -> None:
    cases = [build.case(f"row_{number}", verdict=one) for number, one in enumerate(build.VERDICTS)]
    found = valid(render_ctrf(build.results(tmp_path, cases)))["results"]
    assert {one["rawStatus"]: one["status"] for one in found["tests"]} == {
        "PASS": "passed",
        "WARN": "passed",
        "FAIL": "failed",
        "ENGINE": "failed",
        "INCONCLUSIVE": "other",
        "N/A": "skipped",
        "KNOWN": "skipped",
        "NEW": "skipped",
    }
    counts = {name: found["summary"][name] for name in ("tests", "passed", "failed", "skipped", "pending", "other")}
    assert counts == {"tests": 8, "passed": 2, "failed": 2, "skipped": 3, "pending": 0, "other": 1}
    assert found["summary"]["stop"] - found["summary"]["start"] == 2000
    assert set(build.VERDICTS) == set(Verdict)


@pytest.mark.parametrize(("verdict", "healthy"), [("PASS", True), ("FAIL", False), ("INCONCLUSIVE", False)])
def test_a_run_that_tested_nothing_is_not_healthy(verdict: str, healthy: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    found = valid(render_ctrf(build.results(tmp_path, [build.case("row", verdict=verdict)])))
    assert found["results"]["environment"]["healthy"] is healthy


def test_a_cut_run_is_not_healthy(tmp_path: Path) -> None:
    path = build.written(tmp_path / "r.jsonl", build.lines([build.case("row")])[:-1])
    with pytest.raises(CutError) as raised:
        read_results(path)
    environment = valid(render_ctrf(raised.value.results))["results"]["environment"]
    assert environment["healthy"] is False
    assert environment["extra"]["sentence"] == "Cut off after 1 case."


def test_a_failure_says_what_was_sent_expected_and_got(tmp_path: Path) -> None:
    (test,) = valid(render_ctrf(build.results(tmp_path, [build.case("row", verdict="FAIL")])))["results"]["tests"]
    assert test["suite"] == ["things.make", "errors", "things.make.row"]
    assert test["tags"] == ["must", "request"]
    assert test["filePath"] == "fixtures/methods/things.make.toml"
    assert "accepted" in test["message"]
    assert "sent      base post-form; edit: argument colour" in test["trace"]
    assert "expected  refused with row" in test["trace"]


def test_a_known_deviation_names_its_terms_and_a_cause_what_helps(tmp_path: Path) -> None:
    cases = [build.case("one", verdict="KNOWN", known=KNOWN), build.case("two", verdict="INCONCLUSIVE")]
    known, untried = valid(render_ctrf(build.results(tmp_path, cases)))["results"]["tests"]
    assert known["message"].endswith(
        "; known: https://tracker.example/7, The sandbox team, until 2027-06-30: The gateway fills it in."
    )
    assert untried["message"] == "No colour was given."
    assert untried["trace"] == "needs     a colour"


def test_what_a_target_says_is_shown_and_short(tmp_path: Path) -> None:
    """No character of it commands a terminal, and no answer makes the report large."""
    finding = build.case("row", verdict="FAIL")["findings"][0] | {"got": "\x1b[31m\u202e" + "x" * 9999}
    text = render_ctrf(build.results(tmp_path, [build.case("row", verdict="FAIL", findings=[finding])]))
    assert text.isascii()
    assert "\\u001b" not in text
    assert "\\u202e" not in text
    assert len(text) < 4000


def test_it_is_made_again_where_the_user_wants_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = build.written(tmp_path / "r.jsonl", build.lines([build.case("row")]))
    assert main(["report", str(results), "--ctrf", str(tmp_path / "other.json")]) == Exit.GOOD
    assert not (tmp_path / "ctrf.json").exists()
    valid((tmp_path / "other.json").read_text("utf-8"))
    assert main(["report", str(results), "--ctrf", str(results)]) == Exit.USAGE
    assert "is an input file" in capsys.readouterr().err
    assert read_results(results).cases


@pytest.mark.slow
def test_a_run_writes_it(command: Runner, tmp_path: Path) -> None:
    with deviating(NOT_REFUSED, tmp_path) as profile:
        first = command("run", "--profile", profile, "-k", CASE)
        assert first.code == Exit.FAIL
        report = valid((tmp_path / "reports/ctrf.json").read_text("utf-8"))
        assert [(one["testId"], one["status"]) for one in report["results"]["tests"]] == [(CASE, "failed")]
        again = command("run", "--profile", profile, "-k", CASE, "--ctrf", "deep/own.json")
        assert again.code == Exit.FAIL, again.text
        assert "deep/own.json" in again.text
        valid((tmp_path / "deep/own.json").read_text("utf-8"))
        assert command("run", "--profile", profile, "-k", CASE, "--ctrf", profile).code == Exit.USAGE
        assert command("run", "--profile", profile, "-k", CASE, "--ctrf", "deep").code == Exit.USAGE
