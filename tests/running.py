"""Runs of the suite in a folder of their own, as a user starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.run.outcome import Exit
from slack_conformance.verify.verify import State, verify_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Finished:
    """A run that has ended: exit code, what it printed, and its results if it wrote any."""

    code: int
    text: str
    folder: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of the results file."""
        return [json.loads(line) for line in (self.folder / "reports/results.jsonl").read_text("utf-8").splitlines()]

    @property
    def footer(self) -> dict[str, Any]:
        """The last line of the results file."""
        assert self.lines[-1]["type"] == "footer"
        return self.lines[-1]

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each case."""
        return {line["id"]: line["verdict"] for line in self.lines if line["type"] == "case"}


class Runner(Protocol):
    """Starts a command and waits for it."""

    def __call__(self, *arguments: str, env: Mapping[str, str] | None = None) -> Finished:
        """Run the module with these arguments in an empty folder."""


NOT_OURS = ("PYTEST_", "CONFORMANCE_", "COV", "GITHUB_")
"""How the names of variables begin that would make a run another one than the test asks for."""

LOOKS = frozenset({"CI", "BUILD_NUMBER", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "PYTHONWARNINGS"})
"""Variables by which pytest's output looks otherwise than it does elsewhere."""

PLAIN = {"PYTEST_ADDOPTS": "-p no:randomly -p no:hypothesispytest", "CONFORMANCE_SEED": "1"}
"""The order and the drawn values are the same each time, unless a test asks for others; Hypothesis is slow to load."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables with which a run is started, the same wherever the tests run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS) and name not in LOOKS}
    return {**kept, **PLAIN, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "", **(extra or {})}


def _runner(folder: Path, *before: str) -> Runner:
    def run(*arguments: str, env: Mapping[str, str] | None = None) -> Finished:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", *before, *_alone(arguments)],
            cwd=folder,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode not in {Exit.ENGINE, Exit.SECRET}:  # where a test puts an error into the suite itself
            _verify(folder / "reports/results.jsonl")
        return Finished(done.returncode, done.stdout, folder)

    return run


def _verify(path: Path) -> None:
    """Every results file of our tests verifies; one may be cut off, or be judged by data that a test has changed."""
    if path.is_file():
        found = verify_file(path, load_catalog())
        assert found.state in {State.VERIFIED, State.INCOMPLETE}, found.remarks[:5]


def _alone(arguments: Sequence[str]) -> list[str]:
    """Return the arguments; the id of a case behind `-k` selects this case, and none whose id begins with it."""
    ids = {case.id for case in load_catalog().cases}
    return [f"[{one}]" if before == "-k" and one in ids else one for before, one in pairwise(["", *arguments])]


@pytest.fixture
def suite(tmp_path: Path) -> Runner:
    """`pytest --pyargs slack_conformance`, with our reports, in an empty folder."""
    plugin = [] if _is_installed() else ["-p", "slack_conformance.plugin"]
    return _runner(tmp_path, "pytest", "--pyargs", "slack_conformance", "--conformance-reports=reports", *plugin)


@pytest.fixture
def command(tmp_path: Path) -> Runner:
    """`slack-conformance`, in an empty folder."""
    return _runner(tmp_path, "slack_conformance")


def _is_installed() -> bool:
    from importlib.metadata import entry_points  # noqa: PLC0415 - used once

    return any(point.name == "slack_conformance.plugin" for point in entry_points(group="pytest11"))
