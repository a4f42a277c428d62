"""The hash of a sentence does not depend on how it was copied, and does depend on what it says."""

from __future__ import annotations

import hashlib

import pytest

from slack_conformance.catalog.normalise import argument_hash, normalised, row_hash, sentence_hash


@pytest.mark.parametrize(
    "text",
    ["one `code` in two", "one  code\tin\ntwo", " one code in two ", "one code in [hidden]two", "one code\u00a0in two"],
)
def test_what_a_copy_may_differ_in(text: str) -> None:
    assert normalised(text) == "one code in two"


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert normalised("noe\u0301") == normalised("no\u00e9")


def test_a_word_more_is_another_sentence() -> None:
    assert sentence_hash("It is refused.") != sentence_hash("It is not refused.")


def test_a_row_is_code_and_description() -> None:
    assert row_hash("made_up", "What  it says.") == hashlib.sha256(b"made_up\nWhat it says.").hexdigest()


def test_an_argument_has_its_type_only_where_there_is_one() -> None:
    assert argument_hash("name", "string", "For whom.") == hashlib.sha256(b"name\nstring\nFor whom.").hexdigest()
    assert argument_hash("name", "", "For whom.") == hashlib.sha256(b"name\nFor whom.").hexdigest()
