"""What our own texts hold is never taken for a secret that can be searched for, wherever in them it stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.wire.vocabulary import LONGEST_WORD, _our_text, distinctive

OURS = _our_text()


@given(start=st.integers(0, len(OURS) - 60), length=st.integers(LONGEST_WORD, 60))
def test_a_part_of_our_texts_is_not_distinctive(start: int, length: int) -> None:
    """Also with blanks and line ends in it, and in any letter case."""
    part = OURS[start : start + length]
    assert not distinctive(part)
    assert not distinctive(part.upper()) or part.upper().casefold() != part


def test_one_letter_more_makes_it_distinctive() -> None:
    part = "every request of this run as the pages say"
    assert distinctive(f"{part} zq7")
    assert distinctive("xoxa-fake-10001-c0ffee42")
