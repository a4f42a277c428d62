"""Strict parsers of the two form encodings: whatever the page calls syntactically invalid is an error."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote_to_bytes

_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NAME = re.compile(r';\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE)

Pairs = list[tuple[str, str]]


class FormError(ValueError):
    """The body does not match its Content-Type."""


def query(text: str) -> Pairs:
    """Return the arguments of a query string; no query string is invalid."""
    return parse_qsl(text, keep_blank_values=True, errors="replace")


def urlencoded(body: bytes, charset: str, *, lenient: bool = False) -> Pairs:
    """Return the arguments of a form body. Raises `FormError` for an invalid escape, unless `lenient`."""
    if not lenient and _BROKEN_ESCAPE.search(body):
        raise FormError("a percent sign without two hexadecimal digits")
    pairs = []
    for piece in body.split(b"&"):
        if not piece.strip():
            continue
        name, _, value = piece.partition(b"=")
        pairs.append((_decoded(name, charset), _decoded(value, charset)))
    return pairs


def has_bare_name(body: bytes) -> bool:
    """Return whether the form contains a name without an equals sign, which is an argument with an empty value."""
    return any(piece.strip() and b"=" not in piece for piece in body.split(b"&"))


def multipart(body: bytes, boundary: str | None, charset: str, *, lenient: bool = False) -> Pairs:
    """Return the parts of a multipart body as text. Raises `FormError` if the boundary is missing or not respected.

    If `lenient`, everything before the first boundary is skipped, even if that is the whole body.
    """
    if not boundary:
        raise FormError("no boundary")
    delimiter = b"--" + boundary.encode("latin-1", "replace")
    _, *parts = (b"\r\n" + body).split(b"\r\n" + delimiter)
    if not parts and lenient:
        return []
    if not parts or not parts[-1].startswith(b"--"):
        raise FormError("the closing boundary is missing")
    return [_part(part, charset) for part in parts[:-1]]


def _part(part: bytes, charset: str) -> tuple[str, str]:
    head, blank, content = part.partition(b"\r\n\r\n")
    if not blank:
        raise FormError("a part without a blank line")
    for line in head.decode("utf-8", "replace").split("\r\n"):
        key, _, value = line.partition(":")
        found = _NAME.search(value) if key.strip().lower() == "content-disposition" else None
        if found:
            return found[1] if found[1] is not None else found[2], content.decode(charset, "replace")
    raise FormError("a part without a name")


def _decoded(text: bytes, charset: str) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode(charset, "replace")
