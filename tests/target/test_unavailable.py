"""What a profile declares away: states, methods, rules and cases; never what the request alone shows against a must."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine.preflight import ruled_out
from slack_conformance.target.profile import Profile, read_profile
from tests.cases import case_of

if TYPE_CHECKING:
    from pathlib import Path

CATALOG = load_catalog()
CASES = {case.id: case for case in CATALOG.cases}
A, B = "apps.permissions.request", "oauth.access"
CODE, DROPPED = case_of(f"{B}.invalid_code"), case_of(f"{B}.bad_redirect_uri", "drop_argument")


def _read(folder: Path, text: str) -> Profile:
    path = folder / "target.toml"
    path.write_text(f'url = "http://127.0.0.1/"\n{text}\n', encoding="utf-8")
    return read_profile(path, CATALOG)


def _ruled_out(folder: Path, text: str) -> dict[str, str]:
    profile = _read(folder, text)
    return {case.id: reason for case in CATALOG.cases if (reason := ruled_out(case, profile))}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('app-remved = "x"', "Did you mean 'app-removed'?"),
        (f'"{B}.invalid_cdoe" = "x"', f"Did you mean '{B}.invalid_code'?"),
        (f'"{B}.bad_redirect_uri" = "x"', "It cannot be declared unavailable"),
        (f'"{DROPPED}" = "x"', f"{DROPPED} needs only a request"),
        (f'{B}.invalid_code = "x"', f"{CODE} needs only a request"),
        (f'"{B}.via-post-form" = "x"', "its rule is a must"),
        (f'"{A}" = "x"\n"{B}" = "x"', "no method is left to test"),
        ("app-removed = 3", "unavailable.app-removed"),
        ('app-removed = ""', "unavailable.app-removed"),
        (f"{B}.ratelimited = [1]", "has the wrong type"),
    ],
)
def test_what_cannot_be_declared(tmp_path: Path, text: str, words: str) -> None:
    """One message: what is wrong, where, and why it is not taken."""
    with pytest.raises(DataError) as raised:
        _read(tmp_path, f"[unavailable]\n{text}")
    assert words in str(raised.value)
    assert "target.toml: unavailable" in str(raised.value)


def test_a_state_takes_every_case_with_it_that_needs_it_of_any_world(tmp_path: Path) -> None:
    """Also those that only borrow a value from a world in it; the same in either table."""
    for text in ('[unavailable]\napp-removed = "why"', '[state.app-removed]\nunavailable = "why"'):
        out = _ruled_out(tmp_path, text)
        assert set(out) == {case.id for case in CATALOG.cases if "app-removed" in case.states}
        assert set(out.values()) == {"app-removed: why"}


def test_a_method_a_rule_and_a_case(tmp_path: Path) -> None:
    """Each by its name or id, with or without quotes; a method that is declared away is claimed no more."""
    about_it = {case.id for case in CATALOG.cases if case.rule.id == f"{B}.ratelimited"}
    assert set(_ruled_out(tmp_path, f'[unavailable]\n{B}.ratelimited = "why"')) == about_it
    case = f"{B}.invalid_code.expired"
    assert _ruled_out(tmp_path, f'[unavailable]\n"{case}" = "why"') == {case: f"{case}: why"}
    out = _ruled_out(tmp_path, f'[unavailable]\n"{B}" = "why"')
    assert set(out) == {case.id for case in CATALOG.methods[B].cases}
    assert set(out.values()) == {"why"}
    assert _read(tmp_path, f'[unavailable]\n"{B}" = "why"').methods == (A,)


def test_a_rule_below_must_may_be_declared(tmp_path: Path) -> None:
    """A target that does not follow an advice says so, and nothing is claimed for it."""
    assert f"{B}.via-get.accepted" in _ruled_out(tmp_path, f'[unavailable]\n"{B}.via-get" = "POST only"')


def test_what_can_be_shown_in_another_way_is_not_ruled_out(tmp_path: Path) -> None:
    """A case by a clock goes with the state that would show it instead; one with two ways only with both."""
    expired, throttled = f"{A}.invalid_trigger.expired", case_of(f"{A}.ratelimited", "again")
    assert expired in _ruled_out(tmp_path, '[unavailable]\ntrigger-past-its-life = "no clock"')
    assert throttled not in _ruled_out(tmp_path, '[unavailable]\nbucket-empty = "no limit"')
    assert throttled in _ruled_out(tmp_path, '[unavailable]\nbucket-of-one = "no limit"')
    empty = '[state.bucket-empty]\ntoken = { list = ["xoxa-fake"] }\nclient_id = "1.2"'
    assert throttled not in _ruled_out(tmp_path, f'[unavailable]\nbucket-of-one = "no limit"\n{empty}')
