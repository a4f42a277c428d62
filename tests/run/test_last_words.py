"""What the terminal says last, and how each proof says to run its case again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from slack_conformance.baseline.entries import Baseline
from slack_conformance.catalog.load import load_catalog
from slack_conformance.results.model import RequestCount
from slack_conformance.results.words import rerun_command
from slack_conformance.run.account import Account
from slack_conformance.run.process_report import Totals
from tests.baselines import CASE, NOT_REFUSED
from tests.invented import INVENTED
from tests.results.build import cause, finding
from tests.summary.test_tally import ELSEWHERE, ROW, record
from tests.targets import deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("profile", "target", "rest"),
    [
        (None, None, []),
        ("my {1} target.toml", None, ["--profile", "my {1} target.toml"]),
        (None, "http://h/api/?a=$b", ["--target", "http://h/api/?a=$b"]),
    ],
)
def test_the_command_survives_a_shell(profile: str | None, target: str | None, rest: list[str]) -> None:
    command = rerun_command(CASE, profile, target, 7)
    assert shlex.split(command) == [
        "slack-conformance",
        "run",
        "-k",
        f"[{CASE}]",
        *rest,
        "--seed",
        "7",
        "--reports",
        "reports/again",
    ]


def test_a_profile_of_any_name_is_named_as_a_shell_wants_it(suite: Runner, tmp_path: Path) -> None:
    with deviating(NOT_REFUSED, tmp_path) as profile:
        (tmp_path / profile).rename(tmp_path / "my {1} target.toml")
        finished = suite("--conformance-profile=my {1} target.toml", "-k", CASE)
    assert finished.code == 1, finished.text
    assert f"  again     slack-conformance run -k '[{CASE}]' --profile 'my {{1}} target.toml'" in finished.text


def test_a_warning_that_was_withdrawn_is_not_repeated() -> None:
    """What rested on a base that failed at the end is reported as such."""
    account = Account(INVENTED, tuple(INVENTED.methods), "It", Baseline())
    account.add(record(ELSEWHERE, "WARN", findings=(finding("status", "that", ROW, "WARN"),)))
    assert list(account.remarks()) == [
        f"WARN  answers have the status that, not this (1 case of rule bad_address): {ELSEWHERE}",
        "      expected this; got that",
    ]
    broke = cause("base-broken-at-end", "It broke.", "Patience.")
    account.settle([Totals(RequestCount(1, 0), {ELSEWHERE: broke}, {})])
    assert [line for line in account.remarks() if line.startswith("WARN")] == []
    assert "INCONCLUSIVE  1 case: It broke." in account.remarks()
