"""Names of files: plain, unique on every file system, and the same each time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.site.names import FileNames

STRANGE = ["../../etc/passwd", "<script>alert(1)</script>", "CON", "nul", "a/b", "a\\b", "ä", "", ".", "x" * 500, "\0"]


@pytest.mark.parametrize("text", ["sandbox", "my-mock", "oauth.access.bad_redirect_uri"])
def test_a_plain_name_stays_as_it_is(text: str) -> None:
    assert FileNames().name(text) == text


@pytest.mark.parametrize("text", STRANGE)
def test_any_other_gets_a_hash(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*-[0-9a-f]{8}", FileNames().name(text))


@given(st.lists(st.text(), unique=True))
def test_no_two_texts_share_a_name(texts: list[str]) -> None:
    names = FileNames()
    found = [names.name(text) for text in texts]
    assert len({name.lower() for name in found}) == len(texts)
    again = FileNames()
    assert [again.name(text) for text in texts] == found


def test_a_name_cannot_be_taken_by_one_that_looks_like_it() -> None:
    mine = FileNames().name("My Server")
    assert FileNames().name(mine) != mine


def test_a_key_tells_apart_what_is_called_the_same() -> None:
    names = FileNames()
    assert names.name("sandbox") != names.name("sandbox", "real")
