"""What GitHub Actions is told: annotations at the rules in our data, and the step's summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load_catalog
from conformance.catalog.place import data_root
from conformance.judge.model import Verdict
from conformance.run.github import MOST, Annotations, place_of
from tests.run.baselines import CASE, NOT_REFUSED
from tests.run.targets import deviating

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Rule
    from tests.run.conftest import Runner

CATALOG = load_catalog()


def _record(case: str, rule: str, verdict: str = "FAIL", got: str = "ok:true") -> dict[str, object]:
    finding = {"rule": rule, "code": "not-refused", "expected": "an error", "got": got}
    return {"id": case, "rule": rule, "verdict": verdict, "findings": [finding], "cause": None}


@pytest.mark.parametrize("rule", CATALOG.rules, ids=lambda rule: rule.id)
def test_every_rule_has_its_line(rule: Rule) -> None:
    """The line names the rule, or the base that it is about."""
    file, number = place_of(rule)
    line = (data_root() / file).read_text("utf-8").splitlines()[number - 1]
    name = rule.name.removeprefix("via-") if line.startswith("[base.") else rule.name
    assert re.search(rf'(\[base\.|code\s*=\s*"|name\s*=\s*"){re.escape(name)}["\]]', line), line


def test_at_most_ten_and_failures_first() -> None:
    """One for each rule; the last says how many more there are."""
    noted = Annotations(CATALOG)
    rules = CATALOG.rules[:14]
    verdicts = {}
    for index, rule in enumerate(rules):
        verdict = "WARN" if index < 3 else "FAIL"
        for case in (f"{rule.id}.one", f"{rule.id}.two"):
            verdicts[case] = Verdict(verdict)
            noted.add(_record(case, rule.id, verdict))
    lines = noted.lines(verdicts, strict=False)
    assert len(lines) == MOST == 10
    assert all(line.startswith("::error file=fixtures/methods/") for line in lines)
    assert f"({rules[3].id}.one and 1 more)" in lines[0]
    assert lines[-1].endswith("%0A4 more rules are broken; the summary names them all.")
    few = {case: verdict for case, verdict in verdicts.items() if verdict is Verdict.WARN}
    others = dict.fromkeys(verdicts.keys() - few.keys(), Verdict.INCONCLUSIVE)
    assert [line.split()[0] for line in noted.lines(few | others, strict=False)] == ["::warning"] * 3
    assert [line.split()[0] for line in noted.lines(few | others, strict=True)] == ["::error"] * 3


def test_a_target_cannot_write_commands_of_its_own() -> None:
    """One line for each annotation, whatever the target says."""
    noted, rule = Annotations(CATALOG), CATALOG.rules[0]
    noted.add(_record("a.case", rule.id, got="100%\r\n::error::gone\x1b[31m, \u202eend" + "x" * 1000))
    (line,) = noted.lines({"a.case": Verdict.FAIL}, strict=False)
    assert line.isprintable()
    assert re.fullmatch(r"::error file=[\w./]+,line=\d+,title=[\w.-]+::.*", line)
    assert "100%25\\r\\n::error::gone" in line
    assert len(line) < 800


def test_a_run_in_github_actions(suite: Runner, tmp_path: Path) -> None:
    """Annotations on standard output, and the summary added to what other commands of the step wrote."""
    (tmp_path / "step.md").write_text("Before.\n", encoding="utf-8")
    there = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "step.md")}
    with deviating(NOT_REFUSED, tmp_path) as profile:
        finished = suite(f"--conformance-profile={profile}", "-k", CASE, "-n", "2", env=there)
    assert finished.code == 1, finished.text
    (line,) = [line for line in finished.text.splitlines() if line.startswith("::")]
    assert line.startswith("::error file=fixtures/methods/oauth.access.toml,line=")
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
