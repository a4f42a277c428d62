"""Hashing of a page's sentences, so that the catalog can refer to them without copying them."""

from __future__ import annotations

import hashlib
import unicodedata


def normalised(text: str) -> str:
    """Return the text in NFC, without `[hidden]` and backticks, with whitespace collapsed and trimmed."""
    plain = unicodedata.normalize("NFC", text).replace("[hidden]", "").replace("`", "")
    return " ".join(plain.split())


def sentence_hash(sentence: str) -> str:
    """Return the hash of one sentence, heading or other line."""
    return _sha256(sentence)


def row_hash(code: str, description: str) -> str:
    """Return the hash of a row of an error or warning table."""
    return _sha256(code, description)


def argument_hash(name: str, kind: str, description: str) -> str:
    """Return the hash of an argument; `kind` is the type on the page, or empty."""
    return _sha256(name, kind, description) if kind else _sha256(name, description)


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\n".join(map(normalised, parts)).encode()).hexdigest()
