"""A simple reader of answers, which shares no code with the strict parser: Python's own HTTP client and JSON decoder.

It says "no" only where it is sure: bytes that `http.client` cannot take, a body that does not decompress, JSON that
`json.loads` refuses once it is told to refuse constants and duplicate keys, or a document without a boolean `ok` (and,
where that is false, a text as `error`). Where the two may rightly differ it says "in doubt", which proves nothing.
"""

from __future__ import annotations

import gzip
import http.client
import io
import json
import zlib
from enum import Enum
from typing import Any

MOST = 500_000
"""A larger body is in doubt: the strict parser has a limit of its own."""


class WellFormed(Enum):
    """Whether an answer is well-formed."""

    YES = "yes"
    NO = "no"
    DOUBT = "in doubt"


class _Doubt(Exception):  # noqa: N818 - not an error
    """Two readers may rightly differ."""


class _Socket:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def simply_read(received: bytes, verb: str) -> tuple[WellFormed, dict[str, Any]]:
    """Return whether the answer is well-formed, and its document if it is."""
    try:
        return WellFormed.YES, _document(_body(received, verb))
    except _Doubt:
        return WellFormed.DOUBT, {}
    except (http.client.HTTPException, ValueError, OverflowError, RecursionError, EOFError, OSError, zlib.error):
        return WellFormed.NO, {}


def _body(received: bytes, verb: str) -> bytes:
    response = http.client.HTTPResponse(_Socket(received), method=verb)  # type: ignore[arg-type]  # all that it uses
    response.begin()
    if 100 <= response.status < 200:
        raise _Doubt
    body = response.read()
    if len(body) > MOST:
        raise _Doubt
    match (response.getheader("Content-Encoding") or "identity").strip().lower():
        case "identity":
            return body
        case "gzip" | "x-gzip":
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
                plain = file.read(MOST + 1)
            if len(plain) > MOST:
                raise _Doubt
            return plain
        case _:
            raise _Doubt


def _document(body: bytes) -> dict[str, Any]:
    document = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    if not isinstance(document, dict) or not isinstance(document.get("ok"), bool):
        raise ValueError("no boolean ok")  # noqa: TRY004 - as every other reason to say no
    if not document["ok"] and not (isinstance(document.get("error"), str) and document["error"]):
        raise ValueError("no error")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key twice")
    return document


def _refuse(constant: str) -> object:
    raise ValueError(constant)
