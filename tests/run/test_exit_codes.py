"""Every row of the exit-code table, by a run that ends so, and the order among them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.baseline.entries import Baseline
from slack_conformance.results.terms import Verdict
from slack_conformance.run.account import Account
from slack_conformance.run.options import NO_OPTIONS
from slack_conformance.run.outcome import Exit, exit_code
from slack_conformance.summary.tally import Tally
from tests.baselines import CASE, NOT_REFUSED, RULE, WARNED, entry, write
from tests.invented import INVENTED
from tests.summary.test_tally import record
from tests.targets import closed_port, deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

ORDER = (12, 3, 2, 4, 5, 1, 11, 10, 0)

FAILS_ITSELF = """
import slack_conformance.engine.engine
def judge(shown):
    raise LookupError("not the target's fault")
slack_conformance.engine.engine.judge = judge
"""
KNOWS_LESS = """
from slack_conformance.sandbox import access
access.CHECKS = tuple(check for check in access.CHECKS if check.condition != "credentials.absent")
"""
INTERRUPTS = """
def pytest_runtest_logfinish():
    raise KeyboardInterrupt
"""


def test_the_highest_wins() -> None:
    """Whatever else applies."""
    for higher, lower in itertools.combinations(ORDER, 2):
        assert exit_code(lower, higher) == exit_code(higher, lower) == higher
    assert set(ORDER) == {int(code) for code in Exit}
    assert exit_code() == 0


def _plugin(folder: Path, text: str) -> tuple[str, str]:
    (folder / "for_this_test.py").write_text(text, encoding="utf-8")
    return "-p", "for_this_test"


def test_0_all_that_was_selected_conforms(suite: Runner) -> None:
    finished = suite("-k", CASE)
    assert finished.code == finished.footer["exit"] == 0, finished.text


def test_1_a_rule_is_broken(suite: Runner, tmp_path: Path) -> None:
    """One FAIL is enough."""
    with deviating(NOT_REFUSED, tmp_path) as profile:
        finished = suite(f"--conformance-profile={profile}", "-k", RULE)
    assert finished.code == finished.footer["exit"] == 1, finished.text
    assert finished.footer["counts"]["FAIL"] == 1


@pytest.mark.parametrize(("strict", "code"), [([], 0), (["--strict"], 1)])
def test_1_strictly_a_warning_too(command: Runner, tmp_path: Path, strict: list[str], code: int) -> None:
    with deviating(WARNED, tmp_path) as profile:
        finished = command("run", *strict, "--profile", profile, "-k", "oauth.access.via-get.accepted")
    assert finished.code == finished.footer["exit"] == code, finished.text
    assert set(finished.verdicts.values()) == {"WARN"}


def test_2_interrupted(suite: Runner, tmp_path: Path) -> None:
    """What was recorded is kept, and marked as cut."""
    finished = suite("-k", RULE, *_plugin(tmp_path, INTERRUPTS))
    assert finished.code == finished.footer["exit"] == 2, finished.text
    assert finished.footer["cut"]
    assert len(finished.verdicts) == 1


def test_3_the_suite_itself_fails(suite: Runner, tmp_path: Path) -> None:
    """Before a FAIL of somebody else's test in the same run, and never blamed on the target."""
    (tmp_path / "test_mine.py").write_text("def test_bad(): assert 0\n", encoding="utf-8")
    finished = suite("test_mine.py", "-k", f"[{CASE}] or test_bad", *_plugin(tmp_path, FAILS_ITSELF))
    assert finished.code == finished.footer["exit"] == 3, finished.text
    assert finished.verdicts == {CASE: "ENGINE"}
    assert "The suite itself failed" in finished.footer["sentence"]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_4_data_with_a_condition_that_nothing_finds(command: Runner, tmp_path: Path, workers: list[str]) -> None:
    """One message, before anything is sent."""
    finished = command("run", "-k", CASE, *_plugin(tmp_path, KNOWS_LESS), *workers)
    assert finished.code == 4, finished.text
    assert finished.text.count("no check in conformance/sandbox finds the condition 'credentials.absent'") == 1
    assert "Traceback" not in finished.text
    assert not (tmp_path / "reports/results.jsonl").exists()


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "inf"])
def test_4_no_number_of_seconds(suite: Runner, seconds: str) -> None:
    finished = suite(f"--conformance-max-time={seconds}", "-k", CASE)
    assert finished.code == 4, finished.text
    assert f"--conformance-max-time: '{seconds}' is not a number of seconds above 0." in finished.text


