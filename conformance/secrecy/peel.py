"""Removal of the encodings around a text, layer by layer."""

from __future__ import annotations

import binascii
import functools
import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYERS = 6
"""Maximum number of nested escapes; the reports' own formats need three."""

DEPTH = 3
"""Maximum nesting of base64, hexadecimal and gzip."""

OPENED_CAP = 64_000_000
"""Maximum size of one decompressed gzip stream in bytes."""

_SHORTEST_BASE64, _SHORTEST_HEX = 24, 16
"""Minimum length of a run of characters that may be an encoding rather than a word."""

_SAMPLE = 48
_GZIP = b"\x1f\x8b\x08"

_MAY_BE_ESCAPED = re.compile(rb"[%\\&]")
_ESCAPE = re.compile(
    rb"%([0-9A-Fa-f]{2})|\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))"
    rb"|&(?:#[xX]0{0,6}([0-9A-Fa-f]{1,6})|#0{0,6}(\d{1,7})|(amp|lt|gt|quot|apos));",
    re.DOTALL,
)
_PLAIN_TO_JSON = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_NAMED = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}
_BASE64_CHARS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_HEX_CHARS = b"0123456789abcdefABCDEF"
_STANDARD = bytes.maketrans(b"-_", b"+/")
_TEXTUAL = bytes({*range(0x20, 0x7F), 9, 10, 13})


def views(data: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """Yield the data plain and unescaped, and recursively what base64, hexadecimal and gzip in it contain."""
    if data.startswith(_GZIP) and depth:
        yield from views(inflated(data), depth - 1)
        return
    inside = innermost(data)
    known: set[tuple[bytes, bytes]] = set()
    for view in (data, inside) if inside != data else (data,):
        yield view
        for piece in _decoded(view, known) if depth else ():
            yield from views(piece, depth - 1)


def innermost(data: bytes) -> bytes:
    """Return the data with every layer of escapes removed."""
    for _ in range(LAYERS):
        if _MAY_BE_ESCAPED.search(data) is None:
            break
        peeled = unescaped(data)
        if peeled == data:
            break
        data = peeled
    return data


def unescaped(data: bytes) -> bytes:
    """Remove one layer of percent-, JSON- and HTML-escapes."""
    # By far the most frequent escapes of an HTML report, handled without a function call for each.
    data = data.replace(b"&#34;", b'"').replace(b"&quot;", b'"').replace(b"&#39;", b"'")
    return _ESCAPE.sub(_meant, data)


def _meant(found: re.Match[bytes]) -> bytes:
    percent, byte, unit, char, hexadecimal, decimal, name = found.groups()
    if percent or byte:
        return binascii.unhexlify(percent or byte)
    if char:
        return _PLAIN_TO_JSON.get(char, char)
    if name:
        return _NAMED[name]
    number = int(unit or hexadecimal, 16) if unit or hexadecimal else int(decimal)
    return chr(number).encode("utf-8", "surrogatepass") if number <= 0x10FFFF else b""  # noqa: PLR2004 - Unicode's end


def inflated(data: bytes) -> bytes:
    """Decompress a gzip or zlib stream as far as it is valid, up to `OPENED_CAP` bytes."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)
    plain = bytearray()
    try:
        for start in range(0, len(data), 65_536):
            plain += inflater.decompress(data[start : start + 65_536], OPENED_CAP - len(plain) or 1)
            if inflater.eof or len(plain) >= OPENED_CAP:
                break
    except zlib.error:
        pass
    return bytes(plain)


def _decoded(data: bytes, known: set[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """Decode long runs of base64 and hexadecimal that are not in `known`; yield what is text or compressed."""
    lines = data.translate(None, b"\r\n")
    for run in _runs(lines, _BASE64_CHARS, _SHORTEST_BASE64):
        if (_BASE64_CHARS, run) not in known:
            known.add((_BASE64_CHARS, run))
            for start in range(4):
                yield from _readable(_from_base64(run[start:]))
    for run in _runs(lines, _HEX_CHARS, _SHORTEST_HEX):
        if (_HEX_CHARS, run) not in known:
            known.add((_HEX_CHARS, run))
            for start in range(2):
                yield from _readable(binascii.unhexlify(run[start : len(run) - (len(run) - start) % 2]))


def _from_base64(run: bytes) -> bytes:
    """Decode a run that lacks its padding; a trailing character that is not a whole byte is dropped."""
    whole = run.translate(_STANDARD)
    match len(whole) % 4:
        case 1:
            whole = whole[:-1]
        case 2:
            whole += b"=="
        case 3:
            whole += b"="
    return binascii.a2b_base64(whole)


def _runs(data: bytes, chars: bytes, shortest: int) -> Iterator[bytes]:
    """Yield the runs of these characters with at least this length."""
    mask = data.translate(_mask(chars))
    wanted, at = b"x" * shortest, 0
    while (start := mask.find(wanted, at)) >= 0:
        at = mask.find(b" ", start + shortest)
        at = len(mask) if at < 0 else at
        yield data[start:at]


@functools.cache
def _mask(chars: bytes) -> bytes:
    return bytes(ord("x") if byte in chars else ord(" ") for byte in range(256))


def _readable(data: bytes) -> Iterator[bytes]:
    if _looks_like_text(data):
        yield data
    if (start := data.find(_GZIP)) >= 0:
        yield data[start:]


def _looks_like_text(data: bytes) -> bool:
    middle = len(data) // 2
    samples = (data[:_SAMPLE], data[middle : middle + _SAMPLE], data[-_SAMPLE:])
    return any(len(sample.translate(None, _TEXTUAL)) * 8 <= len(sample) for sample in samples)
