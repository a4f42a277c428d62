"""A method made of known kinds of argument is served from data alone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root
from slack_conformance.sandbox import Sandbox

from .conftest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

METHOD = "things.open"
SHA = "0" * 64
CODES = {
    "not_authed": ["credentials.absent"],
    "invalid_auth": ["token.unknown"],
    "no_such_trigger": [],
    "trigger_spent": [],
    "not_boolean": [],
    "invalid_arguments": ["argument.other"],
    "is_bot": ["token.of-bot"],
}
"""The error table of its page, with what leads to a code unless an argument names it."""
ROWS = "".join(
    f"""
[[row]]
code = "{code}"
place = "Errors/{number}"
sha256 = "{SHA}"
concern = "errors"
strength = "must"
summary = "Invented."
untestable = "Tried by a test of the sandbox."
{f"conditions = {conditions}" if conditions else ""}
"""
    for number, (code, conditions) in enumerate(CODES.items(), 1)
)
PAGE = f"""
method = "{METHOD}"
page = "things.open.txt"
title = "Opens a thing"
tier = 3
success = "responses/error.schema.json"
failure = "responses/error.schema.json"
effect = {{ kind = "none", answer = {{ thing = {{ opened_by = "$token", sizes = [1, 2] }} }} }}

[argument.token]
kind = "token"
required = true
value = "$token"
place = "Arguments/1"
sha256 = "{SHA}"
summary = "The token."

[argument.trigger]
kind = "one-shot"
required = true
value = "$trigger"
codes = {{ unknown = "no_such_trigger", used = "trigger_spent" }}
place = "Arguments/2"
sha256 = "{SHA}"
summary = "The trigger."

[argument.wide]
kind = "boolean"
codes = {{ malformed = "not_boolean" }}
place = "Arguments/3"
sha256 = "{SHA}"
summary = "Whether it opens wide."

[base.get]
verb = "GET"
arguments = "query"
token = "header"
place = "Facts"
summary = "GET is accepted."
{ROWS}
"""


@pytest.fixture
def things(tmp_path: Path) -> Iterator[Client]:
    """Yield a client of a sandbox that serves the invented method beside ours."""
    shutil.copytree(data_root() / "fixtures", tmp_path / "fixtures")
    (tmp_path / "fixtures" / "methods" / f"{METHOD}.toml").write_text(PAGE, encoding="utf-8")
    with Sandbox(load_catalog(tmp_path)) as sandbox:
        yield Client(sandbox)
        assert sandbox.failures == []


def test_a_row_with_a_condition_that_nothing_finds_is_refused(tmp_path: Path) -> None:
    shutil.copytree(data_root() / "fixtures", tmp_path / "fixtures")
    page = PAGE.replace("credentials.absent", "credentials.abesnt")
    (tmp_path / "fixtures" / "methods" / f"{METHOD}.toml").write_text(page, encoding="utf-8")
    with pytest.raises(DataError, match=r"things\.open\.not_authed\.conditions: .* Did you mean 'credentials\.absent'"):
        Sandbox(load_catalog(tmp_path))


def test_it_answers_what_its_data_say(things: Client) -> None:
    world = things.world(method=METHOD)
    assert set(world.values) == {"token", "scopes_mixed", "trigger"}
    form = {"token": world.values["token"], "trigger": world.values["trigger"][0], "wide": "true"}
    assert things.call(METHOD, form).document == {
        "ok": True,
        "thing": {"opened_by": world.values["token"], "sizes": [1, 2]},
    }
    assert things.call(METHOD, form).outcome == "trigger_spent"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"token": ""}, "not_authed"),
        ({"token": "xoxa-1"}, "invalid_auth"),
        ({"trigger": "1.2.3"}, "no_such_trigger"),
        ({"trigger": ""}, "invalid_arguments"),
        ({"wide": "very"}, "not_boolean"),
    ],
)
def test_it_refuses_by_the_names_of_its_page(things: Client, changed: dict[str, str], expected: str) -> None:
    world = things.world(method=METHOD)
    form = {"token": world.values["token"], "trigger": world.values["trigger"][0], **changed}
    assert things.call(METHOD, form).outcome == expected


def test_what_its_page_does_not_name_is_not_refused(things: Client) -> None:
    states = {"bot-token": "is_bot", "app-removed": "ok", "maintenance": "ok"}
    for state, expected in states.items():
        world = things.world(state, METHOD)
        form = {"token": world.values["token"], "trigger": world.values["trigger"][0]}
        assert things.call(METHOD, form).outcome == expected