@pytest.mark.parametrize("option", ["--conformance-profile", "--conformance-baseline"])
def test_4_wrong_usage(suite: Runner, option: str) -> None:
    finished = suite(f"{option}=nowhere.toml", "-k", CASE)
    assert finished.code == 4, finished.text
    assert "nowhere.toml: cannot be read" in finished.text
    assert not (finished.folder / "reports/results.jsonl").exists()


def test_5_nothing_was_selected(suite: Runner) -> None:
    assert suite("-k", "no-case-of-this-name").code == 5


def test_10_something_could_not_be_tried(suite: Runner) -> None:
    with closed_port() as url:
        finished = suite(f"--conformance-target={url}", "-k", CASE)
    assert finished.code == finished.footer["exit"] == 10, finished.text


@pytest.mark.parametrize("way", ["option", "environment", "ini"])
def test_10_a_run_that_was_to_be_whole_and_is_not(suite: Runner, tmp_path: Path, way: str) -> None:
    """Whoever left the cases out: here a line in an ini file."""
    lines = ["[pytest]", f"addopts = -k [{CASE}]", *(["conformance_whole = true"] if way == "ini" else [])]
    (tmp_path / "pytest.ini").write_text("\n".join(lines), encoding="utf-8")
    asked = ["--conformance-whole"] if way == "option" else []
    finished = suite(*asked, env={"CONFORMANCE_WHOLE": "1"} if way == "environment" else {})
    assert finished.code == finished.footer["exit"] == 10, finished.text
    assert "WHOLE  the run was to be whole, but 1 of " in finished.text
    assert any(note.startswith("WHOLE  ") for note in finished.footer["notes"])


def test_whole_runs_are_as_good_as_ever() -> None:
    account = Account(INVENTED, tuple(INVENTED.methods), "It", Baseline(), replace(NO_OPTIONS, whole=True))
    cases = list(INVENTED.cases)
    for case in cases[:-1]:
        account.tally.add(record(case.id, "PASS"))
    assert account.exit_code(0) == 10
    account.tally.add(record(cases[-1].id, "PASS"))
    assert account.exit_code(0) == 0


def test_10_the_time_is_up(suite: Runner) -> None:
    finished = suite("-k", CASE, env={"CONFORMANCE_MAX_TIME": "0.000001"})
    assert finished.code == finished.footer["exit"] == 10, finished.text
    assert "The run has taken the 1e-06 s that it may" in finished.text


def test_10_a_method_in_which_nothing_passed() -> None:
    """A run of nothing but excluded and known cases is not green, and neither is a method of which that is true."""
    cases = {case.id: case.method for case in INVENTED.cases}
    for empty in INVENTED.methods:
        for verdict in (Verdict.KNOWN, Verdict.NOT_APPLICABLE):
            tally = Tally(INVENTED, tuple(INVENTED.methods))
            for case, method in cases.items():
                tally.add(record(case, verdict if method == empty else "PASS"))
            account = Account(INVENTED, tuple(INVENTED.methods), "It", Baseline())
            account.tally = tally
            assert account.exit_code(0) == 10
            assert f"Nothing of {empty} was proved." in tally.sentence("It")


def test_11_the_baseline_is_out_of_date(suite: Runner, tmp_path: Path) -> None:
    """Here: what it accepts has been fixed."""
    finished = suite(f"--conformance-baseline={write(tmp_path, entry())}", "-k", CASE)
    assert finished.code == finished.footer["exit"] == 11, finished.text
    assert f"BASELINE  baseline.toml:3: {CASE} passes now. Delete lines 3 to 10." in finished.text
