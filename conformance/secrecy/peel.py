"""Removal of the encodings around a text, layer by layer.

`views` returns a text in every form that some decoder would make of it. Which bytes are encoded, and how, is not known,
so each decoder is tried on every run of characters of its alphabet, and what comes out is kept if it may be text. What
only stands between the characters of a secret needs no decoder, since `secrets` looks at letters and digits alone:
blanks, hyphens, line ends, the zero bytes of UTF-16.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LAYERS = 6
"""Maximum number of nested escapes; the reports' own formats need three."""

DEPTH = 3
"""Maximum nesting of base64, hexadecimal and compression."""

OPENED_CAP = 1_000_000
"""Bytes that may be decompressed in one search, and as many more as are searched: a target may send a bomb."""

_SHORTEST_BASE64, _SHORTEST_BASE32, _SHORTEST_HEX = 24, 26, 16
"""Minimum length of a run of characters that may be an encoding rather than a word."""

_LONG_BASE32 = 4096
_SAMPLE = 48
_GZIP = b"\x1f\x8b\x08"
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_RAW_DEFLATE, _GZIP_OR_ZLIB = -zlib.MAX_WBITS, zlib.MAX_WBITS | 32

_MAY_BE_ESCAPED = re.compile(rb"[%\\&]")
_ESCAPE = re.compile(
    rb"%([0-9A-Fa-f]{2})|[%\\]u([0-9A-Fa-f]{4})|\\(?:x([0-9A-Fa-f]{2})|([0-3][0-7]{2})|(.))"
    rb"|&(?:#[xX]0{0,6}([0-9A-Fa-f]{1,6});?|#0{0,6}(\d{1,7});?|(amp|lt|gt|quot|apos);)",
    re.DOTALL,
)
_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_PLAIN_TO_JSON = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_NAMED = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'"}
_BASE64_CHARS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_BASE32_CHARS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_HEX_CHARS = b"0123456789abcdefABCDEF"
_BETWEEN_HEX = b" \r\n\t,;:-=\"'[]()"
_NUMBERS = re.compile(rb"\b\d{1,3}(?:[\s,;]{1,3}\d{1,3}){7,}")
_DUMP_LINE = re.compile(rb"^ *[0-9A-Fa-f]{4,16}:?[ \t]+((?:[0-9A-Fa-f]{2,8}[ \t]{1,2}){2,16})", re.MULTILINE)
_QUOTED_PRINTABLE = re.compile(rb"=3D|=[C-E][0-9A-F]=[89AB]")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_TEXTUAL = bytes({*range(0x20, 0x7F), 0, 9, 10, 13})


class Opener:
    """Decompresses as much as one search may: `OPENED_CAP` bytes and as many more as it was given."""

    def __init__(self, given: int) -> None:
        """Start with nothing decompressed; `given` is the number of bytes to be searched."""
        self._left = OPENED_CAP + given

    def inflated(self, data: bytes, kind: int = _GZIP_OR_ZLIB) -> bytes:
        """Decompress a stream as far as it is valid and the cap allows; by default it is of gzip or zlib."""
        inflater, plain = zlib.decompressobj(kind), bytearray()
        try:
            for start in range(0, len(data), 65_536):
                if self._left <= len(plain):
                    break
                plain += inflater.decompress(data[start : start + 65_536], self._left - len(plain))
                if inflater.eof:
                    break
        except zlib.error:
            pass
        self._left -= len(plain)
        return bytes(plain)


def views(data: bytes, depth: int = DEPTH, opener: Opener | None = None) -> Iterator[bytes]:
    """Yield the data plain and unescaped, and recursively what is encoded or compressed in it."""
    opener = opener or Opener(len(data))
    if data.startswith(_GZIP) and depth:
        yield from views(opener.inflated(data), depth - 1, opener)
        return
    inside = innermost(data)
    known: set[tuple[bytes, bytes]] = set()
    for view in (data, inside) if inside != data else (data,):
        yield view
        if _QUOTED_PRINTABLE.search(view):
            yield binascii.a2b_qp(view)
        for piece in _decoded(view, known, opener) if depth else ():
            yield from views(piece, depth - 1, opener)


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
    return _PAIR.sub(_joined, _ESCAPE.sub(_meant, data))


