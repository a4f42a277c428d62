"""Answers of the sandbox taken apart, changed in one part or several, and written down again."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fuzz.mutation import mutated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

VERSIONS = ("HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/9.9", "HTTP/1", "HTTP/1.10", "http/1.1", "ICY", "")
STATUSES = ("100", "101", "103", "204", "205", "206", "301", "304", "400", "404", "429", "500", "503", "600", "999")
ODD_STATUSES = ("", "0", "99", "1000", "20", "2 00", "-200", "\xb2\xb2\xb2", "200 ")
ODD_VALUES = (
    "true",
    "false",
    "null",
    "1",
    "0",
    '"true"',
    '""',
    "[]",
    "{}",
    "[[[]]]",
    "NaN",
    "-Infinity",
    "1e999",
    "1" * 400,
    "-0",
    "01",
    "'ok'",
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\u0000"',
    '"\\x41"',
    '"a\tb"',
    '"invalid_auth"',
    '"ok"',
    '"no-answer"',
    '"unreadable"',
    '"http-503"',
    '"' + "e" * 5000 + '"',
    '"' + "invalid_" * 100 + '"',
    "[1,",
    '["missing_charset"]',
    '{"warnings":"missing_charset"}',
    '{"warnings":[null]}',
    '{"warnings":[[]]}',
    '{"messages":{}}',
)
NAMES = ("ok", "error", "warning", "response_metadata", "access_token", "needed", "\\u006fk", "OK", "")
HEADERS = (
    ("Content-Encoding", "gzip"),
    ("Content-Encoding", "identity"),
    ("Content-Encoding", "br"),
    ("Content-Encoding", "gzip, gzip"),
    ("Transfer-Encoding", "chunked"),
    ("Transfer-Encoding", "gzip, chunked"),
    ("Transfer-Encoding", "identity"),
    ("Content-Length", "0"),
    ("Content-Length", "5, 5"),
    ("Content-Length", "-1"),
    ("Content-Length", "9" * 30),
    ("Content-Type", "text/html; charset=utf-16"),
    ("Connection", "upgrade"),
    ("Upgrade", "h2c"),
    ("Retry-After", "-1"),
    ("Retry-After", "9" * 400),
    ("Retry-After", "1e3"),
    ("Retry-After", "\xb2"),
    ("Retry-After", "Fri, 31 Feb 2017 99:99:99 GMT"),
    ("Retry-After", "Fri, 31 Dec 9999 23:59:59 -9999"),
    ("Retry-After", "Mon, 1 Jan 0001 00:00:00 +2359"),
    ("Retry-After", "1 Jan 99999 00:00:00 GMT"),
    ("X", "a\r\n b"),
    ("X", "\xff"),
    ("X y", "z"),
    ("", "z"),
    ("X", "a" * 70_000),
)


@dataclass
class AnswerDraft:
    """An answer that is not yet written down."""

    version: str
    status: str
    reason: str
    headers: list[tuple[str, str]]
    text: str
    """The JSON text."""
    coding: str = ""
    chunk: int | None = 0
    """The length of the chunks, 0 for an answer with its length, `None` for one that the end of the connection ends."""
    length: str | None = None
    before: bytes = b""
    after: bytes = b""
    edges: list[bytes] = field(default_factory=list)
    """What surrounds each chunk: its extension, and the bytes behind its data."""

    @classmethod
    def of(cls, received: bytes) -> AnswerDraft | None:
        """Take an answer of the sandbox apart; `None` if it has no head, or a body other than text."""
        head, blank, body = received.partition(b"\r\n\r\n")
        line, *lines = head.decode("latin-1").split("\r\n")
        version, _, rest = line.partition(" ")
        status, _, reason = rest.partition(" ")
        headers = [(name, value) for name, _, value in (each.partition(": ") for each in lines)]
        kept = [pair for pair in headers if pair[0].lower() != "content-length"]
        return cls(version, status, reason, kept, body.decode("utf-8")) if blank else None

    def written(self) -> bytes:
        """Return the bytes of the answer."""
        body, headers = self.text.encode("utf-8", "surrogatepass"), list(self.headers)
        match self.coding:
            case "gzip" | "x-gzip":
                body = gzip.compress(body, 1, mtime=0)
            case "members":
                middle = len(body) // 2
                body = gzip.compress(body[:middle], 1, mtime=0) + gzip.compress(body[middle:], 1, mtime=0)
            case "deflate":
                body = zlib.compress(body, 1)
        if self.coding:
            headers.append(("Content-Encoding", "gzip" if self.coding == "members" else self.coding))
        if self.chunk:
            extension, behind = self.edges or (b"", b"")
            pieces = (body[at : at + self.chunk] for at in range(0, len(body), self.chunk))
            body = b"".join(b"%x%b\r\n%b%b\r\n" % (len(one), extension, one, behind) for one in pieces) + b"0\r\n\r\n"
            headers.append(("Transfer-Encoding", "chunked"))
        elif self.chunk is not None:
            headers.append(("Content-Length", str(len(body)) if self.length is None else self.length))
        lines = [f"{self.version} {self.status} {self.reason}", *(f"{name}: {text}" for name, text in headers), "", ""]
        return self.before + "\r\n".join(lines).encode("latin-1", "replace") + body + self.after


def changed(draft: AnswerDraft, random: Random) -> None:
    """Change one part of the draft."""
    random.choice(CHANGES)(draft, random)


def _start(draft: AnswerDraft, random: Random) -> None:
    match random.randrange(4):
        case 0:
            draft.version = random.choice(VERSIONS)
        case 1 | 2:
            draft.status = random.choice((*STATUSES, *STATUSES, *ODD_STATUSES))
        case _:
            draft.reason = random.choice(("", "OK OK", "\xff\xfe", "\x00", "a" * 70_000, "\x1b[31m"))


def _header(draft: AnswerDraft, random: Random) -> None:
    match random.randrange(4):
        case 0 if draft.headers:
            del draft.headers[random.randrange(len(draft.headers))]
        case 1:
            draft.headers += [random.choice(draft.headers or [("X", "y")])] * random.choice((1, 2, 100, 1000))
        case _:
            draft.headers.insert(random.randrange(len(draft.headers) + 1), random.choice(HEADERS))


def _coding(draft: AnswerDraft, random: Random) -> None:
    draft.coding = random.choice(("gzip", "x-gzip", "members", "deflate", "br", "GZIP"))


def _framing(draft: AnswerDraft, random: Random) -> None:
    real = len(draft.text)
    match random.randrange(5):
        case 0:
            draft.chunk = None
        case 1 | 2:
            draft.chunk = random.choice((1, 3, 1000))
            extension = random.choice((b"", b"", b";a=b", b';a="\r\n"', b" ", b";" + b"a" * 5000, b"x", b"_0"))
            draft.edges = [extension, random.choice((b"", b"", b"", b"a", b"\r\n"))]
        case _:
            lengths = ("", "0", "+1", "1_0", "0x10", " ", "9" * 20, str(real - 1), str(real + 1), f"{real}, {real}")
            draft.chunk, draft.length = 0, random.choice(lengths)


def _around(draft: AnswerDraft, random: Random) -> None:
    interim = random.choice((b"100 Continue", b"103 Early Hints", b"199 ", b"101 Switching"))
    draft.before += random.choice((b"\r\n", b"HTTP/1.1 " + interim + b"\r\n\r\n", b" ", b"\x00", b""))
    draft.after += random.choice((b"", b"\r\n", b"0\r\n\r\n", b"x", b'{"ok":true}', b"HTTP/1.1 200 OK\r\n\r\n"))


def _without_ok(draft: AnswerDraft, random: Random) -> None:
    draft.text = random.choice(
        (
            draft.text.replace('"ok"', '"xk"'),
            re.sub(r'"ok":(true|false),?', "", draft.text),
            draft.text.replace('"ok"', ""),
        )
    )


def _member(draft: AnswerDraft, random: Random) -> None:
    name, value = random.choice(NAMES), random.choice(ODD_VALUES)
    opened = draft.text.find("{") + 1
    comma = "," if draft.text[opened:].strip() != "}" else ""
    draft.text = f'{draft.text[:opened]}"{name}":{value}{comma}{draft.text[opened:]}'


def _other_value(draft: AnswerDraft, random: Random) -> None:
    name = random.choice(NAMES)
    value = random.choice(ODD_VALUES)
    draft.text = re.sub(rf'("{re.escape(name)}":)(true|false|"[^"]*")', lambda found: found[1] + value, draft.text)


def _spelling(draft: AnswerDraft, random: Random) -> None:
    if random.random() < 0.5:
        draft.text = draft.text.replace('"ok"', random.choice(('"\\u006fk"', '"o\\k"', '"ok "', "'ok'", "ok", '"OK"')))
        return
    try:
        document = json.loads(draft.text)
    except (ValueError, RecursionError):
        return
    draft.text = json.dumps(document, indent=random.choice((None, 1, "\t", "\x0b", "\xa0")), ensure_ascii=False)


def _wrapped(draft: AnswerDraft, random: Random) -> None:
    before, after = random.choice(
        (
            ("[", "]"),
            ("\ufeff", ""),
            ("", "\x00"),
            ("", draft.text),
            ("/* */", ""),
            ("", ","),
            ("callback(", ")"),
            (" \n", "\t\r\n"),
            ("\x0c", ""),
            ("<", ""),
            ("\ud800", ""),
            ('{"a":', "}"),
            ('"', '"'),
        )
    )
    draft.text = before + draft.text + after


def _deep(draft: AnswerDraft, random: Random) -> None:
    depth = random.choice((50, 97, 98, 99, 100, 101, 900, 990, 5000, 100_000))
    opened, closed = random.choice((("[", "]"), ('{"a":', "}"), ("[", ""), ('["[",', "]")))
    draft.text = f'{draft.text.rstrip().removesuffix("}")},"deep":{opened * depth}1{closed * depth}}}'


def _many(draft: AnswerDraft, random: Random) -> None:
    """Add many keys, elements or digits; one case in four is large enough for a quadratic search to show."""
    count = random.choice((10, 1000, 1000, 30_000))
    keys = [f'"k{number}":0' for number in range(count)]
    more = random.choice(
        (
            ",".join(keys),
            ",".join([*keys, keys[-1]]),
            ",".join([*keys, keys[0]]),
            '"many":[' + ",".join(["0"] * count) + "]",
            '"long":"' + "\\u0041" * count + '"',
            '"number":' + "7" * count,
            '"fraction":0.' + "7" * count,
            '"warning":"' + "w," * count + '"',
            '"warning":"' + ",".join(f"w{number}" for number in range(count)) + '"',
            f'"response_metadata":{{"warnings":{json.dumps([f"w{number}" for number in range(count)])}}}',
        )
    )
    draft.text = f"{draft.text.rstrip().removesuffix('}')},{more}}}"


def _bytes_of_text(draft: AnswerDraft, random: Random) -> None:
    draft.text = mutated(draft.text.encode("utf-8", "surrogatepass"), random, 1).decode("utf-8", "replace")


CHANGES: Sequence[Callable[[AnswerDraft, Random], None]] = (
    _start,
    _header,
    _header,
    _coding,
    _framing,
    _framing,
    _around,
    _without_ok,
    _member,
    _member,
    _other_value,
    _other_value,
    _spelling,
    _wrapped,
    _deep,
    _many,
    _bytes_of_text,
)
"""Every change of a part; what is likely to be read wrongly stands twice."""
