"""A real headless Chromium, and the reports of runs that it opens."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from slack_conformance.report.diff import diff
from slack_conformance.report.html import render_diff_html, write_html
from slack_conformance.results.io import read_results
from slack_conformance.sandbox.server import Sandbox
from tests.browser import hostile, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from slack_conformance.results.io import Results

REQUIRED = os.environ.get("CONFORMANCE_BROWSER") == "required"
WITHOUT_ROOM = 5
"""Cases that the run before did not have, so that the page has something to say about what changed."""


def _missing(what: str) -> None:
    if REQUIRED:
        pytest.fail(f"CONFORMANCE_BROWSER=required, and {what} is not installed.")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; without it the tests are skipped, unless CONFORMANCE_BROWSER=required."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not everybody has it
    except ImportError:
        _missing("playwright")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        _missing("chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0)
        yield found
        found.close()


@pytest.fixture(scope="session")
def axe(browser: Browser) -> str:
    """Return the source of axe-core."""
    try:
        return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    except ImportError:
        _missing("axe-playwright-python")
    return ""


@pytest.fixture(scope="session")
def folder(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the reports of a run against a target with a few faults, with what changed since another run.

    `bare.html` is the page about a target of which only the URL is known.
    """
    place = tmp_path_factory.mktemp("wrong")
    code, text = wrong.run_against_a_few_faults(place)
    assert code == 1, text
    reports = place / "reports"
    results = read_results(reports / "results.jsonl")
    previous = replace(results, cases=results.cases[WITHOUT_ROOM:])
    write_html(results, reports / "conformance.html", diff(previous, results))
    (reports / "diff.html").write_text(render_diff_html(diff(previous, results)), encoding="utf-8")
    with Sandbox() as sandbox:
        wrong.run(place, "--target", sandbox.url, "--reports", "bare", "-k", "oauth and (errors or arguments)")
    (place / "bare" / "conformance.html").rename(reports / "bare.html")
    return reports


@pytest.fixture(scope="session")
def results(folder: Path) -> Results:
    """Return what the page was made from."""
    return read_results(folder / "results.jsonl")


@pytest.fixture(scope="session")
def hostile_run(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the reports of a run against a target that attacks their readers, and what the run printed."""
    place = tmp_path_factory.mktemp("hostile")
    with hostile.target() as url:
        code, text = wrong.run(place, "--target", url)
    assert code == 1, text
    return place / "reports", text
