"""The report in a real Chromium: nothing leaves it, and it works by keyboard, without JavaScript and on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.commands.annotate import annotate
from slack_conformance.report.html import write_html
from slack_conformance.results.terms import Verdict
from tests.browser import states
from tests.report import build
from tests.report.test_annotate import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from slack_conformance.results.io import Results

DESKTOP, PHONE = (1280, 900), (390, 844)
SHEETS = 4


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """Open the report on a desktop."""
    context = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    found = context.new_page()
    found.goto((folder / "conformance.html").as_uri())
    yield found
    context.close()


def entries(page: Page) -> list[str]:
    """Return the ids of the entries that can be seen."""
    ids: list[str] = page.locator(".entry").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.id)"
    )
    return ids


@pytest.mark.parametrize("name", ["conformance.html", "diff.html"])
def test_no_request_leaves_the_page(name: str, browser: Browser, folder: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((folder / name).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.mouse.wheel(0, 100_000)
    page.wait_for_load_state("networkidle")
    assert asked == [(folder / name).as_uri()]
    assert complaints == []
    context.close()


def violations(page: Page, axe: str, only: str = "") -> list[str]:
    """Return what axe-core finds, by one of its rules or by all, with the size of what is touched on a phone."""
    page.evaluate(axe)
    rules = {"runOnly": [only]} if only else {"rules": {"target-size": {"enabled": True}}}
    options = {"resultTypes": ["violations"], **rules}
    found: list[dict[str, Any]] = page.evaluate("options => axe.run(options).then(all => all.violations)", options)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@pytest.mark.parametrize(
    ("name", "scheme", "size", "only"),
    [
        ("conformance.html", "light", DESKTOP, ""),
        ("bare.html", "light", PHONE, ""),
        ("conformance.html", "dark", DESKTOP, "color-contrast"),
    ],
    ids=["faults", "bare url on a phone", "dark"],
)
def test_axe_finds_nothing(  # noqa: PLR0917 - pytest gives them by name
    name: str,
    scheme: Any,  # noqa: ANN401 - one of playwright's words
    size: tuple[int, int],
    only: str,
    browser: Browser,
    folder: Path,
    axe: str,
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto((folder / name).as_uri())
    page.evaluate("document.querySelectorAll('.fold, .more, .lacks details').forEach(one => one.open = true)")
    page.evaluate("[...document.querySelectorAll('.failure, .rule')].slice(0, 3).forEach(one => one.open = true)")
    page.evaluate("document.querySelectorAll('.rule').forEach((one, at) => { if (at > 20) one.remove(); })")
    assert violations(page, axe, only) == []
    for words in ("retry", "nothing has this text"):
        page.locator("input[name=q]").fill(words)
        assert violations(page, axe, only) == [], words
    context.close()


def test_axe_finds_nothing_in_any_state(browser: Browser, axe: str, tmp_path: Path) -> None:
    pages = states.run_all(tmp_path)
    for state, path in pages.items():
        for view in ("desktop", "dark", "phone"):
            context = browser.new_context(**states.VIEWS[view])
            page = context.new_page()
            page.goto(path.as_uri())
            assert violations(page, axe) == [], (state, view)
            context.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (320, 640)])
def test_nothing_sticks_out_at_the_side(size: tuple[int, int], browser: Browser, folder: Path) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto((folder / "conformance.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate("document.querySelectorAll('.rule').forEach(one => one.style.contentVisibility = 'visible')")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    context.close()


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the two pages are not beside this checkout")
@pytest.mark.parametrize(("scheme", "only"), [("light", ""), ("dark", "color-contrast")])
def test_the_coloured_pages_are_sound_too(
    scheme: Any,  # noqa: ANN401 - see above
    only: str,
    browser: Browser,
    folder: Path,
    axe: str,
) -> None:
    out = folder / "pages.html"
    assert annotate(sorted(DOCUMENTS.glob("*.txt")), folder / "results.jsonl", out) == 0
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(out.as_uri())
    assert violations(page, axe, only) == []
    page.locator("a.s.fail").first.click()
    assert page.url.startswith((folder / "conformance.html").as_uri() + "#")
    assert asked == [out.as_uri(), (folder / "conformance.html").as_uri()]
    context.close()


def test_every_rule_is_there_without_javascript(browser: Browser, folder: Path, results: Results) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "conformance.html").as_uri())
    shown = page.locator(".rule > summary").all_text_contents()
    assert len(shown) == len(results.header.rules)
    for rule in results.header.rules:
        assert page.locator(f'[id="{rule.id}"]').count() == 1
        assert any(rule.name in text for text in shown)
    assert not page.locator("#filters").is_visible()
    page.locator("#rules > details > summary").click()
    first = page.locator(".rule").last
    first.locator("summary").click()
    assert first.locator(".body").is_visible()
    context.close()


def test_search_works_by_keyboard(page: Page) -> None:
    before, everything = len(entries(page)), page.locator(".entry").count()
    page.keyboard.press("/")
    page.keyboard.type("mixed_scope two-types")
    found = entries(page)
    assert 0 < len(found) < everything
    assert all("mixed_scope" in (page.locator(f'[id="{one}"]').text_content() or "") for one in found)
    page.keyboard.press("ArrowDown")
    focused = "document.activeElement.parentElement.id"
    assert page.evaluate(focused) == found[0]
    was_open = page.locator(f'[id="{found[0]}"]').get_attribute("open") is not None
    page.keyboard.press("Enter")
    assert (page.locator(f'[id="{found[0]}"]').get_attribute("open") is not None) is not was_open
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == found[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    assert len(entries(page)) == before


def test_filters_work_by_keyboard_and_stay_in_the_address(page: Page, results: Results) -> None:
    page.keyboard.press("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "verdict"
    page.keyboard.type("FAIL")
    failing = {case.id for case in results.cases if case.verdict is Verdict.FAIL}
    assert failing <= set(entries(page))
    assert "#verdict=fail" in page.url
    shown = page.locator("#shown").inner_text()
    assert re.fullmatch(rf"\d+ of \d+ rules, {len(failing)} of \d+ findings", shown)
    kept = entries(page)
    page.reload()
    assert entries(page) == kept


def test_counts_are_filters_and_nothing_found_is_said(page: Page, results: Results) -> None:
    page.locator('.counts a[data-verdict="warn"]').click()
    warned = {case.id for case in results.cases if case.verdict is Verdict.WARN}
    shown = entries(page)
    assert warned <= set(shown)
    assert not {case.id for case in results.cases if case.verdict is Verdict.FAIL} & set(shown)
    page.keyboard.press("/")
    page.keyboard.type("nothing has this text")
    assert page.locator("#shown").inner_text() == "Nothing found."
    page.locator("#filters button").click()
    page.locator("#filters button").wait_for(state="hidden")


def test_a_finding_is_copied_as_markdown(browser: Browser, folder: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((folder / "conformance.html").as_uri())
    first = page.locator(".failure[open]").first
    first.get_by_role("button", name="Copy as Markdown").click()
    first.get_by_role("button", name="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("**" + first.locator(".head").inner_text() + "**")
    assert f"- case: `{first.get_attribute('id')}`" in text
    assert "slack-conformance run -k" in text
    context.close()


def test_a_link_to_a_hidden_rule_still_leads_there(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("nothing has this text")
    assert entries(page) == []
    page.locator(".cell").first.click()
    target = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    assert page.locator(f'[id="{target}"]').is_visible()


def test_first_screen_and_a_proof_of_each_finding_are_printed(page: Page, results: Results) -> None:
    """Not the rules, nor what is folded; and that on few sheets, each with a number."""
    page.emulate_media(media="print")
    for finding in page.locator("#failures .failure").all():
        if finding.locator("xpath=ancestor::details[contains(@class, 'others')]").count() == 0:
            assert finding.locator(".wire").last.is_visible()
    for part in ("#rules", "#ledger", "#matrix", ".bar", "#dispute"):
        assert not page.locator(part).is_visible(), part
    assert page.locator("h1").is_visible()
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert 1 <= sheets <= SHEETS


def test_thirteen_findings_fit_on_four_sheets(browser: Browser, tmp_path: Path) -> None:
    cases = [build.case(f"bad_{at}", verdict="FAIL") for at in range(13)]
    results = build.results(tmp_path, [*cases, *(build.case(f"good_{at}") for at in range(200))])
    write_html(results, tmp_path / "page.html")
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert page.locator("#failures .failure").count() == len(cases)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) <= SHEETS
    context.close()
