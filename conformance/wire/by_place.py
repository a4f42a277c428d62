"""Redaction by place: hide a value where it is a complete argument, JSON string or credential.

It is left alone where it is only part of a longer word, a key or another value. So a secret that is a common word can
be hidden and the text around it stays readable.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from .document import is_deep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_STRING = re.compile(r'"((?:[^"\\]|\\.)*+\\?)("|\Z)(\s*:)?', re.DOTALL)
"""A JSON string, possibly cut, and whether it is a key; applied to JSON documents only."""

_QUOTED = re.compile(r"""(?<=["'>])([^"'<>\n]+)(?=["'<])(?!["']\s*:)""")
"""Text enclosed in quotes or tags, in a document that is not JSON."""

_FIELD = re.compile(r"""(?<=[\w\]%.\-]=)([^&;#\s"'<>\\]+)""")
_PART = re.compile(
    r"(?is)(content-disposition:[^\r\n]{0,300}(?:\r?\n[^\r\n]{1,200}){0,4}\r?\n\r?\n)(.*?)(?=\r?\n--|\Z)"
)

_SCHEMES = {"basic", "bearer", "token"}

_DEPTH = 3
"""How many levels of JSON documents inside JSON strings are searched."""


class Places:
    """Hides texts that are complete values."""

    def __init__(self) -> None:
        """Start without any texts."""
        self._shown: dict[str, str] = {}

    def add(self, forms: Iterable[str], shown: str) -> None:
        """Add the forms of a value and the replacement to show; known forms keep their replacement."""
        for form in forms:
            self._shown.setdefault(form, shown)

    def extend(self, other: Places) -> None:
        """Add all texts of another instance."""
        self._shown.update(other._shown)

    def hidden(self, text: str, depth: int = _DEPTH) -> str:
        """Return the text with each value replaced where it is a complete argument, string or credential."""
        if not self._shown:
            return text
        whole = self.whole(text)
        if whole != text:
            return whole
        if depth:
            text = _strings(text, lambda inner: self.hidden(inner, depth - 1)) if _is_json(text) else self._quoted(text)
            text = _PART.sub(lambda part: part[1] + self.hidden(part[2], 0), text)
        return _FIELD.sub(lambda field: self.whole(field[1]), text)

    def whole(self, text: str) -> str:
        """Return the text with its value replaced, alone or after an authentication scheme; keep outer whitespace."""
        alone = text.strip()
        scheme, _, credentials = alone.partition(" ")
        if scheme.lower() not in _SCHEMES or alone in self._shown:
            credentials = alone
        shown = self._shown.get(credentials.strip())
        return text if shown is None else text.replace(alone, alone.removesuffix(credentials) + shown)

    def _quoted(self, text: str) -> str:
        def shown(found: re.Match[str]) -> str:
            alone = found[1].rstrip("\\")
            said = _of_json(alone)
            return self.whole(said) + found[1][len(alone) :] if self.whole(said) != said else found[1]

        return _QUOTED.sub(shown, text)


def _is_json(text: str) -> bool:
    if is_deep(text):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _strings(document: str, shown: Callable[[str], str]) -> str:
    """Return the JSON document with `shown` applied to every string that is not a key."""

    def replaced(found: re.Match[str]) -> str:
        if found[3]:
            return found[0]
        said = _of_json(found[1])
        text = shown(said)
        return found[0] if text == said else json.dumps(text, ensure_ascii=False)

    return _STRING.sub(replaced, document)


def _of_json(text: str) -> str:
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text
