"""What a request looks like: how it came, and what it carries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.sandbox.intake import JSON, MULTIPART, TEXT, URLENCODED, ContentType

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context

    When = Callable[[Context], bool]


def by_get(context: Context) -> bool:
    """Return whether it is a GET."""
    return context.request.verb == "GET"


def by_form(context: Context) -> bool:
    """Return whether it is a urlencoded form."""
    return context.call.media_type == URLENCODED


def by_multipart(context: Context) -> bool:
    """Return whether it is a multipart form."""
    return context.call.media_type == MULTIPART


def by_text(context: Context) -> bool:
    """Return whether it is plain text."""
    return context.call.media_type == TEXT


def by_json(context: Context) -> bool:
    """Return whether it is JSON."""
    return context.call.media_type == JSON


def with_basic(context: Context) -> bool:
    """Return whether it carries Basic credentials."""
    return context.call.basic is not None


def charset(context: Context) -> str | None:
    """Return the charset of its Content-Type."""
    return ContentType.of(context.request.header("Content-Type") or "").charset


def body_is(pattern: bytes) -> When:
    """Return whether its whole body is like the pattern."""
    compiled = re.compile(pattern, re.DOTALL)
    return lambda context: compiled.fullmatch(context.request.body) is not None


def refused(context: Context) -> bool:
    """Return whether it was refused."""
    return context.code is not None


def both(*conditions: When) -> When:
    """Return whether all of these hold."""
    return lambda context: all(condition(context) for condition in conditions)


def not_(condition: When) -> When:
    """Return whether this does not hold."""
    return lambda context: not condition(context)
