"""What a pytest user tries first: reports, ids to paste, the lists of marks and fixtures, a run without the plugin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from slack_conformance.run.cases import marks_of
from tests.baselines import CASE
from tests.running import _is_installed, _runner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

PLUGIN = () if _is_installed() else ("-p", "slack_conformance.plugin")


def test_a_plain_run_writes_the_reports_and_names_ids_that_can_be_pasted(tmp_path: Path) -> None:
    pytest_in = _runner(tmp_path, "pytest", "--pyargs", *PLUGIN)
    finished = pytest_in("slack_conformance", "-k", CASE, "-v")
    assert finished.code == 0, finished.text
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {
        "results.jsonl",
        "conformance.html",
        "summary.md",
        "ctrf.json",
    }
    (node,) = re.findall(rf"^(\S+\[{re.escape(CASE)}\]) PASSED", finished.text, re.MULTILINE)
    again = pytest_in(node, "--conformance-reports=there")
    assert again.code == 0, again.text
    assert "1 passed" in again.text
    assert (tmp_path / "there/results.jsonl").is_file()


def test_an_empty_folder_writes_no_report(tmp_path: Path) -> None:
    finished = _runner(tmp_path, "pytest", *PLUGIN)(
        "--pyargs", "slack_conformance", "-k", CASE, "--conformance-reports="
    )
    assert finished.code == 0, finished.text
    assert not (tmp_path / "reports").exists()


def test_the_lists_of_marks_and_fixtures(tmp_path: Path) -> None:
    """Every mark is there, without a case collected; of the fixtures only those that are meant for others."""
    pytest_in = _runner(tmp_path, "pytest", *PLUGIN)
    listed = set(re.findall(r"^@pytest\.mark\.(\w+):", pytest_in("--markers").text, re.MULTILINE))
    assert {mark for case in load_catalog().cases for mark in marks_of(case)} <= listed
    fixtures = pytest_in("--fixtures", "--pyargs", "slack_conformance").text
    assert "slack_sandbox" in fixtures
    assert "evidence" not in fixtures
    assert "examiner" not in fixtures


def test_without_the_plugin_there_is_one_hint(tmp_path: Path) -> None:
    finished = _runner(tmp_path, "pytest", "--pyargs", "slack_conformance")("-p", "no:slack_conformance.plugin")
    assert finished.code == 2, finished.text
    assert finished.text.count("Remove -p no:slack_conformance.plugin") == 1
    assert "Traceback" not in finished.text


def test_quiet_is_two_lines(command: Runner) -> None:
    """The sentence, and pytest's counts."""
    finished = command("run", "-k", CASE, "-q")
    assert finished.code == 0, finished.text
    sentence, counts = [line for line in finished.text.splitlines() if line]
    assert sentence == finished.footer["sentence"]
    assert counts.startswith("1 passed")
