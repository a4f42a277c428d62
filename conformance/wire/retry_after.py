"""How long a Retry-After asks to wait."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_S = 1e9
"""What a longer Retry-After is taken for: nobody waits for thirty years, and larger numbers overflow."""


def seconds_to_wait(value: str, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After asks for, in either of its forms; `None` if it is neither."""
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
