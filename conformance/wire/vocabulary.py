"""Distinctive values: those so unlike our own texts that they can be searched for and replaced anywhere."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ..catalog.load import load_catalog
from ..catalog.place import our_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST = 8
"""Shorter values occur in texts by chance."""

_PIECE = 4

LONGEST_WORD = 15
"""Up to this length letters alone may be a word, and digits alone a count or a time."""


def distinctive(value: str, public: str = "") -> bool:
    """Whether the value cannot occur in a report by chance; `public` is other text that a report may contain.

    False if it has fewer than `SHORTEST` characters, is one word or number of up to `LONGEST_WORD`, or occurs
    (case-insensitively) in our own data, reports and ids.
    """
    if len(value) < SHORTEST or (len(value) <= LONGEST_WORD and (value.isalpha() or value.isdigit())):
        return False
    return not _is_ours(value) and value.casefold() not in public.casefold()


def why_not_distinctive(value: str) -> str:
    """Return why a value is not distinctive, as a phrase that does not contain it."""
    if len(value) < SHORTEST:
        return f"shorter than {SHORTEST} characters"
    if value.isalpha():
        return "a single word"
    return "a plain number" if value.isdigit() else "a text that reports hold anyway"


@lru_cache(maxsize=4096)
def _is_ours(value: str) -> bool:
    folded, pieces = value.casefold(), _pieces()
    # Nearly every value has a piece that stands nowhere in our texts, which spares searching them from end to end.
    return pieces.issuperset(_cut(folded.split())) and folded in _our_text()


@cache
def _pieces() -> frozenset[str]:
    """Return every few characters in a row of each word of `_our_text`."""
    return frozenset(_cut({*_our_text().split()}))


def _cut(words: Iterable[str]) -> Iterator[str]:
    """Yield every few characters in a row of these words."""
    return (word[at : at + _PIECE] for word in words for at in range(len(word) - _PIECE + 1))


@cache
def _our_text() -> str:
    """Return every text of ours that a report may contain: data, schemas, templates, and ids composed from the data."""
    catalog = load_catalog()
    texts = [path.read_text(encoding="utf-8") for path in our_files()]
    ids = [*(case.id for case in catalog.cases), *(rule.id for rule in catalog.rules)]
    return "\n".join([*texts, *ids]).casefold()
