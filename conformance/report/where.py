"""Places in a page, as written in the data and in words."""

from __future__ import annotations

import re

_ROW = re.compile(r"(Errors|Warnings|Arguments)/([0-9-]+)")
_NUMBERED = re.compile(r"(.+)/([0-9]+)")


def in_words(place: str) -> str:
    """Return `Errors/4` as `Errors, row 4`, `text/2` as `text, no. 2`, `Facts/Rate limits` as `Facts, Rate limits`."""
    if found := _ROW.fullmatch(place):
        return f"{found[1]}, {'rows' if '-' in found[2] else 'row'} {found[2]}"
    if found := _NUMBERED.fullmatch(place):
        return f"{found[1]}, no. {found[2]}"
    return place.replace("/", ", ")
