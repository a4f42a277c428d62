"""The command: what it writes, says and returns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.datafile import DataError
from conformance.catalog.schema import validator
from conformance.prove import command
from conformance.prove.command import prove
from conformance.prove.deviations import find
from conformance.prove.model import Standing
from tests.prove.build import CATALOG, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.prove.model import Outcome


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


def test_every_complaint_is_one_line_and_the_code_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def survivors(_names: Sequence[str], _jobs: int) -> Iterator[Outcome]:
        yield outcome("not-needed", standing=Standing.SURVIVED, kills=(), why="so it is")

    monkeypatch.setattr(command, "outcomes", survivors)
    assert prove("oauth.access.bad_redirect_uri", 1, str(tmp_path)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Nothing kills oauth.access.bad_redirect_uri--not-needed: so it is")
    assert sum("kills nothing that others do not kill" in line for line in lines) == 4


def test_an_accused_sandbox_spoils_the_proof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "sound", lambda _catalog: (["It is accused."], 0))
    monkeypatch.setattr(command, "outcomes", lambda _names, _jobs: iter([outcome("not-needed")]))
    assert prove("oauth.access.bad_redirect_uri", 1, str(tmp_path)) == 1
    assert "It is accused." in capsys.readouterr().out


def test_the_sandbox_without_fault_is_not_accused() -> None:
    accused, requests = command.sound(CATALOG)
    assert accused == []
    assert requests >= len(CATALOG.cases)


def test_an_unknown_rule_draws_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no deviation breaks .*bad_redirect_ury.*Did you mean"):
        prove("oauth.access.bad_redirect_ury", 1, str(tmp_path))


def test_a_folder_that_cannot_be_made_draws_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="--out"):
        prove("oauth.access.bad_redirect_uri", 1, str(tmp_path / "file" / "out"))


def test_any_deviation_can_be_found_by_name() -> None:
    name = "oauth.access.real-clients--refuses-slackkit-0-25-0"
    assert find(name, CATALOG).name == name
    with pytest.raises(DataError, match=r"Did you mean .*slackkit-0-25-0"):
        find("oauth.access.real-clients--refuses-slackkit-0-25-1", CATALOG)
