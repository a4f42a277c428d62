"""The command: what it writes, says and returns."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance import cli
from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.schema import validator
from slack_conformance.lab.deviations import find
from slack_conformance.lab.prove import command
from slack_conformance.lab.prove.command import prove
from slack_conformance.lab.prove.model import TrialStanding
from slack_conformance.lab.prove.runner import LostError
from tests.lab.prove.build import outcome
from tests.running import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from slack_conformance.lab.prove.model import TrialOutcome

CATALOG = load_catalog()
RULE = "oauth.access.bad_redirect_uri"


def known(name: str, **fields: object) -> TrialOutcome:
    """Return an outcome of a fault that `prove` knows."""
    return replace(outcome(name, **fields), name=f"{RULE}--{name}", rules=(RULE,))


@pytest.mark.slow
def test_a_partial_proof_writes_both_files_and_is_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prove("oauth.access.bad_redirect_uri", 1, str(tmp_path / "deep" / "out")) == 0
    content = json.loads((tmp_path / "deep" / "out" / "kill-grid.json").read_text("utf-8"))
    assert list(validator("kill-grid.schema.json").iter_errors(content)) == []
    assert content["counts"]["killed"] == content["counts"]["deviations"] > 0
    page = (tmp_path / "deep" / "out" / "kill-grid.html").read_text("utf-8")
    assert content["sentence"] in page
    told = capsys.readouterr()
    assert content["sentence"] in told.out
    assert "requests in" in told.out
    assert "deviations tried" in told.err


@pytest.mark.slow
def test_every_complaint_is_one_line_and_the_code_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def survivors(_names: Sequence[str], _jobs: int, **_more: object) -> Iterator[TrialOutcome]:
        yield known("not-needed", standing=TrialStanding.SURVIVED, kills=(), why="so it is")

    monkeypatch.setattr(command, "outcomes", survivors)
    assert prove("oauth.access.bad_redirect_uri", 1, str(tmp_path)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Nothing kills oauth.access.bad_redirect_uri--not-needed: so it is")
    mine = [case for case in CATALOG.cases if case.rule.id == RULE and case.edit is not None]
    unexcused = [case for case in mine if not case.why and not case.is_copy]
    assert sum("no fault is found only by this case" in line for line in lines) == len(unexcused) > 1


def test_an_accused_sandbox_spoils_the_proof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "sound", lambda _catalog: (["It is accused."], 0))
    monkeypatch.setattr(command, "outcomes", lambda _names, _jobs, **_more: (one for one in [known("not-needed")]))
    assert prove("oauth.access.bad_redirect_uri", 1, str(tmp_path)) == 1
    assert "It is accused." in capsys.readouterr().out


@pytest.mark.slow
def test_the_sandbox_without_fault_is_not_accused() -> None:
    accused, requests = command.sound(CATALOG)
    assert accused == []
    assert requests >= len(CATALOG.cases)


def test_an_unknown_rule_gets_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no deviation breaks .*bad_redirect_ury.*Did you mean"):
        prove("oauth.access.bad_redirect_ury", 1, str(tmp_path))


def test_a_folder_that_cannot_be_made_gets_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="--out"):
        prove("oauth.access.bad_redirect_uri", 1, str(tmp_path / "file" / "out"))


def test_any_deviation_can_be_found_by_name() -> None:
    name = "oauth.access.real-clients--refuses-slackkit-0-25-0"
    assert find(name, CATALOG).name == name
    with pytest.raises(DataError, match=r"Did you mean .*slackkit-0-25-0"):
        find("oauth.access.real-clients--refuses-slackkit-0-25-1", CATALOG)


def test_a_list_of_nothing_is_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["prove", "--list", "--rule", "oauth.access.invalid_cod"]) == 0
    assert "oauth.access.invalid_code--" in capsys.readouterr().out
    assert cli.main(["prove", "--list", "--rule", "zzz"]) == 4
    assert "no deviation breaks a rule that starts with 'zzz'" in capsys.readouterr().err


@pytest.mark.parametrize("name", [command.DATA, command.PAGE])
def test_what_is_in_the_way_is_reported_before_anything_is_tried(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(DataError, match="is in the way of the kill grid"):
        prove("oauth.access.bad_redirect_uri", 1, str(tmp_path))


def test_a_grid_that_cannot_be_written_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(_names: Sequence[str], _jobs: int, **_more: object) -> Iterator[TrialOutcome]:
        (tmp_path / command.PAGE).mkdir()
        yield known("not-needed")

    monkeypatch.setattr(command, "outcomes", taken)
    monkeypatch.setattr(command, "sound", lambda _catalog: ([], 0))
    with pytest.raises(DataError, match=r"kill-grid\.html: cannot be written \(Is a directory\)"):
        prove("oauth.access.bad_redirect_uri", 1, str(tmp_path))


@pytest.mark.parametrize(
    ("error", "code", "cut"), [(KeyboardInterrupt, 2, "SIGINT"), (LostError, 3, "the death of a process")]
)
def test_what_was_tried_before_the_end_is_kept_and_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int, cut: str
) -> None:
    def ended(_names: Sequence[str], _jobs: int, **_more: object) -> Iterator[TrialOutcome]:
        yield known("not-needed")
        raise error

    monkeypatch.setattr(command, "outcomes", ended)
    monkeypatch.setattr(command, "sound", lambda _catalog: ([], 0))
    assert prove("oauth.access.bad_redirect_uri", 1, str(tmp_path)) == code
    content = json.loads((tmp_path / command.DATA).read_text("utf-8"))
    assert list(validator("kill-grid.schema.json").iter_errors(content)) == []
    assert content["cut"] == cut
    assert content["complaints"] == []
    assert content["sentence"].startswith(f"Cut off by {cut}: 1 of ")
    page = (tmp_path / command.PAGE).read_text("utf-8")
    assert f"This proof was cut off by {cut}." in page
    assert "✓ What this suite sees" not in page


TELLS_OFTEN = """
import sys
from slack_conformance.cli import main
from slack_conformance.lab.prove import progress
progress.EVERY = 3
sys.exit(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "jobs"), [("SIGTERM", "1"), ("SIGINT", "2")])
def test_a_signal_ends_every_process_of_it(tmp_path: Path, name: str, jobs: str) -> None:
    """Ctrl-C reaches all processes of a terminal, SIGTERM the first only."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", TELLS_OFTEN, "prove", "--jobs", jobs, "--out", "out"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert "3 of" in process.stderr.readline()
        if name == "SIGINT":
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.terminate()
        # Which waits for all of them, since they share the stream.
        out, error = process.communicate(timeout=60)
    assert process.returncode == 2, out + error
    assert "Traceback" not in error
    content = json.loads((tmp_path / "out" / command.DATA).read_text("utf-8"))
    assert content["cut"] == name
    assert content["counts"]["deviations"] >= 3
