"""The secrets of a run, and the search for them in a text in any encoding.

Only distinctive values are searched for (`wire.vocabulary`): any other also occurs in reports by chance. Those are
hidden in their places by `wire.redact`.

A text is searched in every view that `peel` has of it, and of each view only the letters and digits are read, in lower
case: so neither the case nor what stands between the characters hides a secret. Two thirds of one are searched for as
well, from its beginning and to its end, since a target may mask the rest. Searched for as it is are only a value that
has too few letters and digits, and one that was made from another value by a small change: that one may be public.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from ..catalog.values import is_altered
from ..wire.encodings import base64_forms
from ..wire.redact import Redactor
from ..wire.vocabulary import distinctive
from .peel import innermost, views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_WORD = 8
_STRIDES = (8, 4, 2, 1)

_SHORTEST_SPREAD = 12
"""Minimum number of letters and digits of a value that is found with anything between them."""
_SHORTEST_PART = 10
"""The same of a part of a value."""
_LEAST_OF_EACH = 3
"""Minimum number of letters, and of digits, of a part that is searched for: words and numbers alone may be public."""
_DROPPED = bytes(byte for byte in range(0x80) if not chr(byte).isalnum())
_INVISIBLE = (b"\xe2\x80\x8b", b"\xe2\x80\x8c", b"\xe2\x80\x8d", b"\xe2\x81\xa0", b"\xef\xbb\xbf", b"\xc2\xad")
"""Characters without a width, in UTF-8."""


class Secrets:
    """Names and values of secrets; searching for all of them costs about as much as searching for one."""

    def __init__(
        self,
        pairs: Iterable[tuple[str, str]] = (),
        more: Callable[[], Iterable[tuple[str, str]]] = tuple,
        public: str = "",
    ) -> None:
        """Start with these pairs of name and value.

        `more` is called before each search and returns the pairs that are new since the last call; `public` is text of
        this run that is not secret.
        """
        self._more, self._public = more, public
        self._names: dict[str, str] = {}
        self._others: dict[str, str] = {}
        self._spread, self._exact = _Index(), _Index()
        self.add(pairs)

    def __len__(self) -> int:
        """Return the number of distinct values."""
        self.add(self._more())
        return len(self._names) + len(self._others)

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add pairs of name and value; a known value keeps its first name."""
        for name, value in pairs:
            if not distinctive(value, self._public):
                self._others.setdefault(value, name)
            elif value not in self._names:
                self._names[value] = name
                self._learn(name, value)

    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values, to be sent to another process."""
        self.add(self._more())
        return [(name, value) for value, name in (*self._names.items(), *self._others.items())]

    def redactor(self) -> Redactor:
        """Return a redactor that knows all of them."""
        return Redactor(self.pairs(), self._public)

    def in_text(self, data: bytes) -> dict[str, str]:
        """Return the secrets found in the data in any encoding, as a mapping of value to name."""
        self.add(self._more())
        return {value: self._names[value] for view in views(data) for value in self._in_view(view)}

    def hidden(self, text: str) -> str:
        """Return the text without distinctive secrets; hide all of it if the encoding of one cannot be replaced."""
        found = self.in_text(text.encode("utf-8", "backslashreplace"))
        if not found:
            return text
        shown = Redactor((name, value) for value, name in found.items()).by_value(text)
        if self.in_text(shown.encode("utf-8", "backslashreplace")):
            return f"[redacted: this holds {', '.join(sorted(set(found.values())))}, encoded]"
        return shown

    def hidden_in_prose(self, text: str) -> str:
        """Return free text, such as a log, without distinctive secrets and without others that are complete values."""
        shown = self.hidden(text)
        if not self._others:
            return shown
        return Redactor(((name, value) for value, name in self._others.items()), self._public).known(shown)

    def _learn(self, name: str, value: str) -> None:
        if not is_altered(name) and len(_spread(value.encode())) >= _SHORTEST_SPREAD and any(map(str.isdigit, value)):
            for form in map(_spread, _forms(value)):
                self._spread.learn(form, value)
            long = -(-2 * len(value) // 3)
            for part in (value[:long], value[-long:]):
                spread = _spread(part.encode())
                letters, digits = (sum(map(kind, part)) for kind in (str.isalpha, str.isdigit))
                if (
                    len(spread) >= _SHORTEST_PART
                    and min(letters, digits) >= _LEAST_OF_EACH
                    and distinctive(part, self._public)
                ):
                    self._spread.learn(spread, value)
        else:
            for form in _forms(value):
                self._exact.learn(form, value)

    def _in_view(self, view: bytes) -> Iterator[str]:
        if self._spread:
            yield from self._spread.found(_spread(view))
        if self._exact:
            yield from self._exact.found(view)


class _Index:
    """Finds which of many byte strings occur in a text.

    The text is read as eight-byte words, one every `stride` bytes, and each is looked up in an index of the words in
    the last part of each string. A part of `stride + 7` bytes contains one of these words at any offset. Around a word
    that is found, the text is compared once for each place that the word has in strings of one length, and not once
    for each string: the secrets of one target may all end alike.
    """

    def __init__(self) -> None:
        self._places: dict[int, dict[int, tuple[tuple[int, int], ...]]] = {stride: {} for stride in _STRIDES}
        self._value_of: dict[bytes, str] = {}

    def __bool__(self) -> bool:
        return bool(self._value_of)

    def learn(self, form: bytes, value: str) -> None:
        """Add a string that stands for a value; the first value of a string counts."""
        if form in self._value_of or len(form) < _WORD:
            return
        self._value_of[form] = value
        stride = next(stride for stride in _STRIDES if len(form) >= _WORD - 1 + stride)
        places, end = self._places[stride], len(form) - _WORD + 1
        for at in range(end - stride, end):
            word, place = int.from_bytes(form[at : at + _WORD], sys.byteorder), (at, len(form))
            if place not in (known := places.get(word, ())):
                places[word] = (*known, place)

    def found(self, view: bytes) -> Iterator[str]:
        """Yield the values of the strings that occur in this text."""
        padded = view + bytes(2 * _WORD - len(view) % _WORD)
        for stride, places in self._places.items():
            words: set[int] = set()
            for offset in range(0, _WORD if places else 0, stride):
                end = len(padded) - _WORD + offset
                read = memoryview(padded)[offset:end].cast("Q").tolist()
                if not places.keys().isdisjoint(read):
                    words |= places.keys() & read
            around = {part for word in words for part in _around(view, word, places[word])}
            yield from (self._value_of[part] for part in self._value_of.keys() & around)


def _around(view: bytes, word: int, places: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    """Yield the parts of the text that have this word in one of these places, given as offset and length."""
    wanted, at = word.to_bytes(_WORD, sys.byteorder), -1
    while (at := view.find(wanted, at + 1)) >= 0:
        yield from (view[at - before : at - before + length] for before, length in places if at >= before)


def _spread(text: bytes) -> bytes:
    """Return the letters, digits and non-ASCII characters of a text, in lower case."""
    if not text.isascii():
        for invisible in _INVISIBLE:
            text = text.replace(invisible, b"")
    return text.lower().translate(None, _DROPPED)


def _forms(value: str) -> Iterator[bytes]:
    """Yield the forms to search for: the bytes, and the encodings that `views` cannot undo."""
    raw = value.encode()
    yield raw
    yield innermost(raw)
    if " " in value:
        yield raw.replace(b" ", b"+")
    if not value.isascii():
        yield json.dumps(value)[1:-1].encode()
        yield value.encode("latin-1", "backslashreplace")
    yield from (form.encode() for form in base64_forms(raw))
