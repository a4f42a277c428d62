"""An altered value is never the value, and never another one of a target that counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.catalog.alterations import ALTERATIONS

OF_A_URI = {
    "other-scheme": "http://app.example/back?a=1#b",
    "other-host": "https://elsewhere.example/back?a=1#b",
    "other-port": "https://app.example:8443/back?a=1#b",
    "other-user": "https://somebody@app.example/back?a=1#b",
    "one-more-slash": "https://app.example/back/?a=1#b",
    "one-more-parameter": "https://app.example/back?a=1&more=1#b",
    "other-fragment": "https://app.example/back?a=1#bmore",
}
OF_A_VALUE = [how for how in ALTERATIONS if how != "reversed" and how not in OF_A_URI]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@given(st.text(min_size=1), st.sampled_from(OF_A_VALUE))
def test_an_altered_value_is_another_text(value: str, how: str) -> None:
    assert ALTERATIONS[how][1](value) != value


@given(st.text(LETTERS, min_size=1, max_size=11), st.sampled_from(OF_A_VALUE))
def test_a_short_value_becomes_nothing_that_a_counter_gives(value: str, how: str) -> None:
    altered = ALTERATIONS[how][1](value)
    assert set(altered) - set(LETTERS)


def test_a_long_value_is_wrong_by_as_little_as_possible() -> None:
    altered = {how: alter("xoxa-fake-Value") for how, (_, alter) in ALTERATIONS.items() if how not in OF_A_URI}
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


def test_a_uri_is_altered_in_one_part() -> None:
    """What is not the URI of a host has no such part, and remains as it is."""
    uri = "https://app.example/back?a=1#b"
    assert {how: ALTERATIONS[how][1](uri) for how in OF_A_URI} == OF_A_URI
    assert {ALTERATIONS[how][1]("xoxa-fake-Value") for how in OF_A_URI} == {"xoxa-fake-Value"}
    assert ALTERATIONS["other-port"][1]("https://app.example:8443/") == "https://app.example:8444/"
