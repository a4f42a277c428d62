"""Split what a case accepts into the outcomes and the ledger rows that it cites."""

from __future__ import annotations

import re

_READING = r" by reading '[^']*' of ([\w-]+)"
_NEXT = re.compile(rf"{_READING}, (?!with)")
_LAST = re.compile(_READING)
_OTHERS = re.compile(r" \(also accepted: ([^()]*)\)")


def without_readings(expected: str) -> str:
    """Return the accepted outcomes without the readings behind them."""
    return _OTHERS.sub(r" or \1", _LAST.sub("", _NEXT.sub(" or ", expected)))


def rows_cited(expected: str) -> tuple[str, ...]:
    """Return the ledger rows whose readings are accepted, each once."""
    return tuple(dict.fromkeys(_LAST.findall(expected)))
