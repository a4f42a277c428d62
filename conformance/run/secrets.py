"""Every secret that a run knows, and whether a text holds one of them, whatever encodings are around it."""

from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING

from conformance.run.peel import innermost, views

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST = 8
"""Characters below which a value is not searched for in files: it would stand in some report by chance."""

_WORD = 8
_STRIDES = (8, 4, 2, 1)
_MASK = (1 << 64) - 1
_ALIGNMENTS = ((0, 0), (1, 2), (2, 3))
"""Bytes that may stand before a secret within a group of three, and the characters of base64 that they spoil."""


class Secrets:
    """Names and values; finding all of them in a text costs about as much as finding one.

    The text is read as words of eight bytes, one every stride, and each word is looked up among those at the end of
    the secrets: a form of `stride + 7` bytes or more has a word of its own at one of these places, wherever it stands.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        """Take what is known already."""
        self._names: dict[str, str] = {}
        self._words: dict[int, dict[int, list[bytes]]] = {stride: {} for stride in _STRIDES}
        self._form_of: dict[bytes, str] = {}
        self.add(pairs)

    def __len__(self) -> int:
        """Return how many different values are known."""
        return len(self._names)

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Learn more; a value that is known already keeps its first name."""
        for name, value in pairs:
            if len(value.encode()) >= SHORTEST and value not in self._names:
                self._names[value] = name
                for form in _forms(value):
                    self._learn(form, value)

    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values, to be handed to another process."""
        return [(name, value) for value, name in self._names.items()]

    def in_text(self, data: bytes) -> dict[str, str]:
        """Return the secrets that stand in the data, in any encoding: names by value."""
        return {value: self._names[value] for view in views(data) for value in self._in_view(view)}

    def _learn(self, form: bytes, value: str) -> None:
        if form in self._form_of or len(form) < _WORD:
            return
        self._form_of[form] = value
        stride = next(stride for stride in _STRIDES if len(form) >= _WORD - 1 + stride)
        words, tail = self._words[stride], int.from_bytes(form[1 - stride - _WORD :], sys.byteorder)
        for shift in range(0, 8 * stride, 8):
            words.setdefault((tail >> shift) & _MASK, []).append(form)

    def _in_view(self, view: bytes) -> Iterator[str]:
        padded = view + bytes(2 * _WORD - len(view) % _WORD)
        for stride, words in self._words.items():
            candidates: set[bytes] = set()
            for offset in range(0, _WORD if words else 0, stride):
                end = len(padded) - _WORD + offset
                read = memoryview(padded)[offset:end].cast("Q").tolist()
                if not words.keys().isdisjoint(read):
                    candidates.update(*(words[word] for word in words.keys() & read))
            yield from (self._form_of[form] for form in candidates if form in view)


def _forms(value: str) -> Iterator[bytes]:
    """Yield what is searched for: the bytes themselves, and what cannot be undone without knowing where it begins."""
    raw = value.encode()
    yield raw
    yield innermost(raw)
    if " " in value:
        yield raw.replace(b" ", b"+")
    if not value.isascii():
        yield json.dumps(value)[1:-1].encode()
        yield value.encode("latin-1", "backslashreplace")
    for before, spoilt in _ALIGNMENTS:
        whole = base64.b64encode(bytes(before) + raw)
        # The last character before the padding depends on what follows the secret.
        spoilt_at_end = (0, 3, 2)[(before + len(raw)) % 3]
        core = whole[spoilt : len(whole) - spoilt_at_end]
        yield core
        if b"+" in core or b"/" in core:
            yield core.replace(b"+", b"-").replace(b"/", b"_")
