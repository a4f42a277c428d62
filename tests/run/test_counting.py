"""Every collected case is counted, by its own id and as what pytest saw, or the run ends as a fault of the suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.deviations import find
from slack_conformance.run.counting import Counting
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.summary.tally import Tally
from tests.baselines import CASE, NOT_REFUSED
from tests.cases import case_of
from tests.results.build import case_result, cause
from tests.targets import deviating, overruling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.running import Runner

CATALOG = load_catalog()
FAULT = "oauth.access.bad_client_secret--any-by-form"
FAILED = case_of("oauth.access.bad_client_secret")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(CATALOG, deviation=find(FAULT, CATALOG)) as served:
        yield served


def _profile(folder: Path, sandbox: Sandbox, control: str) -> str:
    (folder / "target.toml").write_text(f'url = "{sandbox.url}"\ncontrol = "{control}"\n', encoding="utf-8")
    return "--profile=target.toml"


def test_a_control_api_cannot_make_two_cases_one(command: Runner, tmp_path: Path, sandbox: Sandbox) -> None:
    """By values that are parts of their ids: the failed one stays failed, whatever the result of the other."""
    with overruling(str(sandbox.control), {"refresh_token": ["by-form", "by-get"]}) as control:
        finished = command("run", _profile(tmp_path, sandbox, control), "-k", "bad_client_secret", "-n", "2")
    assert finished.code == finished.footer["exit"] == 1, finished.text
    assert finished.verdicts[FAILED] == "FAIL"
    assert len(finished.verdicts) == sum(finished.footer["counts"].values())
    assert f"FAIL  {FAILED}" in finished.text


def test_a_control_api_that_gives_what_no_request_takes(command: Runner, tmp_path: Path, sandbox: Sandbox) -> None:
    with overruling(str(sandbox.control), {"a": ["by-form", "by-get"]}) as control:
        finished = command("run", _profile(tmp_path, sandbox, control), "-k", "bad_client_secret")
    assert finished.code == 10, finished.text
    assert "The control API gave values that no request uses: 'a'." in finished.text


LOSES = """
import pytest
from msgspec.structs import replace
from slack_conformance.results.model import Verdict
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item):
    report = yield
    if "[{case}]" in item.nodeid:
        {change}
    return report
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_case_that_is_not_counted(suite: Runner, tmp_path: Path, workers: str) -> None:
    (tmp_path / "loses.py").write_text(
        LOSES.format(case=CASE, change="report.__dict__.pop('conformance', None)"), encoding="utf-8"
    )
    finished = suite("-k", CASE.rpartition(".")[0], "-n", workers, "-p", "loses")
    assert finished.code == finished.footer["exit"] == 3, finished.text
    assert f"ERROR: 1 case was collected, but not counted: {CASE}." in finished.text


def test_a_failure_that_is_counted_as_something_else(suite: Runner, tmp_path: Path) -> None:
    other = "replace(report.conformance, verdict=Verdict.PASS, findings=())"
    change = f"if hasattr(report, 'conformance'): report.conformance = {other}"
    (tmp_path / "loses.py").write_text(LOSES.format(case=CASE, change=change), encoding="utf-8")
    with deviating(NOT_REFUSED, tmp_path) as profile:
        finished = suite(f"--conformance-profile={profile}", "-k", CASE, "-p", "loses")
    assert finished.code == finished.footer["exit"] == 3, finished.text
    assert f"ERROR: 1 case was seen to fail, but counted otherwise: {CASE}." in finished.text


def test_what_somebody_else_skips_is_not_lost(suite: Runner, tmp_path: Path) -> None:
    text = f"""
import pytest
def pytest_runtest_setup(item):
    if "[{CASE}]" in item.nodeid:
        pytest.skip("not today")
"""
    (tmp_path / "skips.py").write_text(text, encoding="utf-8")
    finished = suite("-k", CASE.rpartition(".")[0], "-p", "skips")
    assert finished.code == 0, finished.text
    assert CASE not in finished.verdicts


def _report(**said: object) -> Any:  # noqa: ANN401 - it looks like one of pytest's reports
    class Report:
        when, failed, skipped = "call", False, False

    report = Report()
    vars(report).update(said)
    return report


def test_what_is_withdrawn_is_a_failure_no_more_and_a_run_that_ended_early_is_not_whole() -> None:
    counting, tally = Counting(), Tally(CATALOG, tuple(CATALOG.methods))
    counting.expect(["a", "b", "c"])
    counting.see(_report(conformance_case="a", failed=True, accounted=True))
    tally.cases["a"] = case_result("method.rule", verdict="INCONCLUSIVE", id="a")
    assert list(counting.problems(tally, whole=True)) == [
        "2 cases were collected, but not counted: b, c.",
        "1 case was seen to fail, but counted otherwise: a.",
    ]
    tally.withdrawn["a"] = cause()
    assert list(counting.problems(tally, whole=False)) == []
