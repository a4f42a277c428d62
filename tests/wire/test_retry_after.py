"""How long a Retry-After asks to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.wire.retry_after import LONGEST_WAIT_S, seconds_to_wait

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 5\t", 5.0),
        ("9" * 5000, LONGEST_WAIT_S),
        ("1000000001", LONGEST_WAIT_S),
        ("999999999", 999_999_999.0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 13:00:30 +0100", 30.0),
        ("Saturday, 21-Nov-26 12:01:00 GMT", 60.0),
        ("Sat Nov 21 12:00:10 2026", 10.0),
        ("Sat, 21 Nov 2026 12:00:30 -0000", 30.0),
        ("", None),
        ("-5", None),
        ("5s", None),
        ("²", None),
        ("tomorrow", None),
        ("Mon, 99999999999 Nov 1994 08:49:37 GMT", None),
    ],
)
def test_seconds_to_wait(value: str, seconds: float | None) -> None:
    assert seconds_to_wait(value, NOW) == seconds


def test_seconds_to_wait_count_from_now() -> None:
    far = (datetime.now(UTC) + timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    seconds = seconds_to_wait(far)
    assert seconds is not None
    assert 86_000 < seconds <= 86_400


DATES = st.lists(
    st.sampled_from(["Sat,", "21", "Nov", "2026", "12:00:30", "99:99", "GMT", "+9999999999", "-", ":", "0", "9" * 30]),
    max_size=8,
)


@given(st.text(max_size=40) | DATES.map(" ".join))
def test_any_text_is_a_number_of_seconds_or_none(value: str) -> None:
    seconds = seconds_to_wait(value, NOW)
    assert seconds is None or 0 <= seconds < 1e12
