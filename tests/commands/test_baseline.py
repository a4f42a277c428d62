"""`slack-conformance baseline`: from the results of a run to a file that accepts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.baseline.entries import read_baseline
from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.cli import main
from slack_conformance.commands.baseline import rebase, terms_of
from tests.baseline.build import FAR
from tests.baselines import CASE, NOT_REFUSED, RULE
from tests.targets import deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

CASES = tuple(case.id for case in load_catalog().cases)
GIVEN = (
    *("--issue", "https://tracker.example/9", "--owner", "Somebody"),
    *("--expires", FAR, "--reason", "Later."),
)


def test_a_pattern_that_matches_no_case_is_a_slip(
    command: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written, and it is said; one that matches writes its entry and no other."""
    with deviating(NOT_REFUSED, tmp_path) as profile:
        assert command("run", "--profile", profile, "-k", RULE).code == 1
    results, file = tmp_path / "reports/results.jsonl", tmp_path / "accepted.toml"
    assert main(["baseline", str(results), "--file", str(file), *GIVEN, "--case", "oauth.acces.*"]) == 4
    assert "--case: no case is called 'oauth.acces.*'" in capsys.readouterr().err
    assert not file.exists()
    assert main(["baseline", str(results), "--file", str(file), *GIVEN, "--case", f"{RULE}.other-*"]) == 0
    assert capsys.readouterr().out == f"left     {CASE}: no entry, since --case does not match it\n"
    assert main(["baseline", str(results), "--file", str(file), *GIVEN, "--case", f"{RULE}.*"]) == 0
    assert list(read_baseline(file, CASES).entries) == [CASE]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("https://x.example/1", None, FAR, "so"), "--owner: is missing"),
        (("https://x.example/1", "me", "2027-13-01", "so"), "--expires: '2027-13-01' is not a date"),
        (("https://x.example/1", "me", "2020-01-01", "so"), "--expires: 2020-01-01 is over"),
        (("ABC-1", "me", FAR, "so"), "--issue: 'ABC-1' is not a link"),
    ],
)
def test_half_of_the_terms_will_not_do(given: tuple[str | None, ...], words: str) -> None:
    """Each is named."""
    with pytest.raises(DataError, match=words):
        terms_of(*given)
    assert terms_of(None, None, None, None) is None


def test_from_a_run_to_a_green_one(command: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run, accept, run again: what is accepted is KNOWN; printed without a file, written with one."""
    with deviating(NOT_REFUSED, tmp_path) as profile:
        assert command("run", "--profile", profile, "-k", RULE).code == 1
        results, file = tmp_path / "reports/results.jsonl", tmp_path / "accepted.toml"
        assert main(["baseline", str(results), *GIVEN]) == 0
        printed = capsys.readouterr()
        assert main(["baseline", str(results), "--file", str(file), *GIVEN]) == 0
        said = capsys.readouterr().out
        assert said == printed.err
        assert said.startswith(f"added    {CASE}: ok (not-refused), 200 application/json: access_token, ")
        assert printed.out == file.read_text("utf-8")
        again = command("run", "--profile", profile, "-k", RULE, "--baseline", "accepted.toml")
    assert again.code == 0, again.text
    assert again.verdicts[CASE] == "KNOWN"
    before = file.read_text("utf-8")
    assert main(["baseline", str(results), "--file", str(file)]) == 0
    assert file.read_text("utf-8") == before


def test_bad_input_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No results, no traceback."""
    assert main(["baseline", str(tmp_path / "nowhere.jsonl")]) == 4
    assert "nowhere.jsonl: cannot be read" in capsys.readouterr().err


def test_a_folder_for_the_baseline_is_made(tmp_path: Path) -> None:
    path = tmp_path / "accepted/here/baseline.toml"
    assert rebase(str(path), {}, None, strict=False, partial=True) == 0
    assert path.is_file()
