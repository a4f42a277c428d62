"""What is unusual in a real client's request, in words: an invented base, and requests that differ from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_conformance.catalog.clients import unlike
from slack_conformance.catalog.edits.rest import Replay
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import Argument, Base

FORM = "application/x-www-form-urlencoded"
BASE = Base("post-form", "POST", "form", "here", token="header")
ARGUMENTS = {
    name: Argument(name, kind, required=True, place="", sha256="", summary="", value=f"${name}")
    for name, kind in (("token", "token"), ("colour", "comma-separated"), ("size", "text"))
}
USUAL = Replay(
    client="It",
    version="1",
    verb="POST",
    headers=(("User-Agent", "slack-conformance"), ("Content-Type", FORM)),
    authorization="bearer",
    form=(("colour", "$colour"), ("size", "$size")),
)
OWN_AGENT = "headers User-Agent: slack-conformance"


def _words(**changes: object) -> list[str]:
    """Return what is unlike the base, the header that every client has left out."""
    found = unlike(replace(USUAL, **changes), BASE, ARGUMENTS)  # type: ignore[arg-type]  # as the fields are
    return [words for words in found if words != OWN_AGENT]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, []),
        ({"verb": "PUT"}, ["PUT instead of POST"]),
        (
            {"query": USUAL.form, "form": ()},
            ["colour and size in the query string", "an empty form as the body"],
        ),
        ({"form": (*USUAL.form, ("note", "1"))}, ["one more argument, 'note'"]),
        ({"form": (*USUAL.form, ("a", "1"), ("b", "2"))}, ["other arguments, 'a' and 'b'"]),
        ({"form": (("size", "$size"), ("colour", "$colour"))}, ["the arguments in another order"]),
        ({"form": (("colour", "$colour"),)}, ["without size"]),
        ({"form": (("colour", "red"), ("size", "$size"))}, ["colour = 'red'"]),
        ({"form": (*USUAL.form, ("token", None))}, ["one more argument, 'token'", "'token' without an equals sign"]),
        (
            {"authorization": None, "form": (("token", "$token"), *USUAL.form)},
            ["the token as a parameter"],
        ),
        ({"authorization": None}, ["no Authorization header"]),
        ({"authorization": "basic"}, ["client id and secret by HTTP Basic", "without token"]),
        ({"safe": ":,"}, ["':' and ',' not escaped"]),
        ({"form": (), "json": "{}"}, ["the arguments as JSON"]),
        (
            {"headers": (("Content-Type", f"{FORM}; charset=utf-8"), USUAL.headers[0])},
            [f"Content-Type: {FORM}; charset=utf-8"],
        ),
        ({"headers": (USUAL.headers[0],)}, ["no Content-Type"]),
        ({"headers": (USUAL.headers[1],)}, ["no User-Agent"]),
        (
            {"headers": (*USUAL.headers, ("Accept", "*/*"))},
            ["headers Accept: */*; User-Agent: slack-conformance"],
        ),
    ],
)
def test_one_difference(changes: dict[str, object], words: list[str]) -> None:
    assert _words(**changes) == words


def test_the_differences_of_our_replays_are_told_apart() -> None:
    """Every replay says something, and what it says is not the same for all."""
    told = [case.edit.unlike for case in load_catalog().cases if isinstance(case.edit, Replay)]
    assert all(told)
    assert len(set(told)) > len(told) // 2
