"""Answers as bytes, for the strict parser to read."""

from __future__ import annotations

import gzip
import zlib

GOOD = b'{"ok":true}'


def framed(body: bytes, *headers: str, status: str = "200 OK", length: bool = True) -> bytes:
    """Return an answer with this body."""
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def zipped(body: bytes) -> bytes:
    """Return an answer with this body, gzipped."""
    return framed(gzip.compress(body), "Content-Encoding: gzip")


def raw_deflate(body: bytes) -> bytes:
    """Return the body as deflate without the header and checksum of zlib."""
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(body) + deflater.flush()


def nested(depth: int) -> bytes:
    """Return a good document in which so many arrays stand within each other, below the object itself."""
    return b'{"ok":true,"a":' + b"[" * depth + b"]" * depth + b"}"
