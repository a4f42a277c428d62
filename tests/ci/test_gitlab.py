"""The GitLab template: its script as a job runs it, with the same gates as the GitHub action."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from slack_conformance.run.outcome import Exit
from tests.baselines import NOT_REFUSED
from tests.ci.composite import read_action
from tests.running import ROOT, environment
from tests.targets import closed_port, deviating

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = ROOT / "templates/slack-conformance.gitlab-ci.yml"
JOB = read_action(TEMPLATE)["slack-conformance"]
MERGE_REQUEST = {"CI_MERGE_REQUEST_IID": "7"}


def run(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run the script of the job in a shell, with our own commands in the place of pip and the installed suite."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    for name, line in (
        ("python", "echo installed"),
        ("slack-conformance", f'{sys.executable} -m slack_conformance "$@"'),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    variables = environment({**JOB["variables"], "CONFORMANCE_ARGUMENTS": "-k bad_redirect_uri", **given})
    variables["PATH"] = f"{programs}:{variables['PATH']}"
    return subprocess.run(  # noqa: S603 - our own script
        ["sh", "-e", "-c", "\n".join(JOB["script"])],  # noqa: S607 - as a job does
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_it_is_a_pipeline_by_the_published_schema() -> None:
    """So GitLab reads it. The schema is GitLab's own, in the package `check-jsonschema`."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(TEMPLATE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a tool
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_head_names_every_variable() -> None:
    head = TEMPLATE.read_text("utf-8").partition("slack-conformance:\n")[0]
    assert {word for word in head.split() if word.startswith("CONFORMANCE_")} == JOB["variables"].keys()


def test_it_runs_for_merge_requests_and_keeps_the_results_of_branches() -> None:
    """A job without rules is in no pipeline of a merge request, whose variables the script looks at."""
    assert JOB["rules"][0] == {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}
    read, written = JOB["cache"]
    assert (read["policy"], written["policy"], written["when"]) == ("pull", "push", "always")
    assert read["paths"] == written["paths"]
    assert "$CI_MERGE_REQUEST_DIFF_BASE_SHA" in read["key"]
    assert read["key"].replace("$CI_MERGE_REQUEST_DIFF_BASE_SHA", "$CI_COMMIT_SHA") == written["key"]


def test_it_needs_a_target(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, "CONFORMANCE_TARGET" in done.stdout) == (Exit.USAGE, True)


def test_it_refuses_a_gate_that_there_is_not(tmp_path: Path) -> None:
    done = run(tmp_path, CONFORMANCE_TARGET="http://127.0.0.1:9/", CONFORMANCE_GATE="regresion")
    assert (done.returncode, "It is fail or regression." in done.stdout) == (Exit.USAGE, True)


@pytest.mark.slow
def test_its_gates(tmp_path: Path) -> None:
    """Red for every failure; in a merge request by `regression` green for the old one, and never for no answer."""
    with deviating(NOT_REFUSED, tmp_path) as profile:
        gate = {"CONFORMANCE_PROFILE": profile, "CONFORMANCE_GATE": "regression"}
        alone = run(tmp_path, **gate, **MERGE_REQUEST)
        assert (alone.returncode, "There are no results" in alone.stdout) == (Exit.FAIL, True)
        assert not (tmp_path / ".slack-conformance").exists()
        assert run(tmp_path, **gate).returncode == Exit.FAIL
        kept = (tmp_path / ".slack-conformance/results.jsonl").read_bytes()
        same = run(tmp_path, **gate, **MERGE_REQUEST)
        assert same.returncode == Exit.GOOD, same.stdout
    assert JOB["artifacts"]["reports"]["junit"] == "$CONFORMANCE_REPORTS/junit.xml"
    assert (tmp_path / "reports/junit.xml").is_file()
    (tmp_path / "earlier.jsonl").write_bytes(kept)
    with closed_port() as url:
        gate = {"CONFORMANCE_TARGET": url, "CONFORMANCE_GATE": "regression", "CONFORMANCE_PREVIOUS": "earlier.jsonl"}
        assert run(tmp_path, **gate, **MERGE_REQUEST).returncode == Exit.INCONCLUSIVE
