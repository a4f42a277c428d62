"""Mutations of bytes, drawn from a seeded generator, and what is kept of an example that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

LONGEST_SHOWN = 4000
"""How many bytes of a failing example are printed; the seed and the number bring back all of them."""

TOKENS = (
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b" ",
    b"\t",
    b"\x0b",
    b";",
    b":",
    b",",
    b"=",
    b"&",
    b"%",
    b"%00",
    b"%zz",
    b"%ff",
    b"+",
    b'"',
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"true",
    b"false",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"9" * 400,
    b'"ok":',
    b'"error":',
    b"0\r\n\r\n",
    b"1\r\na\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Expect: 100-continue\r\n",
    b"Connection: close\r\n",
    b"Connection: upgrade\r\nUpgrade: h2c\r\n",
    b"Origin: null\r\n",
    b"--boundary",
)
"""Bytes that mean something to some parser."""

RUNS = b' \t\r\n:;,=&%"\\[{0aX\x00\xff'
"""Bytes that are repeated many times, where a parser may look again and again at the same ones."""


@dataclass(frozen=True)
class Problem:
    """An example that showed something wrong: how to repeat it, and its bytes."""

    what: str
    seed: int
    number: int
    example: bytes

    def __str__(self) -> str:
        """Return the problem with everything that repeats it."""
        shown = repr(self.example[:LONGEST_SHOWN]) + ("…" if len(self.example) > LONGEST_SHOWN else "")
        return f"{self.what}\n  seed {self.seed}, number {self.number}, {len(self.example)} bytes: {shown}"


def mutated(data: bytes, random: Random, times: int) -> bytes:
    """Return the data after so many mutations."""
    for _ in range(times):
        data = random.choice(MUTATIONS)(data, random)
    return data


def changed_bit(data: bytes, random: Random) -> bytes:
    """Return the data with one bit changed."""
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def changed_byte(data: bytes, random: Random) -> bytes:
    """Return the data with any byte in place of one."""
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + random.randbytes(1) + data[at + 1 :]


def _span(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((1, 2, 4, 16, 64)))


def without_a_span(data: bytes, random: Random) -> bytes:
    """Return the data without some bytes in a row."""
    start, end = _span(data, random)
    return data[:start] + data[end:]


def with_a_span_twice(data: bytes, random: Random) -> bytes:
    """Return the data with some bytes in a row twice."""
    start, end = _span(data, random)
    return data[:end] + data[start:]


def with_a_span_elsewhere(data: bytes, random: Random) -> bytes:
    """Return the data with some bytes in a row once more in another place."""
    start, end = _span(data, random)
    at = random.randrange(len(data) + 1)
    return data[:at] + data[start:end] + data[at:]


def with_a_token(data: bytes, random: Random) -> bytes:
    """Return the data with bytes in it that mean something to some parser."""
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(TOKENS) + data[at:]


def with_a_token_instead(data: bytes, random: Random) -> bytes:
    """Return the data with such bytes in place of others."""
    start, end = _span(data, random)
    return data[:start] + random.choice(TOKENS) + data[end:]


def with_a_run(data: bytes, random: Random) -> bytes:
    """Return the data with one byte many times in a row."""
    at = random.randrange(len(data) + 1)
    length = random.choice((3, 30, 300, 3000, 300_000 if random.random() < 0.1 else 300))
    return data[:at] + bytes([random.choice(RUNS)]) * length + data[at:]


def cut(data: bytes, random: Random) -> bytes:
    """Return the beginning of the data."""
    return data[: random.randrange(len(data) + 1)]


def with_noise(data: bytes, random: Random) -> bytes:
    """Return the data with random bytes in it."""
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.choice((1, 3, 20))) + data[at:]


MUTATIONS: Sequence[Callable[[bytes, Random], bytes]] = (
    changed_bit,
    changed_byte,
    without_a_span,
    with_a_span_twice,
    with_a_span_elsewhere,
    with_a_token,
    with_a_token_instead,
    with_a_run,
    cut,
    with_noise,
)
"""Every mutation of bytes."""
