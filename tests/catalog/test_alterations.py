"""An altered value is never the value, and never another one of a target that counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.catalog.alterations import ALTERATIONS

OF_A_VALUE = [how for how in ALTERATIONS if how not in {"reversed", "one-more-slash"}]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@given(st.text(min_size=1), st.sampled_from(OF_A_VALUE))
def test_an_altered_value_is_another_text(value: str, how: str) -> None:
    assert ALTERATIONS[how][1](value) != value


@given(st.text(LETTERS, min_size=1, max_size=11), st.sampled_from(OF_A_VALUE))
def test_a_short_value_becomes_nothing_that_a_counter_gives(value: str, how: str) -> None:
    altered = ALTERATIONS[how][1](value)
    assert set(altered) - set(LETTERS)


def test_a_long_value_is_wrong_by_as_little_as_possible() -> None:
    altered = {how: alter("xoxa-fake-Value") for how, (_, alter) in ALTERATIONS.items() if how != "one-more-slash"}
    assert altered == {
        "first-character": "koxa-fake-Value",
        "last-character": "xoxa-fake-Valu~",
        "extended": "xoxa-fake-Value~",
        "first-half": "xoxa-fa",
        "other-case": "xoxa-faKE-vALUE",
        "reversed": "xoxa-fake-Value",
    }
    assert ALTERATIONS["last-character"][1]("fake~") == "fake-"
    assert ALTERATIONS["reversed"][1]("a,b,c") == "c,b,a"
