"""The secrets of a run, and the search for them in a text in any encoding.

Only distinctive values are searched for (`wire.vocabulary`): any other also occurs in reports by chance. Those are
hidden in their places by `wire.redact`.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from ..wire.encodings import base64_forms
from ..wire.redact import Redactor
from ..wire.vocabulary import distinctive
from .peel import innermost, views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_WORD = 8
_STRIDES = (8, 4, 2, 1)
_MASK = (1 << 64) - 1


class Secrets:
    """Names and values of secrets; searching for all of them costs about as much as searching for one.

    The text is read as eight-byte words, one every `stride` bytes, and each is looked up in an index of the words near
    the end of each secret. A form of at least `stride + 7` bytes contains one of these words at any offset.
    """

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
        self._words: dict[int, dict[int, list[bytes]]] = {stride: {} for stride in _STRIDES}
        self._form_of: dict[bytes, str] = {}
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
                for form in _forms(value):
                    self._learn(form, value)

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
