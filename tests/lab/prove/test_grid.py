"""The grid as data fits its schema, and as a page it is whole, safe and without scripts."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.schema import validator
from slack_conformance.lab.prove.grid import Run, grid
from slack_conformance.lab.prove.model import Collateral, TrialOutcome, TrialStanding
from slack_conformance.lab.prove.page import render
from tests.invented import INVENTED
from tests.lab.prove.build import CASE, OTHER_CASE, OTHER_RULE, RULE, outcome, symptom

if TYPE_CHECKING:
    from slack_conformance.lab.prove.grid import Grid

GOOD = outcome(collateral=(Collateral(OTHER_RULE, "They meet.", (OTHER_CASE,)),), requests=7)
ALONE = Run("", 2, 12.34, (), 300)


def made(*outcomes: TrialOutcome, run: Run = ALONE) -> Grid:
    return grid(INVENTED, outcomes, run)


def test_the_data_fit_their_schema() -> None:
    survivor = outcome(
        "other", standing=TrialStanding.SURVIVED, kills=(), why="Nobody saw it.", undeclared=(symptom(),)
    )
    content = made(GOOD, survivor, run=Run("oauth", 1, 1.0, ("Something is wrong.",), 3))
    assert list(validator("kill-grid.schema.json").iter_errors(json.loads(json.dumps(content)))) == []


def test_the_counts_and_the_sentence() -> None:
    content = made(GOOD)
    counts = content["counts"]
    assert (counts["deviations"], counts["killed"], counts["requests"]) == (1, 1, 307)
    assert str(content["sentence"]).startswith("All 1 deliberate faults were named by a case")
    assert "1 of 1 deliberate faults were not named" in str(
        made(outcome(standing=TrialStanding.VOID, kills=()))["sentence"]
    )


def test_a_partial_proof_says_so_first() -> None:
    assert str(made(GOOD, run=Run("oauth.", 1, 1.0, (), 0))["sentence"]).startswith("Partial proof, rules oauth.…")


def test_undeclared_findings_are_in_the_sentence() -> None:
    assert "Findings that no fault declares: 1." in str(made(outcome(undeclared=(symptom(),)))["sentence"])


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        found = dict(attrs)
        self.ids |= {found["id"] or ""} if "id" in found else set()
        self.links += [value or "" for key, value in attrs if key in {"href", "src"}]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page() -> str:
    return render(made(GOOD, outcome("worse", standing=TrialStanding.SURVIVED, kills=(), why="Nobody saw it.")))


def test_the_page_is_well_formed_and_needs_nothing_else(page: str) -> None:
    tags = _Tags()
    tags.feed(page.partition("<!doctype html>")[2])
    assert tags.open == []
    assert "script" not in tags.seen
    assert all(link.startswith("#") and link[1:] in tags.ids for link in tags.links)
    assert "default-src 'none'" in unescape(page)


def test_the_page_tells_rule_fault_case_and_collateral(page: str) -> None:
    text = re.sub(r"<[^>]+>", "", page)
    said = "succeeded, though it is to be refused"
    for words in ("bad_address", "elsewhere", said, "They meet.", "Nobody saw it."):
        assert words in text


def test_survivors_come_first() -> None:
    bad = TrialOutcome(f"{OTHER_RULE}--x", (OTHER_RULE,), "A fault.", TrialStanding.SURVIVED, "Nobody saw it.")
    page = render(made(GOOD, bad))
    assert page.index(f'id="{OTHER_RULE}"') < page.index(f'id="{RULE}"')


def test_hostile_text_stays_text() -> None:
    evil = outcome(summary="<script>alert(1)</script>\u202e", kills=(symptom(got='"><img src=x>'),))
    page = render(made(evil, run=Run("", 1, 1.0, ("<b>bad</b>",), 0)))
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>bad" not in page
    assert "U+202E" in page
    assert "\u202e" not in page


def test_the_same_grid_gives_the_same_page() -> None:
    content = made(GOOD)
    assert render(content) == render(content)
    assert CASE in str(content)
