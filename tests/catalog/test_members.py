"""Every class of values: its members are inside, by a predicate of its own, and its innocent neighbour is outside."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.catalog.edits import read_edit
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.members import CLASSES, described, drawn, random_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_conformance.catalog.model import Case

SEEDS = st.integers(0, 10**9)
ADDRESS = "https://app.things.example:8443/oauth/callback?next=home"
ADDRESS_PARTS = ("scheme", "hostname", "port", "username", "path", "query", "fragment")

SECRETS = (
    "0123456789abcdef0123456789abcdef",
    "2141029472.691202649728",
    "xoxa-fake-10001-c0ffee42",
    "13345224609.8534564800.6f8ab1f53e13d0cd15f96106292d5536",
    "Ab3Cd4Ef5Gh6Ij7Kl8",
)
"""Values as targets hand them out."""


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return ...


def _halves(text: str) -> tuple[str, str]:
    first, _, second = text.partition("} {")
    return f"{first}}}", f"{{{second}"


def _only_differs(*parts: str) -> Callable[[str], bool]:
    def differs(text: str) -> bool:
        made, own = urlsplit(text), urlsplit(ADDRESS)
        return {part for part in ADDRESS_PARTS if getattr(made, part) != getattr(own, part)} == set(parts)

    return differs


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


SCOPES = {"channels:read", "chat:write", "files:read", "users:read"}
PLAIN = r"[a-z]{2,20}"

INSIDE: dict[str, tuple[Callable[[str], bool], str]] = {
    "unknown-scope": (lambda text: bool(re.fullmatch(r"[a-z]+:[a-z]+", text)) and len(text) > 12, "chat:write"),
    "words": (_matches(r"[a-z]+( [a-z]+)+"), "1.2.abc"),
    "not-boolean": (lambda text: text.lower() not in {"true", "yes", "on", "1"} and text.isalpha(), "true"),
    "other-address": (_matches(r"https://[a-z]+\.example/[a-z]+"), ADDRESS),
    "other-host": (_only_differs("hostname"), ADDRESS),
    "other-scheme": (_only_differs("scheme"), ADDRESS),
    "other-port": (_only_differs("port"), ADDRESS),
    "other-userinfo": (_only_differs("username"), ADDRESS),
    "other-path": (_only_differs("path"), ADDRESS),
    "longer-path": (lambda text: urlsplit(text).path.startswith("/oauth/callback/"), ADDRESS),
    "other-query": (_only_differs("query"), ADDRESS),
    "other-fragment": (_only_differs("fragment"), ADDRESS),
    "plain-name": (_matches(PLAIN), "client_id"),
    "name-with-digits": (_matches(r"(?=.*\d)(?=.*_)[a-z]\w*[a-z]"), "two-words"),
    "name-with-hyphen": (_matches(r"[a-z]+-[a-z]+"), "two_words"),
    "name-with-space": (_matches(r"[a-z]+ [a-z]+"), "two_words"),
    "name-with-semicolon": (_matches(r"[a-z]+;[a-z]*"), "two_words"),
    "name-with-letter-beyond-ascii": (lambda text: text.isalpha() and not text.isascii(), "letters"),
    "index-of-array": (_matches(PLAIN + r"\[\d+\]"), "letters7"),
    "key-of-array": (_matches(PLAIN + r"\[[a-z]+\]"), "letters"),
    "whole-array": (_matches(PLAIN + r"\[\]"), "letters"),
    "very-long-name": (_matches(r"[a-z]{3000,3500}"), "note"),
    "very-long": (lambda text: 20_000 <= int(text) <= 24_000, "30"),
    "text-in-brackets": (_matches(r"\[\w+\]"), "text"),
    "made-up-charset": (_matches(r"[a-z]+-[a-z]+"), "utf-8"),
    "xml-type": (_matches(r"application/([a-z.]+\+)?xml"), "text/plain"),
    "boundary": (_matches(r"[A-Za-z0-9]{12,70}"), "slack-conformance-boundary"),
    "json-object": (lambda text: isinstance(_json(text), dict), "[]"),
    "json-array": (lambda text: isinstance(_json(text), list), "{}"),
    "json-string": (lambda text: isinstance(_json(text), str), "{}"),
    "json-number": (lambda text: isinstance(_json(text), int | float), "{}"),
    "json-with-comma-too-many": (lambda text: isinstance(_json(text[:-2] + "}"), dict) and _json(text) is ..., "{}"),
    "json-in-single-quotes": (lambda text: isinstance(_json(text.replace("'", '"')), dict) and "'" in text, "{}"),
    "two-json-objects": (lambda text: all(isinstance(_json(one), dict) for one in _halves(text)), "{}"),
    "cut-json": (lambda text: text.startswith("{") and _json(text) is ..., "{}"),
}
"""For each class what decides whether a text is a member, and an innocent neighbour."""


def test_every_class_is_here_and_used_and_says_what_is_in_it() -> None:
    assert set(INSIDE) | {"never-issued"} == set(CLASSES)
    assert all(described(name) for name in CLASSES)


@pytest.mark.parametrize("name", INSIDE)
@given(seed=SEEDS)
def test_members_are_inside(name: str, seed: int) -> None:
    inside, _ = INSIDE[name]
    assert inside(CLASSES[name](random_of(str(seed)), ADDRESS))


@pytest.mark.parametrize("name", INSIDE)
def test_the_neighbour_is_outside(name: str) -> None:
    inside, neighbour = INSIDE[name]
    assert not inside(neighbour)


@pytest.mark.parametrize("name", sorted({*INSIDE} - {"xml-type", "other-scheme"}))
def test_a_class_has_many_members(name: str) -> None:
    """So that a few runs do not show them all; of types, charsets and schemes the world has few."""
    assert len({CLASSES[name](random_of(str(seed)), ADDRESS) for seed in range(50)}) > 20


@given(seed=SEEDS, own=st.sampled_from(SECRETS))
def test_a_made_up_value_has_the_form_of_the_own_one(seed: int, own: str) -> None:
    made = CLASSES["never-issued"](random_of(str(seed)), own)
    assert made != own
    assert [len(part) for part in re.split(r"[-.]", made)] == [len(part) for part in re.split(r"[-.]", own)]
    for part, wanted in zip(re.split(r"[-.]", made), re.split(r"[-.]", own), strict=True):
        assert part.isdigit() or not wanted.isdigit()
        assert set(part) <= set("0123456789abcdef") or not set(wanted) <= set("0123456789abcdef")
    assert made.startswith("xoxa-") is own.startswith("xoxa-")


@pytest.mark.parametrize("own", ["", "7", "a1b2", "two words of a secret", "with/a+slash=="])
def test_a_form_that_is_too_small_or_odd_is_not_imitated(own: str) -> None:
    """A made-up value must never be another that the target has issued, nor hold a part of a secret."""
    made = {CLASSES["never-issued"](random_of(str(seed)), own) for seed in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"xxxx-\d-[a-z]{5}-[a-z]{6}", text) for text in made)


def test_no_scope_that_exists_is_drawn() -> None:
    assert not {CLASSES["unknown-scope"](random_of(str(seed)), "") for seed in range(2000)} & SCOPES


@given(seed=SEEDS)
def test_an_edit_is_drawn_once_and_for_all(seed: int) -> None:
    """The same seed draws the same; what is drawn stands in the record as a literal, and nothing is left to draw."""
    edit = read_edit("set_argument", {"colours": {"before": "red,", "like": "plain-name"}})
    one, again = (drawn(edit, f"{seed}/case", lambda _: "") for _ in range(2))
    assert one == again
    assert one.classes == ()
    assert drawn(one, "other", lambda _: "") is one
    (text,) = one.literals
    assert text.startswith("red,x")
    assert text in one.words()
    assert edit.words() == "argument colours = red,(any plain-name)"


@pytest.mark.parametrize("case", [case for case in load_catalog().cases if case.edit and case.edit.classes], ids=repr)
def test_every_case_can_be_drawn_and_recorded(case: Case) -> None:
    assert case.edit is not None
    edit = drawn(case.edit, case.id, lambda _: "")
    assert read_edit(edit.kind, edit.data) == edit
    assert read_edit(case.edit.kind, case.edit.data) == case.edit
