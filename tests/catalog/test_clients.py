"""The requests of real clients are what was recorded, but for the values."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from slack_conformance.catalog.clients import REAL_CLIENTS
from slack_conformance.catalog.edits.rest import Replay
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import OK, Case

RECORDED = Path(__file__).parents[2].parent / "shared" / "client-requests.jsonl"
VALUES = {
    "$token": ("xoxb-test-token",),
    "$scopes": ("channels:read,chat:write", "a"),
    "$trigger": ("123.456", "1.2", "1"),
    "$client_id": ("111.222",),
    "$client_secret": ("deadbeef",),
    "$code": ("the-code",),
    "$redirect_uri": ("http://localhost/cb",),
}
"""What the recordings hold for each value of the world."""
FROM_ELSEWHERE = {"host", "content-length", "authorization", "connection"}


def _replays() -> list[tuple[Case, Replay]]:
    cases = [case for case in load_catalog().cases if case.rule.name == REAL_CLIENTS]
    return [(case, case.edit) for case in cases if isinstance(case.edit, Replay)]


def test_40_requests_are_recorded_and_those_of_slackkit_derived() -> None:
    derived = [replay for _, replay in _replays() if replay.derived]
    assert len(_replays()) == 40 + len(derived)
    assert {replay.client for replay in derived} == {"SlackKit"}


def test_no_secret_was_left_in_a_request() -> None:
    recorded = {"xoxb-test-token", "deadbeef", "the-code", "111.222"}
    for _, replay in _replays():
        assert not any(text in repr(replay) for text in recorded)


def test_a_request_that_is_refused_says_why() -> None:
    refused = [case for case, _ in _replays() if case.accept != {OK}]
    assert refused
    assert all(case.note for case in refused)


def _encodings(pairs: tuple[tuple[str, str | None], ...], safe: str) -> set[str]:
    """Return the texts that the pairs may have been recorded as, one for each choice of the recordings' values."""
    texts = [""]
    for name, value in pairs:
        choices = VALUES.get(value, (value,)) if value is not None else (None,)
        escaped = [
            quote_plus(name, safe=safe) + ("" if choice is None else "=" + quote_plus(choice, safe=safe))
            for choice in choices
        ]
        texts = [f"{text}&{one}" if text else one for text in texts for one in escaped]
    return set(texts)


@pytest.mark.skipif(not RECORDED.is_file(), reason=f"the recorded requests are not at {RECORDED}")
def test_every_recorded_request_is_there_byte_for_byte_but_for_the_values() -> None:
    replays = _replays()
    for line in RECORDED.read_text(encoding="utf-8").splitlines():
        recorded = json.loads(line)
        path, _, query = recorded["target"].partition("?")
        headers = tuple((name, value) for name, value in recorded["headers"] if name.lower() not in FROM_ELSEWHERE)
        found = [
            replay
            for case, replay in replays
            if (case.method, replay.client, replay.version, replay.variant)
            == (path.removeprefix("/api/"), recorded["client"], recorded["version"], recorded["variant"])
        ]
        assert len(found) == 1, recorded["client"]
        replay = found[0]
        assert replay.headers == headers
        assert query in _encodings(replay.query, replay.safe)
        body = {replay.json} if replay.json is not None else _encodings(replay.form, replay.safe)
        assert recorded["body"] in body
        scheme = {name.lower(): value for name, value in recorded["headers"]}.get("authorization", "")
        assert replay.authorization == (scheme.partition(" ")[0].lower() or None)
