"""An answer, its serialisation, and the form of that serialisation where the pages leave it open."""

from __future__ import annotations

import gzip
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Headers = tuple[tuple[str, str], ...]

NO_CONTENT = 204
JSON_TYPE = "application/json; charset=utf-8"
FIXED_HEADERS: Headers = (
    ("server", "slack-conformance-sandbox"),
    ("x-content-type-options", "nosniff"),
    ("pragma", "no-cache"),
    ("cache-control", "private, no-cache, no-store, must-revalidate"),
    ("expires", "Sat, 26 Jul 1997 05:00:00 GMT"),
    ("vary", "Accept-Encoding"),
    ("content-type", JSON_TYPE),
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NECESSARY = frozenset({"content-type", "retry-after", "allow"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before serialisation: a JSON document, or raw bytes instead."""

    document: Mapping[str, object] | None = None
    status: int = 200
    headers: Headers = FIXED_HEADERS
    body: bytes | None = None
    """A body to send verbatim instead of the document."""
    raw: bytes | None = None
    """A whole answer to send verbatim, including its head."""
    answered: bool = True
    """If false, nothing is sent and the connection is closed."""
    close: bool = False
    """Whether the connection is closed after the answer."""

    def header(self, name: str) -> str | None:
        """Return the value of the header with this name (case-insensitive)."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def without(self, name: str) -> Headers:
        """Return the headers except those with this name."""
        return tuple(pair for pair in self.headers if pair[0].lower() != name.lower())


@dataclass(frozen=True, slots=True)
class Presentation:
    """The form of an answer where the pages leave that open."""

    separators: tuple[str, str] = (",", ":")
    indent: int | None = None
    padding: str = ""
    """Whitespace around the JSON text."""
    escape_slash: bool = True
    ascii_only: bool = True
    escape_all: bool = False
    """Whether every character of a string, including field names, is escaped."""
    sort: Callable[[str], object] | None = None
    """The sort key for the fields of every object."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Additional undocumented fields."""
    header_case: Callable[[str], str] = str
    header_separator: str = ": "
    bare_headers: bool = False
    """Whether only indispensable headers are sent."""
    content_type: str | None = None
    """A different Content-Type."""
    reason: str | None = None
    """The reason phrase for every status."""
    interim: bytes = b""
    """Bytes to send before the answer, such as an interim response."""
    framing: Literal["length", "chunked", "until-close"] = "length"
    chunk_size: int = 1 << 20
    gzip: bool = False
    gzip_unasked: bool = False
    """Whether answers are compressed for a client without an Accept-Encoding."""
    close: bool = False
    """Whether to close the connection after every answer."""

    def headers(self, headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
        """Return the headers to send, except those for framing."""
        kept = [pair for pair in headers if not self.bare_headers or pair[0] in _NECESSARY]
        if self.content_type is None:
            return kept
        return [(name, self.content_type if name == "content-type" else value) for name, value in kept]

    def compresses(self, accepted: str | None) -> bool:
        """Whether an answer to a client that accepts these codings is compressed."""
        return self.gzip_unasked if accepted is None else self.gzip and "gzip" in accepted


def written(reply: Reply, style: Presentation, *, head_only: bool = False, compressed: bool = False) -> bytes:
    """Return the answer's bytes."""
    if reply.raw is not None:
        return reply.raw
    body = reply.body if reply.body is not None else _encoded(reply.document, style)
    headers = style.headers(
        (*reply.headers, ("date", _date(int(time.time()))), ("x-slack-req-id", secrets.token_hex(16)))
    )
    if compressed:
        body = gzip.compress(body, 1)
        headers.append(("content-encoding", "gzip"))
    if style.framing == "chunked" and reply.status != NO_CONTENT:
        headers.append(("transfer-encoding", "chunked"))
        body = _chunks(body, style.chunk_size)
    elif reply.status != NO_CONTENT and style.framing == "length":
        headers.append(("content-length", str(len(body))))
    if reply.close:
        headers.append(("connection", "close"))
    lines = "".join(f"{style.header_case(name)}{style.header_separator}{value}\r\n" for name, value in headers)
    reason = HTTPStatus(reply.status).phrase if style.reason is None else style.reason
    head = f"HTTP/1.1 {reply.status} {reason}\r\n{lines}\r\n"
    return style.interim + head.encode("latin-1", "replace") + (b"" if head_only else body)


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    """Return the value of the Date header, cached for a second."""
    return formatdate(second, usegmt=True)


def _encoded(document: Mapping[str, object] | None, style: Presentation) -> bytes:
    """Return the document as JSON, compact and with escaped slashes unless the style says otherwise."""
    if document is None:
        return b""
    fields: object = {**document, **style.extra}
    if style.sort is not None:
        fields = _sorted(fields, style.sort)
    ascii_only = style.ascii_only or style.escape_all
    text = json.dumps(fields, separators=style.separators, indent=style.indent, ensure_ascii=ascii_only)
    if style.escape_all:
        text = _STRING.sub(_escaped, text)
    elif style.escape_slash:
        text = text.replace("/", "\\/")
    return f"{style.padding}{text}{style.padding}".encode()


def _chunks(body: bytes, size: int) -> bytes:
    """Return the body in chunked transfer coding."""
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _sorted(value: object, key: Callable[[str], object]) -> object:
    match value:
        case dict():
            names = sorted(value, key=key)  # type: ignore[arg-type]  # whatever the style orders names by
            return {name: _sorted(value[name], key) for name in names}
        case list():
            return [_sorted(item, key) for item in value]
        case _:
            return value


def _escaped(found: re.Match[str]) -> str:
    units = json.loads(found[0]).encode("utf-16-be", "surrogatepass")
    pairs = (units[start : start + 2].hex() for start in range(0, len(units), 2))
    return '"' + "".join(f"\\u{unit}" for unit in pairs) + '"'
