"""Baselines for runs against the sandbox, and the deviations that make it need them."""

from __future__ import annotations

from tests.baseline import build
from tests.baseline.build import write
from tests.cases import case_of

__all__ = ["CASE", "NOT_REFUSED", "OTHER", "OTHER_CODE", "RULE", "WARNED", "entry", "write"]

RULE = "oauth.access.bad_redirect_uri"
CASE = case_of(RULE, "drop_argument")
OTHER = case_of(RULE)
NOT_REFUSED = f"{RULE}--not-needed"
"""A deviation under which `CASE`, and no other case of its rule, gets ok:true."""

OTHER_CODE = f"{RULE}--other-documented-code"
"""A deviation under which every case of the rule fails, in another way."""

WARNED = "oauth.access.media-type--html"
"""A deviation that deserves no more than a WARN."""


def entry(case: str = CASE, expires: str = build.FAR, **changes: str) -> str:
    """Return an entry for `CASE` under `NOT_REFUSED`; the values of `changes` are TOML."""
    return build.entry(case, expires, **changes)
