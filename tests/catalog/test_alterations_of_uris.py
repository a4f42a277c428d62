"""Near misses of a URI: each differs from the value, in the part that it is about and in no other."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from slack_conformance.catalog.alterations import ALTERATIONS

URI = "https://app.example:8000/a/b?x=1#done"


@pytest.mark.parametrize(
    ("change", "text", "changed"),
    [
        ("other-scheme", URI, "http://app.example:8000/a/b?x=1#done"),
        ("other-host", URI, "https://elsewhere.example:8000/a/b?x=1#done"),
        ("other-port", URI, "https://app.example:8443/a/b?x=1#done"),
        ("other-port", "https://app.example:8443/", "https://app.example:8444/"),
        ("other-port", "http://app.example", "http://app.example:8443"),
        ("other-user", URI, "https://somebody@app.example:8000/a/b?x=1#done"),
        ("one-more-slash", URI, "https://app.example:8000/a/b/?x=1#done"),
        ("one-more-slash", "http://app.example", "http://app.example//"),
        ("one-more-slash", "http://app.example/", "http://app.example//"),
        ("one-more-parameter", URI, "https://app.example:8000/a/b?x=1&more=1#done"),
        ("one-more-parameter", "http://app.example/a", "http://app.example/a?more=1"),
        ("other-fragment", URI, "https://app.example:8000/a/b?x=1#donemore"),
    ],
)
def test_a_change_makes_a_near_miss(change: str, text: str, changed: str) -> None:
    assert ALTERATIONS[change][1](text) == changed


OF_URIS = ("other-scheme", "other-host", "other-port", "other-user", "one-more-slash", "one-more-parameter")


@pytest.mark.parametrize("change", [*OF_URIS, "other-fragment"])
def test_a_change_of_a_uri_changes_one_part(change: str) -> None:
    before, after = urlsplit(URI), urlsplit(ALTERATIONS[change][1](URI))
    parts = ("scheme", "username", "hostname", "port", "path", "query", "fragment")
    assert sum(getattr(before, part) != getattr(after, part) for part in parts) == 1


@pytest.mark.parametrize("change", [*OF_URIS, "other-fragment"])
@pytest.mark.parametrize("text", ["", "urn:oob", "http://[", "http://app.example:none/"])
def test_a_text_that_has_no_such_part_does_no_harm(change: str, text: str) -> None:
    assert isinstance(ALTERATIONS[change][1](text), str)
