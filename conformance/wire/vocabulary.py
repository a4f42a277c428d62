"""Whether a value is distinctive: so unlike our own words that it can be replaced, and searched for, anywhere."""

from __future__ import annotations

from functools import cache, lru_cache

from conformance.catalog.load import load_catalog
from conformance.catalog.place import our_files

SHORTEST = 8
"""Characters below which a value stands in some text by chance."""

LONGEST_WORD = 15
"""Characters up to which a value of letters alone may be a word, and one of digits alone a count or a time."""


def distinctive(value: str, public: str = "") -> bool:
    """Whether wherever the value stands, it can only be the value; `public` is what else may be said in a report.

    Not so if it has fewer than `SHORTEST` characters, if it is one word or number of up to `LONGEST_WORD`, or if it
    stands in our own data, reports and ids, in whatever case.
    """
    if len(value) < SHORTEST or (len(value) <= LONGEST_WORD and (value.isalpha() or value.isdigit())):
        return False
    return not _is_ours(value) and value.casefold() not in public.casefold()


def why_not_distinctive(value: str) -> str:
    """Return in words why a value is not distinctive, without the value."""
    if len(value) < SHORTEST:
        return f"shorter than {SHORTEST} characters"
    if value.isalpha():
        return "a single word"
    return "a plain number" if value.isdigit() else "a text that reports hold anyway"


@lru_cache(maxsize=4096)
def _is_ours(value: str) -> bool:
    return value.casefold() in _our_text()


@cache
def _our_text() -> str:
    """Return what a report may hold of us: data, schemas, templates, and the ids that are composed from the data."""
    catalog = load_catalog()
    texts = [path.read_text(encoding="utf-8") for path in our_files()]
    ids = [*(case.id for case in catalog.cases), *(rule.id for rule in catalog.rules)]
    return "\n".join([*texts, *ids]).casefold()
