"""The import name: a project that has a package `conformance/` of its own runs beside ours."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.running import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

ONE_CASE = "oauth.access.code_already_used"
THEIRS = {
    "conformance/__init__.py": "",
    "conformance/checks.py": "def answer():\n    return 42\n",
    "conformance/test_checks.py": "from conformance.checks import answer\ndef test_in(): assert answer() == 42\n",
    "tests/test_theirs.py": "from conformance.checks import answer\ndef test_out(): assert answer() == 42\n",
}
"""A project that tests a conformance of its own."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the folder of the project."""
    folder = tmp_path / "project"
    for name, text in THEIRS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(params=["editable", pytest.param("wheel", marks=pytest.mark.slow)])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return what an install puts on the path: the folder with the link, or an unpacked wheel."""
    if request.param == "editable":
        return ROOT / "src"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own build
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        packages = {name.partition("/")[0] for name in archive.namelist()}
    assert {name for name in packages if not name.endswith(".dist-info")} == {"slack_conformance"}
    return tmp_path / "site"


def _run(project: Path, installed: Path, *arguments: str) -> str:
    plugin = ("-p", "slack_conformance.plugin") if arguments[0] == "pytest" else ()
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", *arguments, *plugin],
        cwd=project,
        env=environment({"PYTHONPATH": os.pathsep.join([str(installed), str(project)])}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_their_tests_run_where_ours_is_installed(project: Path, installed: Path, workers: tuple[str, ...]) -> None:
    assert "2 passed" in _run(project, installed, "pytest", "conformance", "tests", *workers)


@pytest.mark.slow
def test_their_tests_and_ours_run_together(project: Path, installed: Path) -> None:
    theirs = ("conformance", "tests", "slack_conformance")
    out = _run(project, installed, "pytest", "--pyargs", *theirs, "-k", f"test_in or test_out or {ONE_CASE}", "-v")
    assert "test_in" in out
    assert "test_out" in out
    assert ONE_CASE in out


@pytest.mark.slow
def test_the_command_runs_beside_their_package(project: Path, installed: Path) -> None:
    out = _run(project, installed, "slack_conformance", "run", "-k", ONE_CASE, "--reports", "reports")
    assert "embedded sandbox" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    "named", ["conformance", "conformance/test_arguments.py", "src/slack_conformance/test_arguments.py"]
)
def test_a_path_in_the_checkout_is_collected_under_the_one_name(named: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "pytest", named, "--collect-only", "-q", "-k", ONE_CASE, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    places = {line.partition("::")[0] for line in done.stdout.splitlines() if ONE_CASE in line}
    assert places == {"src/slack_conformance/test_arguments.py"}


def test_modules_of_ours_import_each_other_by_relative_names() -> None:
    for path in (ROOT / "conformance").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            absolute = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            absolute += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not {name.partition(".")[0] for name in absolute} & {"conformance", "slack_conformance"}, path
