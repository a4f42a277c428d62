"""The encodings in which a secret may appear, all of which redaction replaces."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

_ESCAPE = re.compile("%[0-9A-F]{2}")

SHORTEST_BASE64 = 8
"""Minimum length of a base64 fragment that identifies a secret; four characters occur in many words."""

_ALIGNMENTS = ((0, 0), (1, 2), (2, 3))
"""For each offset of a secret within a 3-byte group: preceding bytes and the base64 characters they change."""


def encodings(value: str) -> set[str]:
    """Return the value plain, and percent-, base64-, hex-, JSON- and HTML-encoded."""
    raw = value.encode()
    in_json = json.dumps(value)[1:-1]
    in_text = json.dumps(value, ensure_ascii=False)[1:-1]
    forms = {
        value,
        quote(value, safe=""),
        quote_plus(value),
        quote(value),
        quote(value, safe="").lower(),
        _ESCAPE.sub(lambda found: found[0].lower(), quote_plus(value)),
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
    """Return the bytes in base64, in both alphabets and at every alignment within a longer text."""
    whole = base64.b64encode(raw).decode()
    forms = {whole, whole.rstrip("=")}
    for before, spoilt in _ALIGNMENTS:
        aligned = base64.b64encode(bytes(before) + raw).decode().rstrip("=")
        shared_with_what_follows = 1 if (before + len(raw)) % 3 else 0
        core = aligned[spoilt : len(aligned) - shared_with_what_follows]
        if len(core) >= SHORTEST_BASE64:
            forms.add(core)
    return forms | {form.replace("+", "-").replace("/", "_") for form in forms}
