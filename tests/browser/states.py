"""Five states of a run that a reader of the report must tell apart at once, and a sheet with a picture of each."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_conformance.sandbox.server import Sandbox
from tests.browser.wrong import AFewFaults, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser

STATES = {
    "clean": "Everything passes",
    "faults": "Four faults",
    "bare": "Nothing but a URL",
    "dead": "A target that is down",
    "stale": "A baseline that is out of date",
}

VIEWS: Mapping[str, Mapping[str, Any]] = {
    "desktop": {"viewport": {"width": 1120, "height": 690}},
    "dark": {"viewport": {"width": 1120, "height": 690}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 780}},
    "print": {"viewport": {"width": 794, "height": 1123}},
}

HEIGHT = 420
"""Of each picture on the sheet, in pixels."""


def run_all(folder: Path) -> dict[str, Path]:
    """Run the suite in each of the five states, and return the pages by state."""
    for state in STATES:
        (folder / state).mkdir(parents=True)
    codes = {"clean": run(folder / "clean")[0]}
    with Sandbox(deviation=AFewFaults()) as wrong:
        for state in ("faults", "stale"):
            codes[state] = run(folder / state, *_profile(folder / state, wrong))[0]
    owner = ("--issue", "https://issues.example/1", "--owner", "a@example.com")
    expires = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    entry = ("--expires", expires, "--reason", "being fixed", *owner)
    command = ("baseline", "reports/results.jsonl", "--file", "baseline.toml", *entry)
    subprocess.run([sys.executable, "-m", "slack_conformance", *command], cwd=folder / "stale", check=True)  # noqa: S603 - ours
    with Sandbox() as sandbox:
        codes["bare"] = run(folder / "bare", "--target", sandbox.url)[0]
        arguments = (*_profile(folder / "stale", sandbox), "--baseline", "baseline.toml")
        codes["stale"] = run(folder / "stale", *arguments)[0]
    codes["dead"] = run(folder / "dead", "--target", "http://127.0.0.1:9/api/")[0]
    assert codes == {"clean": 0, "faults": 1, "bare": 10, "dead": 10, "stale": 11}
    return {state: folder / state / "reports" / "conformance.html" for state in STATES}


def _profile(folder: Path, sandbox: Sandbox) -> tuple[str, str]:
    """Write a profile of the sandbox, and return the option that names it."""
    text = f'url = "{sandbox.url}"\nname = "dev sandbox"\ncontrol = "{sandbox.control}"\n'
    (folder / "dev-sandbox.toml").write_text(text, encoding="utf-8")
    return "--profile", "dev-sandbox.toml"


def sheet(browser: Browser, pages: Mapping[str, Path], out: Path) -> None:
    """Write one picture of all first screens: a row for each state, a column for each way to look at it."""
    with tempfile.TemporaryDirectory() as name:
        rows = []
        for state, page in pages.items():
            images = []
            for view, options in VIEWS.items():
                image = Path(name) / f"{state}-{view}.png"
                _take(browser, page, view, options, image)
                images.append(f'<img src="{image.name}" height="{HEIGHT}">')
            rows.append(f"<h2>{STATES[state]}</h2><p>{''.join(images)}</p>")
        style = "body{font:16px sans-serif;margin:12px;background:#888}h2,img{margin:6px}p{margin:0;white-space:nowrap}"
        whole = Path(name) / "sheet.html"
        whole.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(rows)}", encoding="utf-8")
        context = browser.new_context(viewport={"width": 1960, "height": 800})
        found = context.new_page()
        found.goto(whole.as_uri())
        found.screenshot(path=out, full_page=True, type="jpeg", quality=70)
        context.close()


def _take(browser: Browser, page: Path, view: str, options: Mapping[str, Any], image: Path) -> None:
    context = browser.new_context(**options)
    found = context.new_page()
    found.goto(page.as_uri())
    found.emulate_media(media="print" if view == "print" else "screen")
    found.screenshot(path=image)
    context.close()
