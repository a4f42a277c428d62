"""Hostile text made harmless: nothing invisible is left, nothing is markup, and the size is bounded."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.report.visible import block, plain, shortened

ANY_TEXT = st.text(st.characters(exclude_categories=()))


class Tags(HTMLParser):
    """Notes every element with its attributes."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__()
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that begins."""
        self.found.append((tag, tuple(attrs)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain text", "plain text"),
        ("é 漢 😀", "é 漢 😀"),
        ("a\tb\n", "a‹TAB›b‹LF›"),  # noqa: RUF001 - the tokens as they are shown
        ("\x1b[2J\x7f\x9b", "‹ESC›[2J‹U+007F›‹U+009B›"),  # noqa: RUF001
        ("\u200b\u2066\ufeff\ud800\u2028\u3164", "‹U+200B›‹U+2066›‹U+FEFF›‹U+D800›‹U+2028›‹U+3164›"),  # noqa: RUF001
    ],
)
def test_what_hides_or_turns_is_shown_as_a_token(text: str, wanted: str) -> None:
    assert plain(text) == wanted


@given(ANY_TEXT)
def test_no_text_keeps_a_character_that_cannot_be_seen(text: str) -> None:
    shown = plain(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
    shown.encode()


@given(ANY_TEXT, st.integers(10, 300))
def test_a_block_is_bounded_and_its_only_markup_is_ours(text: str, limit: int) -> None:
    shown = str(block(text, limit))
    assert len(shown.encode()) <= limit + 200
    parser = Tags()
    parser.feed(shown)
    assert set(parser.found) <= {("b", ()), ("i", ())}


def test_a_block_keeps_line_ends_but_not_lone_returns() -> None:
    assert block("a\r\nb\nc\rd<", 100) == "a\nb\nc<b>‹CR›</b>d&lt;"  # noqa: RUF001


@given(ANY_TEXT, st.integers(2, 50))
def test_a_shortened_text_is_never_longer(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit


@given(st.text(alphabet="a&<\n"), st.integers(1, 20))
def test_plain_letters_are_cut_where_any_others_are(text: str, limit: int) -> None:
    """They take a shorter way; a letter of two bytes, long after the cut, takes it away from them."""
    short, long = block(text, limit), block(text + "a" * limit + "é", limit)
    assert str(long).startswith(str(short).partition("<i>")[0])
    if "<i>" in short:
        assert str(short).partition("<i>")[0] == str(long).partition("<i>")[0]
