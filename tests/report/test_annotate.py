"""The pages coloured by verdict: every sentence found by its hash, its rules beside it, what nobody claims marked."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import RuleKind
from slack_conformance.catalog.page import read_page
from slack_conformance.report.annotate import Annotated, UnknownPageError, annotated
from slack_conformance.report.html import render_annotated
from slack_conformance.report.marking import parts
from slack_conformance.report.standing import RuleVerdict
from slack_conformance.results.io import Results, read_results
from tests.report import build
from tests.report.pages import Page

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Catalog

DOCUMENTS = Path(__file__).parents[3] / "shared" / "documents"
needs_documents = pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the two pages are not beside this checkout")

TABLES = """Things

A thing is made. It is cafe\u0301.

ArgumentTypeDescription
nameRequired
string

The name `of` it. It may be long.

ErrorDescription
bad_name

The name is bad.

bad_paint [hidden]There is no   such paint. Really.

What is this?
"""
RUN_ON = """Things
Optional Params
name- The name of it. ex:lampcolour- The colour. Or none.
Errors the API can return:
bad_name- The name is bad.bad_paint- There is no such paint. Really.
"""
CODES = ("bad_name", "bad_paint")


@pytest.mark.parametrize("text", [TABLES, RUN_ON])
def test_the_whole_text_is_kept_and_every_part_of_it_found(text: str) -> None:
    page = read_page(text, CODES, ("name", "colour"))
    found = list(parts(text, page))
    kept = "".join(piece.text for part in found for piece in part.pieces)
    assert "".join(kept.split()) == "".join(unicodedata.normalize("NFC", text).split())
    places = [*(one.place for one in page.arguments), *(one.place for one in page.rows)]
    assert [part.place for part in found if part.place] == places
    assert sum(bool(piece.sha256) for part in found if not part.place for piece in part.pieces) == len(page.prose)


def test_the_sentences_inside_of_a_row_are_told_apart() -> None:
    page = read_page(RUN_ON, CODES, ("name", "colour"))
    row = next(part for part in parts(RUN_ON, page) if part.place == "Errors/2")
    assert [piece.text for piece in row.pieces if piece.sha256] == ["There is no such paint.", "Really."]
    assert row.pieces[0].text.startswith("bad_paint")


def everything(folder: Path, catalog: Catalog, broken: str = "") -> Results:
    """Return results in which every rule of the catalog passes but the one that is broken."""
    rules = [
        build.rule(
            rule.name, rule.place, id=rule.id, method=rule.method, kind=str(rule.kind), untestable=rule.untestable
        )
        for rule in catalog.rules
    ]
    cases = [
        build.case(
            rule.name,
            verdict="FAIL" if rule.id == broken else "PASS",
            id=f"{rule.id}.x",
            rule=rule.id,
            findings=_found(rule.id if rule.id == broken else None),
        )
        for rule in catalog.rules
        if rule.untestable is None
    ]
    return read_results(build.written(folder / "r.jsonl", build.lines(cases, rules)))


def synthetic(catalog: Catalog, method: str) -> str:
    """Return a page in our own words that has rows of the method by name only, so that none is worded as ours."""
    rows = [rule.name for rule in catalog.methods[method].rules if rule.kind is RuleKind.ERROR]
    return "ErrorDescription\n" + "\n".join(f"{name}\n\nSomething about {name}.\n" for name in rows)


def test_a_page_of_another_wording_is_not_a_known_page(tmp_path: Path) -> None:
    catalog = load_catalog()
    results = everything(tmp_path, catalog)
    for text in (synthetic(catalog, "oauth.access"), "nothing", ""):
        with pytest.raises(UnknownPageError):
            annotated("page.txt", text, results, catalog)


def pages(results: Results, catalog: Catalog, more: str = "") -> list[Annotated]:
    """Return both pages of the shared folder, marked, with more text at the end of each."""
    return [
        annotated(path.name, path.read_text(encoding="utf-8") + more, results, catalog)
        for path in sorted(DOCUMENTS.glob("*.txt"))
    ]


@needs_documents
def test_no_sentence_of_the_two_pages_is_left_unclaimed(tmp_path: Path) -> None:
    catalog = load_catalog()
    found = pages(everything(tmp_path, catalog), catalog)
    assert {page.method for page in found} == set(catalog.methods)
    for page in found:
        assert page.unclaimed == ()
        rows = {rule.id for rule in catalog.methods[page.method].rules if rule.kind is not RuleKind.STATEMENT}
        assert rows <= {note.rule.id for passage in page.passages for note in passage.notes}


@needs_documents
def test_a_sentence_that_no_rule_knows_is_marked(tmp_path: Path) -> None:
    catalog = load_catalog()
    for page in pages(everything(tmp_path, catalog), catalog, "\nEvery lamp must be blue.\n"):
        assert page.unclaimed == ("Every lamp must be blue.",)


@needs_documents
def test_a_broken_rule_colours_its_row_and_no_other(tmp_path: Path) -> None:
    catalog = load_catalog()
    broken = "apps.permissions.request.mixed_scope"
    page = pages(everything(tmp_path, catalog, broken), catalog)[0]
    red = [one for passage in page.passages for one in passage.stretches if one.standing is RuleVerdict.FAIL]
    assert {one.leads_to for one in red} == {broken}
    assert red[0].text == "mixed_scope"
    assert page.counts[RuleVerdict.FAIL] == len(red)


@needs_documents
def test_the_page_is_one_file_with_links_into_the_report(tmp_path: Path) -> None:
    catalog = load_catalog()
    broken = "oauth.access.invalid_code"
    results = everything(tmp_path, catalog, broken)
    text = render_annotated(pages(results, catalog, "\nLamps <script>.\n"), results, "../conformance.html", ["Cut."])
    page = Page(text)
    assert not page.open
    assert not page.raw["script"]
    links = [href for href in page.attributes("href") if "#" in href]
    assert {href.partition("#")[0] for href in links} == {"../conformance.html"}
    assert {href.partition("#")[2] for href in links} <= {rule.id for rule in catalog.rules}
    assert f'<a class="s fail" href="../conformance.html#{broken}">' in text
    assert '<span class="unclaimed">Lamps &lt;script&gt;.</span>' in text
    assert "Cut." in text


def _found(rule: str | None) -> list[build.Line]:
    finding = {"rule": rule, "code": "not-refused", "level": "FAIL", "expected": "a", "got": "b", "nearest": None}
    return [finding] if rule else []
