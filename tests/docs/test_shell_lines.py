"""Each command of README, CONTRIBUTING and docs/ works as printed, or `shell_lines.toml` says why it is not tried."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox.server import Sandbox
from tests.docs.shell_lines import LEFT_OUT, TRIED, Trial, commands, on_pages
from tests.running import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the commands are for a POSIX shell")

PLACE = "127.0.0.1:8080"
"""Where the pages expect a target."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Serve the sandbox that the pages expect at their address."""
    with Sandbox(load_catalog()) as serving:
        yield serving


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Path:
    """Return a folder as a user has it after an hour: an environment, a profile, reports, and older ones."""
    folder = tmp_path_factory.mktemp("prepared")
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name, module in (("slack-conformance", "slack_conformance"), ("pytest", "pytest -p slack_conformance.plugin")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    profile = f'url = "{sandbox.url}"\ncontrol = "{sandbox.control}"\n'
    (folder / "my-sandbox.toml").write_text(profile, encoding="utf-8")
    _try("slack-conformance run -k '[oauth.access.bad_redirect_uri.other-host]'", folder)
    for name in ("old", "new"):
        shutil.copytree(folder / "reports", folder / name)
    return folder


def _environment(folder: Path) -> dict[str, str]:
    """Return the variables as they are after `. .venv/bin/activate`."""
    return environment({"PATH": os.pathsep.join([str(folder / ".venv/bin"), os.environ["PATH"]])})


def _try(line: str, folder: Path, code: int = 0) -> None:
    done = subprocess.run(  # noqa: S603 - a line of ours
        ["/bin/sh", "-c", line],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, f"{line}\n{done.stdout}{done.stderr}"


def _get_ready(line: str, folder: Path) -> None:
    """Start the command on a free port; it prints a line of JSON, and stops when it is asked to."""
    words = ["/bin/sh", "-c", f"exec {line.replace('--port 8080', '--port 0')}"]
    variables = _environment(folder)
    with subprocess.Popen(words, cwd=folder, env=variables, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        with contextlib.ExitStack() as stack:
            stack.callback(process.terminate)
            assert json.loads(process.stdout.readline())["url"].startswith("http://127.0.0.1:")
    assert process.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(("line", "trial"), TRIED.items(), ids=TRIED)
def test_a_command_works_as_printed(line: str, trial: Trial, prepared: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    """It ends with the exit code that `shell_lines.toml` gives."""
    folder = shutil.copytree(prepared, tmp_path / "folder")
    if trial.at == "ready":
        _get_ready(f"{line} {trial.add}", folder)
        return
    if trial.at == "served":
        line = line.replace(PLACE, sandbox.url.split("/")[2])
    _try(f"{line} {trial.add}", folder, trial.code)


def test_each_command_is_tried_or_left_out_with_a_reason() -> None:
    listed = [*TRIED, *LEFT_OUT]
    shown = on_pages()
    assert len(set(listed)) == len(listed)
    assert {line: page for line, page in shown.items() if line not in listed} == {}
    assert [line for line in listed if line not in shown] == []


def test_what_ci_is_said_to_have_is_there() -> None:
    lines = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    said = [line for line, reason in LEFT_OUT.items() if reason == ".ci/run has it"]
    assert len(said) == 2
    assert [line for line in said if line not in lines] == []


def test_what_the_pages_have_is_found() -> None:
    """In an indented block, in a list, in a fence, in a workflow and within a sentence, and nowhere else."""
    page = (
        "Text with `slack-conformance one` and `slack-conformance\ntwo`, `pytest three`.\n\n"
        "    slack-conformance four  # a remark\n    again  slack-conformance five\n\n"
        "1. A list:\n\n       pytest six\n\n"
        "```sh\n$ tox run -e seven\n```\n\n```yaml\n  - run: python -m eight\n```\n\n```toml\ntox nine\n```\n"
    )
    wanted = ["tox run -e seven", "python -m eight", "slack-conformance four", "pytest six"]
    assert list(commands(page)) == [*wanted, "slack-conformance one", "slack-conformance two"]
