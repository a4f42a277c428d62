"""Suggest the documented code that an undocumented one was probably meant to be."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest_code(code: str, documented: Iterable[str]) -> str | None:
    """Return the documented code with the most similar spelling, or `None` if none is similar."""
    near = difflib.get_close_matches(code, sorted(documented), n=1, cutoff=0.6)
    return near[0] if near else None
