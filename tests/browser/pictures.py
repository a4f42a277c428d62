"""Makes the pictures of the documentation again: `python -m tests.browser.pictures`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from slack_conformance.commands.site import write_site
from slack_conformance.sandbox.server import Sandbox
from tests.browser import states
from tests.browser.wrong import ROOT, run, run_against_a_few_faults
from tests.site.targets import run_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser

FOLDER = ROOT / "docs" / "pictures"
REFUSED = "oauth.access.bad_redirect_uri"
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


def pictures_of_site() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield the same for the site over six servers."""
    desktop, phone = {"width": 1000, "height": 620}, {"width": 390, "height": 780}
    yield "site", "index.html", {"viewport": desktop}
    yield "site-phone", "index.html#mock-failed-by-one", {"viewport": phone}
    yield "site-proof", f"proof/sandbox.html#{REFUSED}", {"viewport": {"width": 1120, "height": 640}}


def take(browser: Browser, reports: Path, found_there: Iterator[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Take these pictures of pages in the folder."""
    for name, page, options in found_there:
        context = browser.new_context(**options)
        found = context.new_page()
        file, _, fragment = page.partition("#")
        found.goto((reports / file).as_uri() + (f"#{fragment}" if fragment else ""))
        found.emulate_media(media="print" if name == "print" else "screen")
        found.screenshot(path=FOLDER / f"{name}.png")
        context.close()


def main() -> int:
    """Run the suite against a target with a few faults, and against six others, and take the pictures."""
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
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0)
        take(browser, reports, pictures())
        states.sheet(browser, states.run_all(Path(name) / "states"), FOLDER / "states.jpg")
        write_site(run_all(Path(name) / "six"), Path(name) / "site")
        take(browser, Path(name) / "site", pictures_of_site())
    return 0


if __name__ == "__main__":
    sys.exit(main())
