"""A baseline file of invented cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RULE = "a.method.bad_value"
CASE, OTHER, THIRD = f"{RULE}.dropped", f"{RULE}.other", "another.method.good_value.sent"
FAR = (datetime.now(UTC) + timedelta(days=365)).date().isoformat()
"""A day on which no entry has expired yet."""

CASES = (THIRD, CASE, OTHER)


def entry(case: str = CASE, expires: str = FAR, **changes: str) -> str:
    """Return an entry for a case in which a fault was not refused; the values of `changes` are TOML."""
    values = {
        "case": f'"{case}"',
        "observed": '"ok"',
        "findings": '["not-refused"]',
        "issue": '"https://tracker.example/7"',
        "owner": '"The sandbox team"',
        "expires": expires,
        "reason": '"The gateway fills it in."',
        **changes,
    }
    return "\n".join(["[[known]]", *(f"{key} = {value}" for key, value in values.items()), ""])


def write(folder: Path, *entries: str) -> str:
    """Write a baseline into the folder and return its file name."""
    (folder / "baseline.toml").write_text("# Ours.\n\n" + "\n".join(entries), encoding="utf-8")
    return "baseline.toml"
