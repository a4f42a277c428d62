"""Make hostile text harmless: control, bidirectional and invisible characters become visible tokens."""

from __future__ import annotations

import hashlib
import unicodedata

from markupsafe import Markup, escape

_TOKEN_CATEGORIES = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
_ALSO_INVISIBLE = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0", "\u034f"}
_CONTROLS = tuple(
    "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI "  # noqa: SIM905 - thirty-two lines would hide the pattern
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split()
)
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_TO_ESCAPE = str.maketrans(_ESCAPES)
_IN_ATTRIBUTES = {**_ESCAPES, '"': "&#34;", "'": "&#39;"}
_DEAREST = 5
"""Bytes that one character takes at most when it is written in a page."""

_OPEN, _CLOSE = "\u2039", "\u203a"


def plain(text: str) -> str:
    """Return the text on one line, each control, bidi, invisible or unassigned character as a visible token."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_token(character) or character for character in text)


def block(text: str, limit: int) -> Markup:
    """Return the text as markup of about `limit` bytes at most; the rest is replaced by its length and hash.

    Line ends are kept and tokens are marked. The result is for the text of an element, where quotes need no escape. The
    limit applies to the output, since tokens take more room than the characters that they replace, and a target must
    not be able to choose the size of the report.
    """
    lines = text.replace("\n", "")
    if lines.isascii() and lines.isprintable():
        whole = text.translate(_TO_ESCAPE)
        if len(whole) <= limit:
            return Markup(whole)  # noqa: S704 - escaped in the line above
        start = text[:limit]
        if start.translate(_TO_ESCAPE) == start:
            return Markup(start) + _rest(text, limit)  # noqa: S704 - nothing in it has to be escaped
    parts: list[str] = []
    size = 0
    pending = "\r\n"
    for index, character in enumerate(text):
        if character == "\n" or (character == "\r" and text[index : index + 2] == pending):
            part = "\n" if character == "\n" else ""
        elif token := _token(character):
            part = f"<b>{token}</b>"
        else:
            part = _ESCAPES.get(character, character)
        size += len(part.encode())
        if size > limit:
            parts.append(str(_rest(text, index)))
            break
        parts.append(part)
    return Markup("".join(parts))  # noqa: S704 - each part was escaped above


def shortened(text: str, limit: int) -> str:
    """Return the text on one line, made visible and cut to `limit` bytes of output.

    A character that is not ASCII or must be escaped takes several, and a target must not choose the size of a report.
    """
    shown = plain(text[: limit + 1])
    if len(shown) <= limit // _DEAREST or len(str(escape(shown)).encode()) <= limit:
        return shown
    size = 0
    for index, character in enumerate(shown):
        size += len(_IN_ATTRIBUTES.get(character, character).encode("utf-8", "surrogatepass"))
        if size > limit:
            return shown[: max(index - 1, 0)] + "…"
    return shown


def _rest(text: str, index: int) -> Markup:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    more = f"{index:,} of {len(text):,} characters shown; sha256 {digest[:16]}…{digest[-8:]}"
    return Markup("<i>… {}</i>").format(more)


def _token(character: str) -> str:
    """Return the token for a character that must not be output, or an empty string."""
    if " " <= character <= "~":
        return ""
    number = ord(character)
    if number < len(_CONTROLS):
        return f"{_OPEN}{_CONTROLS[number]}{_CLOSE}"
    if unicodedata.category(character) in _TOKEN_CATEGORIES or character in _ALSO_INVISIBLE:
        return f"{_OPEN}U+{number:04X}{_CLOSE}"
    return ""
