"""A target that attacks the readers of reports changes nothing, in our page, in pytest-html's and in Allure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from slack_conformance.results.io import read_results
from slack_conformance.results.terms import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
EACH_FAILURE = 8_000
CLEAN = 400_000


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("conformance.html", r"✕ Conformance of http://127\.0\.0\.1:\d+/api/"),
        ("pytest.html", "Conformance, test by test"),
    ],
)
def test_no_script_runs_and_the_title_is_ours(
    name: str, title: str, browser: Browser, hostile_run: tuple[Path, str]
) -> None:
    path = hostile_run[0] / name
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda _: asked.append("dialog"))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert re.fullmatch(title, page.title())
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x], svg").count() == 0
    assert "window.hacked" in page.locator("body").inner_text(), "the attack is there to be read"
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()


def test_what_cannot_be_seen_is_in_none_of_the_files(hostile_run: tuple[Path, str]) -> None:
    folder, printed = hostile_run
    for path in (folder / "conformance.html", folder / "summary.md", *folder.glob("allure-results/*.txt")):
        assert not UNSEEN.search(path.read_text(encoding="utf-8")), path.name
    assert not UNSEEN.search(printed)


def test_allure_gets_plain_text_and_labels_of_ours(hostile_run: tuple[Path, str]) -> None:
    found = [
        json.loads(path.read_text(encoding="utf-8")) for path in hostile_run[0].glob("allure-results/*-result.json")
    ]
    results = read_results(hostile_run[0] / "results.jsonl")
    assert len(found) == len(results.cases)
    assert {one["name"] for one in found} == {case.id for case in results.cases}
    assert len({one["historyId"] for one in found}) == len(found)
    for one in found:
        assert {attachment["type"] for attachment in one.get("attachments", ())} <= {"text/plain"}
        labels = {label["name"]: label["value"] for label in one["labels"]}
        assert labels["parentSuite"] == labels["epic"]
        assert labels["epic"] in results.header.methods
        assert labels["story"] in results.rules
        assert not UNSEEN.search(json.dumps(one, ensure_ascii=False))
    statuses = {one["name"]: one["status"] for one in found}
    wanted = {"FAIL": "failed", "INCONCLUSIVE": "broken", "PASS": "passed", "WARN": "passed"}
    assert statuses == {case.id: wanted[case.verdict] for case in results.cases}


def test_the_page_stays_within_its_size(hostile_run: tuple[Path, str]) -> None:
    results = read_results(hostile_run[0] / "results.jsonl")
    failing = results.counts[Verdict.FAIL] + results.counts[Verdict.WARN]
    assert failing
    assert (hostile_run[0] / "conformance.html").stat().st_size <= CLEAN + failing * EACH_FAILURE
