"""What a profile says of states: refused where it would leave a request healthy, in words that name the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.target.profile import Profile, read_profile
from slack_conformance.target.telling import bound_to, told_by

if TYPE_CHECKING:
    from pathlib import Path

CATALOG = load_catalog()
A, B = "apps.permissions.request", "oauth.access"
TOKEN, CODE = 'token = { list = ["xoxa-fake"] }', 'code = { list = ["fake-code"] }'


def _read(folder: Path, text: str) -> Profile:
    path = folder / "target.toml"
    path.write_text(f'url = "http://127.0.0.1/"\n{text}\n', encoding="utf-8")
    return read_profile(path, CATALOG)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("two-factor-missing", {A: ("token",), B: ("code",)}),
        ("app-removed", {A: ("token",), B: ("token",)}),
        ("refresh-token-unknown", {B: ("refresh_token",)}),
        ("bucket-of-one", {A: ("token",), B: ("client_id",)}),
        ("trigger-past-its-life", {A: ("trigger",)}),
        ("maintenance", {A: (), B: ()}),
    ],
)
def test_which_values_tell_a_state(state: str, expected: dict[str, tuple[str, ...]]) -> None:
    """What the method's requests carry, what a case borrows, what a base adds, what only shows instead, and nothing."""
    assert told_by(CATALOG.states[state], CATALOG) == expected


def test_what_a_mock_may_bind_a_state_to() -> None:
    """Any value that a request of one of the state's cases carries."""
    assert set(bound_to(CATALOG.states["maintenance"], CATALOG.methods[A])) == {"token", "scopes", "trigger"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"[state.two-factor-missing]\n{TOKEN}", f"none of these values puts a request of {B} into this state"),
        (
            f"[state.two-factor-missing]\n{TOKEN}",
            f'by code; code is missing. To leave out the cases of {B}: methods = ["{A}"]',
        ),
        (f"[state.two-factor-missing]\n{CODE}", f"of {A} into this state. The state shows by token"),
        (f"[state.app-removed]\n{CODE}", "The state shows by token"),
        ('[state.bot-token]\nscopes = "a"', "none of these values"),
        (
            '[state.maintenance]\nredirect_uri = "a"',
            f"a request of {A} into this state. No value alone shows the state",
        ),
        (f'[state.two-factor-missing]\n{CODE}\nmethods = ["{A}"]', "The state shows by token"),
        (f'[state.bot-token]\n{TOKEN}\nmethods = ["{B}"]', f"Known: {A}"),
        (f'[state.bot-token]\n{TOKEN}\nmethods = ["apps.permission.request"]', f"Did you mean '{A}'?"),
        (f'[state.bot-token]\nmethods = ["{A}"]', "none of these values"),
        ('[state.maintenance]\nenter = ["down"]', 'enter without leave. Give leave as well; leave = ["true"]'),
        ('[state.maintenance]\nleave = ["up"]', "leave without enter"),
        ('[state.maintenance]\nenter = []\nleave = ["up"]', "state.maintenance.enter"),
        ('[state.maintenance]\nheaders = { Authorization = "a" }', "the cases set this header themselves"),
        ("switch_s = 0", "switch_s"),
    ],
)
def test_a_state_that_would_leave_a_request_healthy(tmp_path: Path, text: str, words: str) -> None:
    """The message names file, state, method, the values and the remedy."""
    with pytest.raises(DataError) as raised:
        _read(tmp_path, text)
    assert words in str(raised.value)
    assert "target.toml" in str(raised.value)
    assert "fake" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "state", "reached"),
    [
        (f"[state.two-factor-missing]\n{TOKEN}\n{CODE}", "two-factor-missing", {A, B}),
        (f'[state.two-factor-missing]\n{TOKEN}\nmethods = ["{A}"]', "two-factor-missing", {A}),
        (f'methods = ["{A}"]\n[state.two-factor-missing]\n{TOKEN}', "two-factor-missing", {A, B}),
        (f"[state.maintenance]\n{TOKEN}\n{CODE}", "maintenance", {A, B}),
        ('[state.maintenance]\nheaders = { X-Down = "1" }', "maintenance", {A, B}),
        ('[state.maintenance]\nenter = ["down"]\nleave = ["up"]', "maintenance", {A, B}),
        ('[state.maintenance]\nunavailable = "never down"\nscopes = "a"', "maintenance", set()),
        (f'[state.two-factor-missing]\n{TOKEN}\nmethods = ["{A}"]\nunavailable = "no"', "two-factor-missing", {A}),
        (f'[unavailable]\nbot-token = "no bots"\n[state.bot-token]\n{TOKEN}', "bot-token", set()),
    ],
)
def test_for_which_methods_a_state_is_reached(tmp_path: Path, text: str, state: str, reached: set[str]) -> None:
    """By values, headers or commands; not where it is declared away."""
    profile = _read(tmp_path, text)
    assert {method for method in CATALOG.methods if profile.seeded(state, method)} == reached


def test_a_reason_beside_methods_is_for_the_others(tmp_path: Path) -> None:
    """So one table says all of a state that only one method can be in."""
    profile = _read(tmp_path, f'[state.two-factor-missing]\n{TOKEN}\nmethods = ["{A}"]\nunavailable = "no"')
    assert profile.without_state("two-factor-missing", A) is None
    assert profile.without_state("two-factor-missing", B) == "no"