def _meant(found: re.Match[bytes]) -> bytes:
    percent, unit, byte, octal, char, hexadecimal, decimal, name = found.groups()
    if percent or byte:
        return binascii.unhexlify(percent or byte)
    if octal:
        return bytes([int(octal, 8)])
    if char:
        return _PLAIN_TO_JSON.get(char, char)
    if name:
        return _NAMED[name.rstrip(b";")]
    number = int(unit or hexadecimal, 16) if unit or hexadecimal else int(decimal)
    return chr(number).encode("utf-8", "surrogatepass") if number <= 0x10FFFF else b""  # noqa: PLR2004 - Unicode's end


def _joined(found: re.Match[bytes]) -> bytes:
    """Return the character that JSON writes as a pair of surrogates."""
    pair = found[0].decode("utf-8", "surrogatepass")
    return pair.encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _decoded(data: bytes, known: set[tuple[bytes, bytes]], opener: Opener) -> Iterator[bytes]:
    """Decode long runs of an encoding's characters that are not in `known`; yield what is text or compressed."""
    lines = data.translate(None, b"\r\n")
    for run in _new(_runs(lines, _BASE64_CHARS, _SHORTEST_BASE64), _BASE64_CHARS, known):
        for start in range(4):
            yield from _readable(_from_base64(run[start:]), opener)
    for run in _new(_runs(lines, _BASE32_CHARS, _SHORTEST_BASE32), _BASE32_CHARS, known):
        # A long run is the encoded text alone; decoding it takes Python's library long.
        for start in range(8 if len(run) < _LONG_BASE32 else 1):
            yield from _readable(_from_base32(run[start:]), opener)
    dumped = b" ".join(_DUMP_LINE.findall(data))
    for text in (data, dumped):
        digits = text.replace(b"0x", b"").translate(None, _BETWEEN_HEX)
        for run in _new(_runs(digits, _HEX_CHARS, _SHORTEST_HEX), _HEX_CHARS, known):
            for start in range(2):
                yield from _readable(binascii.unhexlify(run[start : len(run) - (len(run) - start) % 2]), opener)
    for run in _new((found[0] for found in _NUMBERS.finditer(data)), b"", known):
        yield from _readable(bytes(int(number) & 0xFF for number in re.findall(rb"\d+", run)), opener)


def _new(runs: Iterable[bytes], chars: bytes, known: set[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """Yield the runs that are not known yet."""
    for run in runs:
        if (chars, run) not in known:
            known.add((chars, run))
            yield run


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


def _from_base32(run: bytes) -> bytes:
    """Decode a run that lacks its padding, without trailing characters that are not a whole byte."""
    rest = len(run) % 8
    run = run[: len(run) - {1: 1, 3: 1, 6: 1}.get(rest, 0)]
    return base64.b32decode(run + b"=" * (-len(run) % 8))


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


def _readable(data: bytes, opener: Opener) -> Iterator[bytes]:
    """Yield the data if they may be text, else what is compressed in them."""
    if _looks_like_text(data):
        yield data
        return
    if (start := data.find(_GZIP)) >= 0:
        yield data[start:]
    elif (zlib_head := _ZLIB.search(data)) is not None:
        yield opener.inflated(data[zlib_head.start() :])
    elif len(opened := opener.inflated(data, _RAW_DEFLATE)) > _SHORTEST_HEX:
        yield opened


def _looks_like_text(data: bytes) -> bool:
    """Return whether a sample is mostly ASCII text; zero bytes do not count, so that UTF-16 may be text too."""
    middle = len(data) // 2
    samples = (data[:_SAMPLE], data[middle : middle + _SAMPLE], data[-_SAMPLE:])
    return any(len(sample.translate(None, _TEXTUAL)) * 8 <= len(sample) for sample in samples)
