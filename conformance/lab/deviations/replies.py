"""Functions that spoil an answer, for the fault kind `Answers`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.sandbox.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context

    Change = Callable[[Reply, Context], Reply]

PAGE = b"<!DOCTYPE html><title>Server Error</title><p>Something went wrong."


def hangs_up(_reply: Reply, _context: Context) -> Reply:
    """Close the connection without an answer."""
    return Reply(answered=False)


def stops_halfway(reply: Reply, _context: Context) -> Reply:
    """Close the connection in the middle of the answer."""
    body = json.dumps(dict(reply.document or {})).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return replace(reply, raw=head.encode() + body[: len(body) // 2], close=True)


def says_a_page(reply: Reply, _context: Context) -> Reply:
    """Answer with an HTML page."""
    return replace(reply, status=500, headers=(("content-type", "text/html"),), body=PAGE)


def says(body: bytes) -> Change:
    """Return a change that answers with these bytes."""
    return lambda reply, _context: replace(reply, body=body)


def without(field: str) -> Change:
    """Return a change that removes a field."""

    def change(reply: Reply, _context: Context) -> Reply:
        document = dict(reply.document or {})
        document.pop(field, None)
        return replace(reply, document=document)

    return change


def having(field: str, value: object) -> Change:
    """Return a change that sets a field to another value."""
    return lambda reply, _context: replace(reply, document={**(reply.document or {}), field: value})


def with_status(status: int) -> Change:
    """Return a change that sets another status."""
    return lambda reply, _context: replace(reply, status=status)


def with_header(name: str, value: str | None) -> Change:
    """Return a change that sets a header to another value, or removes it."""
    more = () if value is None else ((name, value),)
    return lambda reply, _context: replace(reply, headers=(*reply.without(name), *more))


def warning_also(code: str) -> Change:
    """Return a change that adds a warning in both places."""

    def change(reply: Reply, _context: Context) -> Reply:
        document = {**(reply.document or {}), "warning": code, "response_metadata": {"warnings": [code]}}
        return replace(reply, document=document)

    return change


def without_warnings(reply: Reply, context: Context) -> Reply:
    """Remove all warnings."""
    return without("warning")(without("response_metadata")(reply, context), context)


def as_failure(reply: Reply, _context: Context) -> Reply:
    """Turn the first warning into an error."""
    error = str((reply.document or {}).get("warning")).partition(",")[0]
    return replace(reply, document={"ok": False, "error": error})
