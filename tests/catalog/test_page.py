"""Reading pages in both layouts, with pages of our own making."""

from __future__ import annotations

from slack_conformance.catalog.normalise import row_hash, sentence_hash
from slack_conformance.catalog.page import read_page

TABLES = """API method

thing.make

Facts

    Arguments

    ArgumentTypeDescription
    tokenRequired

    Says who calls. Goes into a header.

    Examplexxxx-1
    colourOptional
    string

    Which colour it gets

    All of this may be sent as a form. Nothing else may be.

    Errors

    Whatever may go wrong.

    ErrorDescription
    no_colour

    There is no such colour.

    no_paint [hidden]The `paint` has run out.
    too_late

    It is too late

    Warnings

    WarningDescription
    old_colour

    Nobody wears this any more.

    Did this help?
"""

RUN_ON = """Thing
Functions
Makes a thing.
Optional Params
colour- Which colour it gets. ex:red.bluesize- How large, in non-metric units. ex:12weight- How heavy. ex:1
Errors the API can return:
no_colour- There is no such colour.no_paint- The paint has run outtoo_late- It is too late.new_row- Nobody knew of it.
"""


def test_rows_of_tables() -> None:
    rows = read_page(TABLES, (), ()).rows
    assert [(row.kind, row.place, row.code, row.hidden) for row in rows] == [
        ("error", "Errors/1", "no_colour", False),
        ("error", "Errors/2", "no_paint", True),
        ("error", "Errors/3", "too_late", False),
        ("warning", "Warnings/1", "old_colour", False),
    ]
    assert [row.description for row in rows][1:3] == ["The `paint` has run out.", "It is too late"]


def test_arguments_of_tables() -> None:
    token, colour = read_page(TABLES, (), ()).arguments
    assert (token.name, token.kind, token.required) == ("token", "", True)
    assert (colour.name, colour.kind, colour.required) == ("colour", "string", False)
    assert token.description == "Says who calls. Goes into a header."
    assert colour.description == "Which colour it gets"


def test_prose_of_tables_is_everything_else() -> None:
    prose = read_page(TABLES, (), ()).prose
    assert "All of this may be sent as a form." in prose
    assert "Nothing else may be." in prose
    assert "Did this help?" in prose
    assert not any("colour" in sentence or "xxxx" in sentence for sentence in prose)


def test_rows_that_run_on() -> None:
    rows = read_page(RUN_ON, {"no_colour", "no_paint", "too_late"}, ()).rows
    assert [row.code for row in rows] == ["no_colour", "no_paint", "too_late", "new_row"]
    assert rows[1].description == "The paint has run out"
    assert [row.place for row in rows] == ["Errors/1", "Errors/2", "Errors/3", "Errors/4"]


def test_an_unknown_code_that_is_glued_to_a_word_is_not_lost() -> None:
    codes = [row.code for row in read_page(RUN_ON, {"no_colour", "no_paint"}, ()).rows]
    assert codes == ["no_colour", "no_paint", "outtoo_late", "new_row"]


def test_the_longest_known_name_wins() -> None:
    line = RUN_ON.replace("outtoo_late", "outnot_too_late")
    codes = [row.code for row in read_page(line, {"no_colour", "no_paint", "too_late", "not_too_late"}, ()).rows]
    assert codes[2] == "not_too_late"


def test_arguments_that_run_on() -> None:
    arguments = read_page(RUN_ON, (), {"colour", "size", "weight"}).arguments
    assert [argument.name for argument in arguments] == ["colour", "size", "weight"]
    assert arguments[1].description == "How large, in non-metric units."
    assert not any(argument.required for argument in arguments)


def test_hashes_cover_sentences_inside_of_arguments_and_rows() -> None:

    hashes = read_page(TABLES, (), ()).hashes()
    assert sentence_hash("Goes into a header.") in hashes
    assert row_hash("too_late", "It is too late") in hashes
    assert sentence_hash("Nobody said this.") not in hashes
