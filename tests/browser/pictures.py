"""Makes the pictures of docs/reports.md again: `python -m tests.browser.pictures`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from slack_conformance.sandbox.server import Sandbox
from tests.browser.wrong import ROOT, run, run_against_a_few_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser

FOLDER = ROOT / "docs" / "pictures"
FAILURE = "apps.permissions.request.mixed_scope.two-types"


def pictures() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield name, page with fragment, and how the browser looks at it."""
    desktop, phone, paper = (
        {"width": width, "height": height} for width, height in ((1120, 690), (390, 780), (794, 820))
    )
    yield "desktop", "conformance.html", {"viewport": desktop}
    yield "failure", f"conformance.html#{FAILURE}", {"viewport": desktop}
    yield "phone", "conformance.html", {"viewport": phone}
    yield "dark", f"conformance.html#{FAILURE}", {"viewport": desktop, "color_scheme": "dark"}
    yield "print", "conformance.html", {"viewport": paper}
    yield "next", "bare.html", {"viewport": desktop}


def take(browser: Browser, reports: Path) -> None:
    """Take every picture."""
    for name, page, options in pictures():
        context = browser.new_context(**options)
        found = context.new_page()
        file, _, fragment = page.partition("#")
        found.goto((reports / file).as_uri() + (f"#{fragment}" if fragment else ""))
        found.emulate_media(media="print" if name == "print" else "screen")
        found.screenshot(path=FOLDER / f"{name}.png")
        context.close()


def main() -> int:
    """Run the suite against a target with a few faults and take the pictures."""
    path = shutil.which("chromium") or ""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        code, text = run_against_a_few_faults(Path(name))
        if code != 1:
            sys.exit(text)
        reports = Path(name) / "reports"
        with Sandbox() as sandbox:
            run(Path(name), "--target", sandbox.url, "--reports", "bare", "-p", "no:allure_pytest")
        (Path(name) / "bare" / "conformance.html").rename(reports / "bare.html")
        take(playwright.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0), reports)
    return 0


if __name__ == "__main__":
    sys.exit(main())
