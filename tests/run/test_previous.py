"""`--previous` tells what has changed since, also where the earlier file is the one that the run writes anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.run.baselines import CASE, NOT_REFUSED
from tests.run.targets import deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.run.conftest import Runner


def test_the_file_that_the_run_writes_anew(command: Runner, tmp_path: Path) -> None:
    with deviating(NOT_REFUSED, tmp_path) as profile:
        assert command("run", "--profile", profile, "-k", CASE).code == 1
    finished = command("run", "-k", CASE, "--previous", "reports/results.jsonl")
    assert finished.code == 0, finished.text
    for name in ("summary.md", "conformance.html"):
        assert "1 fixed" in (tmp_path / "reports" / name).read_text("utf-8")


def test_a_file_that_cannot_be_read_is_a_note(command: Runner) -> None:
    finished = command("run", "-k", CASE, "--previous", "nowhere.jsonl")
    assert finished.code == 0, finished.text
    assert "NOTE  --conformance-previous: " in finished.text
    assert "nowhere.jsonl: cannot be read" in finished.text
