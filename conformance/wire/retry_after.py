"""Parsing of Retry-After."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_S = 1e9
"""Longer waits are cut to this: nobody waits thirty years, and larger numbers overflow."""

LONGEST_USABLE_S = 31 * 24 * 3600
"""A longer wait is a mistake, such as the time of day in seconds since 1970: no rate limit has a longer window."""


def seconds_to_wait(value: str, now: datetime | None = None) -> float | None:
    """Return the wait in seconds from a Retry-After in seconds or as an HTTP date; `None` if it is neither."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
