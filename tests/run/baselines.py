"""Baselines for tests, and what a sandbox must do wrong to need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RULE = "oauth.access.bad_redirect_uri"
CASE = f"{RULE}.dropped"
NOT_REFUSED = f"{RULE}--not-needed"
"""A deviation under which `CASE`, and no other case of its rule, draws ok:true."""

OTHER_CODE = f"{RULE}--other-documented-code"
"""A deviation under which every case of the rule fails, in another way."""

WARNED = "oauth.access.media-type--html"
"""A deviation that deserves no more than a WARN."""


def entry(case: str = CASE, expires: str = "2999-12-31", **changes: str) -> str:
    """Return an entry for `CASE` under `NOT_REFUSED`; values of `changes` are TOML."""
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
