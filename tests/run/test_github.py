"""What GitHub Actions gets: annotations at the rules in our data, and the step's summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root
from slack_conformance.results.terms import Verdict
from slack_conformance.run.github import MOST, place_of, workflow_commands
from slack_conformance.summary.faults import faults
from tests.baselines import CASE, NOT_REFUSED
from tests.results.build import case_result, finding
from tests.targets import deviating

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.catalog.model import Rule
    from slack_conformance.results.model import CaseResult
    from tests.running import Runner

CATALOG = load_catalog()


def _faults(*outcomes: CaseResult) -> list[str]:
    return workflow_commands(faults(outcomes), CATALOG, strict=False)


def _broken(rule: Rule, name: str, level: str = "FAIL", got: str = "ok:true") -> CaseResult:
    findings = (finding("presented", f"{rule.id} {got}", rule.id, level, rule.id),)
    return case_result(rule.id, name, level, findings=findings)


@pytest.mark.parametrize("rule", CATALOG.rules, ids=lambda rule: rule.id)
def test_every_rule_has_its_line(rule: Rule) -> None:
    """The line names the rule, or the base that it is about."""
    file, number = place_of(rule)
    line = (data_root() / file).read_text("utf-8").splitlines()[number - 1]
    name = rule.name.removeprefix("via-") if line.startswith("[base.") else rule.name
    assert re.search(rf'(\[base\.|code\s*=\s*"|name\s*=\s*"){re.escape(name)}["\]]', line), line


def test_at_most_ten_and_failures_first() -> None:
    """One for each fault; the last says how many more there are."""
    rules = CATALOG.rules[:14]
    broken = [
        _broken(rule, name, "WARN" if index < 3 else "FAIL")
        for index, rule in enumerate(rules)
        for name in ("one", "two")
    ]
    lines = _faults(*broken)
    assert len(lines) == MOST == 10
    assert all(line.startswith("::error file=fixtures/methods/") for line in lines)  # in this repository
    first = min(rule.id for rule in rules[3:])
    assert lines[0].endswith(f" {first} ok:true ({first}.one, {first}.two)")
    assert lines[-1].endswith("%0A4 more; the summary names them all.")
    warned = faults(one for one in broken if one.verdict is Verdict.WARN)
    assert [line.split()[0] for line in workflow_commands(warned, CATALOG, strict=False)] == ["::warning"] * 3
    assert [line.split()[0] for line in workflow_commands(warned, CATALOG, strict=True)] == ["::error"] * 3


def test_a_target_cannot_write_commands_of_its_own() -> None:
    """One line for each annotation, whatever the target says."""
    (line,) = _faults(_broken(CATALOG.rules[0], "one", got="100%\r\n::error::gone\x1b[31m, \u202eend" + "x" * 1000))
    assert line.isprintable()
    assert re.fullmatch(r"::error file=[\w./]+,line=\d+,title=[\w.-]+::.*", line)
    assert "100%25\\r\\n::error::gone" in line
    assert len(line) < 1000


def test_a_run_in_github_actions(suite: Runner, tmp_path: Path) -> None:
    """Annotations on standard output, and the summary added to what other commands of the step wrote."""
    (tmp_path / "step.md").write_text("Before.\n", encoding="utf-8")
    there = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "step.md")}
    with deviating(NOT_REFUSED, tmp_path) as profile:
        finished = suite(f"--conformance-profile={profile}", "-k", CASE, "-n", "2", env=there)
    assert finished.code == 1, finished.text
    (line,) = [line for line in finished.text.splitlines() if line.startswith("::")]
    assert line.startswith("::error title=oauth.access."), "no file of that name is in the user's repository"
    assert CASE in line
    summary = (tmp_path / "reports/summary.md").read_text("utf-8")
    assert (tmp_path / "step.md").read_text("utf-8") == "Before.\n" + summary
    assert "does not conform" in summary


def test_elsewhere_nothing_is_said(suite: Runner, tmp_path: Path) -> None:
    """A summary that cannot be written is a remark, not the end of the run."""
    finished = suite("-k", CASE, env={"GITHUB_STEP_SUMMARY": str(tmp_path / "no/such/folder.md")})
    assert finished.code == 0, finished.text
    assert "NOTE  GITHUB_STEP_SUMMARY: cannot be written" in finished.text
    assert "::" not in "".join(line[:2] for line in finished.text.splitlines())
