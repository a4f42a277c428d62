"""The encodings in which a secret may come back: what redaction replaces."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

SHORTEST_BASE64 = 8
"""Characters of base64 below which a piece is no proof of a secret: four of them stand in many a word."""

_ALIGNMENTS = ((0, 0), (1, 2), (2, 3))
"""Bytes that may stand before a secret within a group of three, and the characters that they spoil."""


def encodings(value: str) -> set[str]:
    """Return the value as it is, and percent-, base64-, hex-, JSON- and HTML-encoded."""
    raw = value.encode()
    in_json = json.dumps(value)[1:-1]
    in_text = json.dumps(value, ensure_ascii=False)[1:-1]
    forms = {
        value,
        quote(value, safe=""),
        quote_plus(value),
        quote(value),
        quote(value, safe="").lower(),
        f"%{raw.hex('%')}".upper(),
        f"%{raw.hex('%')}",
        in_json,
        in_json.replace("/", "\\/"),
        in_text,
        in_text.replace("/", "\\/"),
        html.escape(value),
        html.escape(value, quote=False),
        html.escape(value).replace("&#x27;", "&#39;"),
        raw.hex(),
        raw.hex().upper(),
    }
    return forms | base64_forms(raw)


def base64_forms(raw: bytes) -> set[str]:
    """Return the bytes in base64, also as they look in the middle of something longer, in both alphabets."""
    whole = base64.b64encode(raw).decode()
    forms = {whole, whole.rstrip("=")}
    for before, spoilt in _ALIGNMENTS:
        aligned = base64.b64encode(bytes(before) + raw).decode().rstrip("=")
        shared_with_what_follows = 1 if (before + len(raw)) % 3 else 0
        core = aligned[spoilt : len(aligned) - shared_with_what_follows]
        if len(core) >= SHORTEST_BASE64:
            forms.add(core)
    return forms | {form.replace("+", "-").replace("/", "_") for form in forms}
