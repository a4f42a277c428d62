"""The snippets of docs/ci.md: their commands do what the page says."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest

from slack_conformance.baseline.entries import read_baseline
from slack_conformance.run.outcome import Exit
from tests.baseline.build import FAR
from tests.baselines import CASE, NOT_REFUSED
from tests.running import ROOT
from tests.targets import closed_port, deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

PAGE = (ROOT / "docs/ci.md").read_text("utf-8").replace("2027-06-30", FAR)
SNIPPETS = dict(re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?```(?:yaml|sh)\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))
UNAVAILABLE, ENTRY = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def _commands(snippet: str) -> list[list[str]]:
    """Return the commands of a workflow: what stands after `run:`, or in the list of a `script:`."""
    lines = re.findall(r"^(?: *- (?:run: )?)?((?:slack-conformance|python) .*)$", SNIPPETS[snippet], re.MULTILINE)
    return [shlex.split(line) for line in lines]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a user's repository, as the page expects it."""
    (tmp_path / "conformance").mkdir()
    (tmp_path / "slack-conformance").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "slack-conformance")
    (tmp_path / "conformance/baseline.toml").write_text(ENTRY, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("snippet", ["GitHub Actions", "GitLab"])
def test_a_pipeline(snippet: str, command: Runner, repository: Path) -> None:
    """It installs what it runs, knows what the page's entry accepts, and leaves the files that it promises."""
    install, run = _commands(snippet)
    assert install[:4] == ["python", "-m", "pip", "install"]
    project = tomllib.loads((repository / install[4] / "pyproject.toml").read_text("utf-8"))["project"]
    assert run[0] in project["scripts"]
    with deviating(NOT_REFUSED, repository / "conformance"):
        assert command(*run[1:], "-k", CASE).code == Exit.INCONCLUSIVE  # it asks for a whole run
        finished = command(*(word for word in run[1:] if word != "--whole"), "-k", CASE)
    assert finished.code == 0, finished.text
    assert finished.verdicts == {CASE: "KNOWN"}
    for promised in re.findall(r"(?<=[: ])reports/\S*", SNIPPETS[snippet]):
        assert (repository / promised).exists(), promised


@pytest.mark.parametrize("snippet", ["GitHub Actions", "GitLab"])
def test_a_pipeline_whose_target_is_down_is_not_green(snippet: str, command: Runner, repository: Path) -> None:
    """Nothing in the snippet tolerates it."""
    _, run = _commands(snippet)
    with closed_port() as url:
        (repository / "conformance/target.toml").write_text(f'url = "{url}"\n', encoding="utf-8")
        assert command(*run[1:], "-k", CASE).code == Exit.INCONCLUSIVE
    assert not re.search(r"allow_failure|continue-on-error|\|\|", SNIPPETS[snippet])


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
