"""The snippets of docs/ci.md: their commands do what the page says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from slack_conformance.baseline.entries import read_baseline
from slack_conformance.run.outcome import Exit
from tests.baseline.build import FAR
from tests.baselines import CASE, NOT_REFUSED
from tests.ci.composite import read_action
from tests.running import ROOT
from tests.targets import closed_port, deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

PAGE = (ROOT / "docs/ci.md").read_text("utf-8").replace("2027-06-30", FAR)
SNIPPETS = dict(re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?```(?:yaml|sh)\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
GATED = [shlex.split(line) for line in re.findall(r"^slack-conformance run .*--gate .*$", PAGE, re.MULTILINE)]
UNAVAILABLE, ENTRY = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def _commands(snippet: str) -> list[list[str]]:
    """Return the commands of a snippet for the shell."""
    lines = re.findall(r"^((?:slack-conformance|python) .*)$", SNIPPETS[snippet], re.MULTILINE)
    return [shlex.split(line) for line in lines]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a user's repository, as the page expects it."""
    (tmp_path / "conformance").mkdir()
    (tmp_path / "conformance/baseline.toml").write_text(ENTRY, encoding="utf-8")
    return tmp_path


def test_a_pipeline(command: Runner, repository: Path) -> None:
    """It knows what the page's entry accepts, and leaves the files that the page promises."""
    _, run = _commands("Any other")
    with deviating(NOT_REFUSED, repository / "conformance"):
        assert command(*run[1:], "-k", CASE).code == Exit.INCONCLUSIVE  # it asks for a whole run
        finished = command(*(word for word in run[1:] if word != "--whole"), "-k", CASE)
        assert finished.code == 0, finished.text
        assert finished.verdicts == {CASE: "KNOWN"}
        assert (repository / "reports/junit.xml").is_file()
        (gated,) = GATED
        (repository / "earlier").mkdir()
        (repository / "reports/results.jsonl").rename(repository / "earlier/results.jsonl")
        assert command(*gated[1:], "-k", CASE).code == Exit.FAIL  # what was known fails without the baseline


def test_a_pipeline_whose_target_is_down_is_not_green(command: Runner, repository: Path) -> None:
    """Nothing on the page tolerates it."""
    _, run = _commands("Any other")
    with closed_port() as url:
        (repository / "conformance/target.toml").write_text(f'url = "{url}"\n', encoding="utf-8")
        assert command(*run[1:], "-k", CASE).code == Exit.INCONCLUSIVE
    assert not re.search(r"continue-on-error|\|\|", PAGE)


@pytest.mark.parametrize(("snippet", "schema"), [("GitHub Actions", "github-workflows"), ("GitLab", "gitlab-ci")])
def test_a_snippet_is_valid_by_the_published_schema(snippet: str, schema: str, tmp_path: Path) -> None:
    file = tmp_path / "snippet.yml"
    file.write_text(SNIPPETS[snippet], encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a tool
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_knows_the_inputs_of_the_action(tmp_path: Path) -> None:
    inputs = read_action(ROOT / "action.yml")["inputs"]
    table = PAGE.partition("| input |")[2].partition("\n\n")[0]
    named = [
        name for cell in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`([^`]+)`", cell)
    ]
    assert named
    assert set(named) == inputs.keys()
    workflow = YAML(typ="safe", pure=True).load(SNIPPETS["GitHub Actions"])
    (used,) = (step for step in workflow["jobs"]["conformance"]["steps"] if "with" in step)
    assert used["with"].keys() <= inputs.keys()


def test_the_page_knows_the_variables_of_the_template() -> None:
    known = read_action(ROOT / "templates/slack-conformance.gitlab-ci.yml")["slack-conformance"]["variables"]
    used = YAML(typ="safe", pure=True).load(SNIPPETS["GitLab"])["slack-conformance"]["variables"]
    assert used.keys() <= known.keys()


def test_what_the_target_does_not_have_is_declared(command: Runner, repository: Path) -> None:
    """The lines of the page make its cases N/A, whose run is not the target's fault."""
    (state,) = tomllib.loads(UNAVAILABLE)["unavailable"]
    with closed_port() as url:
        (repository / "conformance/target.toml").write_text(f'url = "{url}"\n{UNAVAILABLE}', encoding="utf-8")
        finished = command("run", "--profile", "conformance/target.toml", "-k", state)
    assert set(finished.verdicts.values()) == {"N/A"}


def test_the_baseline_command(command: Runner, repository: Path) -> None:
    """It writes the entry that the page shows."""
    ((_, *arguments),) = _commands("What is known and accepted")
    file = repository / "conformance/baseline.toml"
    file.unlink()
    with deviating(NOT_REFUSED, repository / "conformance"):
        assert command("run", "--profile", "conformance/target.toml", "-k", CASE).code == 1
    finished = command(*arguments)
    assert finished.code == 0, finished.text
    assert ENTRY in file.read_text("utf-8")
    assert list(read_baseline(file, [CASE]).entries) == [CASE]


def test_the_page_knows_every_exit_code() -> None:
    """And no other."""
    cells = re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE)
    assert {int(code) for cell in cells for code in cell.split(",")} == {int(code) for code in Exit}
