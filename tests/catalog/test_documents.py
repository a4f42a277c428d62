"""The comparison of pages and catalog: clean as they stand, and loud about every kind of change."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.documents import DocumentsReport, compare_documents
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.normalise import argument_hash, row_hash, sentence_hash

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).parents[2].parent / "shared" / "documents"
needs_pages = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the pages are not at {SHARED}")

PAGE = """Making things

    Arguments

    ArgumentTypeDescription
    colourRequired
    string

    Which colour it gets

    Only one colour is taken at a time.

    ErrorDescription
    no_colour

    There is no such colour.

    too_late

    It is too late.
"""

METHOD = f"""
method = "thing.make"
page = "thing.make.txt"
title = "Makes a thing"
tier = 1
success = "responses/error.schema.json"
failure = "responses/error.schema.json"

[argument.colour]
kind = "string"
required = true
value = "red"
place = "Arguments/1"
sha256 = "{argument_hash("colour", "string", "Which colour it gets")}"
summary = "The colour."

[base.get]
verb = "GET"
arguments = "query"
place = "Arguments"
sha256 = "{sentence_hash("Only one colour is taken at a time.")}"
summary = "It is accepted."

[[row]]
code = "no_colour"
place = "Errors/1"
sha256 = "{row_hash("no_colour", "There is no such colour.")}"
concern = "errors"
strength = "must"
summary = "An unknown colour is refused."
untestable = "Nobody asks."

[[row]]
code = "too_late"
place = "Errors/2"
sha256 = "{row_hash("too_late", "It is too late.")}"
concern = "errors"
strength = "must"
summary = "What comes too late is refused."
untestable = "Nobody waits."

[[prose]]
place = "title"
reason = "The title."
sha256 = ["{sentence_hash("Making things")}", "{sentence_hash("Arguments")}"]
"""


@pytest.fixture
def after(tmp_path: Path) -> Callable[[str, str], list[str]]:
    """Return a function that changes the page, compares, and returns what kind of difference is named for what."""
    methods = tmp_path / "fixtures" / "methods"
    methods.mkdir(parents=True)
    (methods / "thing.make.toml").write_text(METHOD, encoding="utf-8")
    for name in ("states.toml", "ledger.toml"):
        (tmp_path / "fixtures" / name).write_text("", encoding="utf-8")

    def compare(old: str, new: str) -> list[str]:
        assert old in PAGE
        (tmp_path / "thing.make.txt").write_text(PAGE.replace(old, new, 1), encoding="utf-8")
        report = compare_documents(tmp_path, load_catalog(tmp_path))
        return [f"{problem.kind} {problem.subject}" for problem in report.problems]

    return compare


CHANGES = {
    "nothing": ("", "", []),
    "row added": (
        "    too_late\n",
        "    too_soon\n\n    It is too soon.\n\n    too_late\n",
        ["added too_soon", "moved too_late"],
    ),
    "row removed": ("    too_late\n\n    It is too late.\n", "", ["vanished too_late"]),
    "row reworded": ("It is too late.", "It is much too late.", ["changed too_late"]),
    "row hidden": ("too_late\n\n    It", "too_late [hidden]It", ["changed too_late"]),
    "row twice": (
        "    too_late\n",
        "    too_late\n\n    It is too late.\n\n    too_late\n",
        ["moved too_late", "added too_late"],
    ),
    "white space only": ("It is too late.", "It  is too late.", []),
    "argument reworded": ("Which colour it gets", "Which colour it has", ["changed colour"]),
    "argument optional": ("colourRequired", "colourOptional", ["changed colour"]),
    "argument renamed": ("colourRequired", "paintRequired", ["added paint", "vanished colour"]),
    "argument of another type": ("    string\n", "    boolean\n", ["changed colour"]),
    "sentence reworded": ("Only one", "Just one", ["changed via-get", "unclaimed sentence"]),
    "sentence added": ("Only one", "Ask first. Only one", ["unclaimed sentence"]),
    "title changed": ("Making things", "Making a thing", ["changed title", "unclaimed sentence"]),
}
"""What was done to the page, and what is said about it."""


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_named(name: str, after: Callable[[str, str], list[str]]) -> None:
    old, new, said = CHANGES[name]
    assert sorted(after(old, new)) == sorted(said)


def test_a_page_that_is_missing_is_named(tmp_path: Path) -> None:
    catalog = load_catalog()
    report = compare_documents(tmp_path, catalog)
    assert catalog.methods
    assert [(problem.method, problem.kind) for problem in report.problems] == [
        (method, "missing") for method in catalog.methods
    ]


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not a folder"):
        compare_documents(tmp_path / "nowhere", load_catalog())


@needs_pages
def test_the_pages_are_as_the_catalog_has_them() -> None:
    report = compare_documents(SHARED, load_catalog())
    assert [str(problem) for problem in report.problems] == []
    assert report.counts == (36, 2, 39)


REWORDED = {
    "row added to the table": (
        "apps.permissions.request.txt",
        "    is_bot\n",
        "    is_cat\n\n    Cats may not call.\n\n    is_bot\n",
        "added is_cat",
    ),
    "row removed from the table": ("apps.permissions.request.txt", "mixed_scope", "", "vanished mixed_scope"),
    "hidden row reworded": (
        "apps.permissions.request.txt",
        "needs to be upgraded",
        "must be upgraded",
        "changed upgrade_required",
    ),
    "warning reworded": ("apps.permissions.request.txt", "is superfluous", "is odd", "changed superfluous_charset"),
    "row added to the run of rows": (
        "oauth.access.txt",
        "invalid_client_id-",
        "is_cat- Cats may not call.invalid_client_id-",
        "added is_cat",
    ),
    "row removed from the run of rows": (
        "oauth.access.txt",
        "invalid_token- Invalid refresh token.",
        "",
        "vanished invalid_token",
    ),
    "glued row reworded": ("oauth.access.txt", "Invalid refresh token", "Bad refresh token", "changed invalid_token"),
    "argument reworded": ("oauth.access.txt", "(if one was sent)", "always", "changed redirect_uri"),
    "verb changed": ("apps.permissions.request.txt", "GEThttps", "POSThttps", "changed via-get"),
    "tier changed": ("apps.permissions.request.txt", "Tier 2", "Tier 3", "changed rate-tier"),
    "scope required": (
        "apps.permissions.request.txt",
        "Required scopes",
        "Required scopes\n\nadmin",
        "unclaimed sentence",
    ),
}
"""What was done to a copy of which page, and one of the things said about it."""


@needs_pages
@pytest.mark.parametrize("name", REWORDED)
def test_a_change_in_a_copy_of_our_pages_is_named(name: str, tmp_path: Path) -> None:
    page, old, new, said = REWORDED[name]
    shutil.copytree(SHARED, tmp_path / "pages", copy_function=shutil.copyfile)
    path = tmp_path / "pages" / page
    path.parent.chmod(0o755)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    report: DocumentsReport = compare_documents(tmp_path / "pages", load_catalog())
    assert said in [f"{problem.kind} {problem.subject}" for problem in report.problems]
