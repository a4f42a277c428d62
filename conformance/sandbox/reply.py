"""An answer and its serialisation."""

from __future__ import annotations

import gzip
import secrets
import time
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.sandbox.presentation import Presentation, chunks, encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def written(reply: Reply, style: Presentation, *, head_only: bool = False, compressed: bool = False) -> bytes:
    """Return the answer's bytes."""
    if reply.raw is not None:
        return reply.raw
    body = reply.body if reply.body is not None else encoded(reply.document, style)
    headers = style.headers(
        (*reply.headers, ("date", _date(int(time.time()))), ("x-slack-req-id", secrets.token_hex(16)))
    )
    if compressed:
        body = gzip.compress(body, 1)
        headers.append(("content-encoding", "gzip"))
    if style.framing == "chunked" and reply.status != NO_CONTENT:
        headers.append(("transfer-encoding", "chunked"))
        body = chunks(body, style.chunk_size)
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
