"""One more slash at the end of a URI's path, and no other change."""

from __future__ import annotations

import pytest

from slack_conformance.catalog.alterations import ALTERATIONS


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("https://app.example:8000/a/b?x=1#done", "https://app.example:8000/a/b/?x=1#done"),
        ("http://app.example", "http://app.example//"),
        ("http://app.example/", "http://app.example//"),
        ("", ""),
        ("urn:oob", "urn:oob"),
        ("http://[", "http://["),
    ],
)
def test_a_slash_more(text: str, changed: str) -> None:
    assert ALTERATIONS["one-more-slash"][1](text) == changed
