"""`--previous` tells what has changed since, also where the earlier file is the one that the run writes anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.baselines import CASE, NOT_REFUSED
from tests.targets import deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner


def test_the_file_that_the_run_writes_anew(command: Runner, tmp_path: Path) -> None:
    with deviating(NOT_REFUSED, tmp_path) as profile:
        assert command("run", "--profile", profile, "-k", CASE).code == 1
    finished = command("run", "-k", CASE, "--previous", "reports/results.jsonl")
    assert finished.code == 0, finished.text
    for name in ("summary.md", "conformance.html"):
        assert "1 fixed" in (tmp_path / "reports" / name).read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "words", "workers"),
    [("nowhere.jsonl", "cannot be read", "0"), ("bad.jsonl", "line 1 is not JSON", "2")],
)
def test_a_file_that_cannot_be_used_ends_the_run_before_its_first_request(
    command: Runner, tmp_path: Path, name: str, words: str, workers: str
) -> None:
    (tmp_path / "bad.jsonl").write_text("no", "utf-8")
    finished = command("run", "-k", CASE, "-n", workers, "--previous", name)
    assert finished.code == 4, finished.text
    assert "--conformance-previous: " in finished.text
    assert f"{name}: {words}" in finished.text
    assert not (tmp_path / "reports/results.jsonl").exists()


def test_an_earlier_run_that_was_cut_off_is_compared_as_far_as_it_came(command: Runner, tmp_path: Path) -> None:
    assert command("run", "-k", CASE).code == 0
    lines = (tmp_path / "reports/results.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_text("".join(lines[:-1]), "utf-8")
    finished = command("run", "-k", CASE, "--previous", "cut.jsonl")
    assert finished.code == 0, finished.text
    assert "NOTE  --conformance-previous: " in finished.text
    assert "cut off after 1 of" in finished.text
