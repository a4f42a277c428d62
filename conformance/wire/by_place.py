"""Redaction by place: a value is hidden where it is the whole of an argument, a JSON string, or a credential.

It stays where it is only a part: of a longer word, of a key, of another value. So a secret that is a common word can be
hidden, and the text around it is still readable.
"""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_STRING = re.compile(r'"((?:[^"\\]|\\.)*+\\?)("|\Z)(\s*:)?', re.DOTALL)
"""A string of JSON, as far as it goes, and whether it is a key; only a document that is JSON is read by it."""

_QUOTED = re.compile(r"""(?<=["'>])([^"'<>\n]+)(?=["'<])(?!["']\s*:)""")
"""What quotes or tags enclose in a text that is not JSON."""

_FIELD = re.compile(r"""(?<=[\w\]%.\-]=)([^&;\s"'<>\\]+)""")
_PART = re.compile(
    r"(?is)(content-disposition:[^\r\n]{0,300}(?:\r?\n[^\r\n]{1,200}){0,4}\r?\n\r?\n)(.*?)(?=\r?\n--|\Z)"
)

_SCHEMES = {"basic", "bearer", "token"}

_LONGEST_FORM = 6
"""Characters of the longest form for one of the value: `&#255;`, `\\u00ff`."""

_DEPTH = 3
"""Documents within strings of documents that are looked into."""


class Places:
    """Hides the values of a mapping from value to name where they stand alone; each becomes `$name`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """Take the mapping; what is added to it later counts as well."""
        self._names = names

    def hidden(self, text: str, depth: int = _DEPTH) -> str:
        """Return the text without the values, wherever one is the whole of an argument, a string or a credential."""
        if not self._names:
            return text
        whole = self.whole(text)
        if whole != text:
            return whole
        if depth:
            text = _strings(text, lambda inner: self.hidden(inner, depth - 1)) if _is_json(text) else self._quoted(text)
        text = _PART.sub(lambda part: part[1] + self.hidden(part[2], 0), text)
        return _FIELD.sub(lambda field: self.whole(field[1]), text)

    def whole(self, text: str) -> str:
        """Return the text, or the name of the value that it is, in whatever encoding; space around it stays."""
        alone = text.strip()
        if not self._names or not alone or len(alone) > self._longest():
            return text
        forms = dict.fromkeys(_forms(alone))
        shown = next((shown for form in forms if (shown := self._named(form)) is not None), None)
        return text if shown is None else text.replace(alone, shown)

    def _named(self, value: str) -> str | None:
        """Return what stands for this text: a name, a scheme and a name, or the names of a client's pair."""
        if value in self._names:
            return f"${self._names[value]}"
        scheme, _, rest = value.partition(" ")
        if scheme.lower() in _SCHEMES:
            shown = self.whole(rest)
            return None if shown == rest else f"{scheme} {shown}"
        return self._pair(value)

    def _pair(self, value: str) -> str | None:
        for colon in (found.start() for found in re.finditer(":", value)):
            first, second = self._names.get(value[:colon]), self._names.get(value[colon + 1 :])
            if first and second:
                return f"${first}:${second}"
        return None

    def _longest(self) -> int:
        """Return the characters that a form of a value, or of a pair of them after its scheme, may have."""
        return 2 * _LONGEST_FORM * max(map(len, self._names)) + max(map(len, _SCHEMES)) + 2

    def _quoted(self, text: str) -> str:
        def shown(found: re.Match[str]) -> str:
            alone = found[1].rstrip("\\")
            return self.whole(alone) + found[1][len(alone) :]

        return _QUOTED.sub(shown, text)


def _forms(text: str) -> Iterator[str]:
    """Yield the text and what it says when an encoding is taken off."""
    yield text
    yield unquote_plus(text)
    yield unquote(text)
    yield html.unescape(text)
    if "\\" in text:
        yield _of_json(text)
    yield from _of_bytes(text)


def _of_json(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _of_bytes(text: str) -> Iterator[str]:
    """Yield what the text says in base64 and in hexadecimal."""
    padded = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
    for decode, encoded in ((lambda said: base64.b64decode(said, validate=True), padded), (bytes.fromhex, text)):
        try:
            yield decode(encoded).decode()
        except ValueError:
            continue


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
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
