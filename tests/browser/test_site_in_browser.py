"""The site over several servers in a real Chromium: nothing leaves it, and it is readable on a phone and by ear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.test_report_in_browser import DESKTOP, PHONE
from tests.report.pages import HOSTILE
from tests.site.build import file, site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

NAMES = ["alpha", "beta", "a server with a name that is longer than most", HOSTILE, "service", "untested"]
PAGES = ["index.html", "implementations/alpha.html", "rules/things.make.bad_colour.html", "proof/alpha.html"]


@pytest.fixture(scope="session")
def pages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site over mocks that differ in everything, a real service, and one that was not tested."""
    del browser
    folder = tmp_path_factory.mktemp("site")
    failing = {"bad_colour": "FAIL", "bad_size": "WARN"}
    untested = dict.fromkeys(("bad_colour", "bad_size", "bad_name"), "INCONCLUSIVE")
    files = [
        file(folder, "alpha", failing, started="2026-01-02T00:00:00Z", reading="table"),
        file(folder, "alpha", started="2026-01-01T00:00:00Z", url="https://elsewhere.example/api/"),
        file(folder, NAMES[1], {"bad_colour": "KNOWN"}, reading="example"),
        file(folder, NAMES[2], {"bad_colour": "FAIL", "bad_name": "INCONCLUSIVE"}),
        file(folder, NAMES[3], {"bad_colour": "FAIL", "bad_size": "FAIL"}),
        *(file(folder, f"mock-{number:02}", failing) for number in range(12)),
        file(folder, NAMES[4], failing, kind="real", url="https://api.example/api/"),
        file(folder, NAMES[5], untested),
    ]
    return site(folder / "site", *files)


def opened(browser: Browser, path: Path, size: tuple[int, int], **options: Any) -> Page:  # noqa: ANN401 - playwright's
    """Open a page in a context of its own."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
    page = context.new_page()
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("scheme", "size"), [("light", DESKTOP), ("light", PHONE), ("dark", DESKTOP)])
def test_axe_finds_nothing(  # noqa: PLR0917 - pytest gives them by name
    name: str,
    scheme: Any,  # noqa: ANN401 - one of playwright's words
    size: tuple[int, int],
    browser: Browser,
    pages: Path,
    axe: str,
) -> None:
    page = opened(browser, pages / name, size, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('article').forEach(one => one.style.contentVisibility = 'visible')")
    page.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(all => all.violations)")
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("size", [DESKTOP, PHONE, (320, 640)])
def test_nothing_sticks_out_at_the_side(name: str, size: tuple[int, int], browser: Browser, pages: Path) -> None:
    page = opened(browser, pages / name, size)
    page.evaluate("document.querySelectorAll('article').forEach(one => one.style.contentVisibility = 'visible')")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.context.close()


def test_a_wide_table_scrolls_by_keyboard_in_its_own_region(browser: Browser, pages: Path) -> None:
    page = opened(browser, pages / "index.html", PHONE)
    region = page.get_by_role("region", name="Failed by").first
    assert region.evaluate("one => one.scrollWidth > one.clientWidth")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)  # the page's policy forbids what playwright waits with
    assert region.evaluate("one => one.scrollLeft") > 0
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_request_leaves_a_page_and_none_is_blocked(name: str, browser: Browser, pages: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((pages / name).as_uri())
    page.wait_for_load_state("networkidle")
    assert asked == [(pages / name).as_uri()]
    assert complaints == []
    context.close()


def test_a_cell_leads_to_its_proof_without_javascript(browser: Browser, pages: Path) -> None:
    page = opened(browser, pages / "index.html", DESKTOP, java_script_enabled=False)
    page.get_by_role("link", name="FAIL", exact=True).first.click()
    assert "/proof/" in page.url
    entry = page.locator("article:target")
    assert entry.is_visible()
    assert entry.locator(".wire").count() == 2
    page.context.close()
