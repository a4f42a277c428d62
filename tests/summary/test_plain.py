"""The headline for people: one number, what it was held against, and no more praise than is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.summary.plain import conforms_to, in_plain_words
from tests.report import build

if TYPE_CHECKING:
    from pathlib import Path

LATER = {"issue": "T-1", "owner": "us", "expires": "2027-01-31", "reason": "later"}
STALE = "It conforms; 1 row seen; 2 to change in the baseline."


@pytest.mark.parametrize(
    ("verdicts", "title"),
    [
        ("PASS PASS", "embedded sandbox conforms"),
        ("PASS FAIL FAIL WARN", "embedded sandbox does not conform: 2 problems, 2 failed checks"),
        ("PASS WARN", "No failures on embedded sandbox, 1 warning"),
        ("PASS INCONCLUSIVE", "No failures on embedded sandbox, but 1 of 2 checks could not run"),
        (
            "WARN KNOWN INCONCLUSIVE",
            "No failures and 1 warning on embedded sandbox, 1 known deviation, but 1 of 3 checks could not run",
        ),
        ("INCONCLUSIVE N/A", "Nothing could be tested on embedded sandbox"),
        ("PASS KNOWN", "embedded sandbox conforms but for 1 known deviation"),
        ("KNOWN", "Nothing passed on embedded sandbox: it has 1 known deviation"),
        ("PASS FAIL ENGINE", "The suite itself failed on embedded sandbox"),
    ],
)
def test_the_verdict_comes_first_with_one_number(verdicts: str, title: str, tmp_path: Path) -> None:
    cases = [build.case(f"bad_{at}", verdict=verdict, known=LATER if verdict == "KNOWN" else None)
             for at, verdict in enumerate(verdicts.split())]  # fmt: skip
    good = [build.case(f"good_{at}") for at in range(9)] if "FAIL" in verdicts else []
    assert in_plain_words(build.results(tmp_path, [*cases, *good])).title == title


def test_what_is_special_about_a_run_is_said(tmp_path: Path) -> None:
    good = [build.case("a")]
    stale = build.results(tmp_path, good, foot={"sentence": STALE, "exit": 11})
    assert in_plain_words(stale).title == "embedded sandbox conforms; its baseline is out of date"
    partial = build.results(tmp_path, good, head={"cases": 2})
    assert in_plain_words(partial).title == "embedded sandbox conforms in what was selected"
    strict = build.results(tmp_path, [build.case("a", verdict="WARN")], foot={"exit": 1})
    assert in_plain_words(strict).title.endswith("does not conform: 1 warning, and here a warning counts as a failure")
    unproved = build.results(tmp_path, good, head={"methods": [build.METHOD, "things.break"]})
    assert in_plain_words(unproved).title == "embedded sandbox conforms, but nothing of things.break was proved"
    assert conforms_to(unproved) == "Slack Web API: `things.make` and `things.break`"


def test_a_name_that_is_a_url_is_marked_as_such(tmp_path: Path) -> None:
    head = {"target": {"name": "http://127.0.0.1:1/`x", "url": "http://127.0.0.1:1/", "kind": "mock"}}
    title = in_plain_words(build.results(tmp_path, [build.case("a")], head=head)).title
    assert title == "`http://127.0.0.1:1/'x` conforms"


def test_counts_are_words_and_never_zeros(tmp_path: Path) -> None:
    cases = [build.case("a"), build.case("b", verdict="N/A"), build.case("c", verdict="INCONCLUSIVE")]
    detail = in_plain_words(build.results(tmp_path, cases)).detail
    assert detail == "3 checks: 1 could not run, 1 does not apply, 1 passed."
    assert in_plain_words(build.results(tmp_path, cases[:1])).detail == "The one check passed."
