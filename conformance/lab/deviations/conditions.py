"""Conditions on a request, by which a fault is limited to some requests; each is a predicate on the context."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.sandbox.intake import JSON, MULTIPART, TEXT, URLENCODED, ContentType

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context

    When = Callable[[Context], bool]


def by_get(context: Context) -> bool:
    """Return whether the request is a GET."""
    return context.request.verb == "GET"


def by_form(context: Context) -> bool:
    """Return whether the body is a urlencoded form."""
    return context.call.media_type == URLENCODED


def by_multipart(context: Context) -> bool:
    """Return whether the body is a multipart form."""
    return context.call.media_type == MULTIPART


def by_text(context: Context) -> bool:
    """Return whether the body is plain text."""
    return context.call.media_type == TEXT


def by_json(context: Context) -> bool:
    """Return whether the body is JSON."""
    return context.call.media_type == JSON


def with_basic(context: Context) -> bool:
    """Return whether the request has Basic credentials."""
    return context.call.basic is not None


def charset(context: Context) -> str | None:
    """Return the charset of the Content-Type, or `None`."""
    return ContentType.of(context.request.header("Content-Type") or "").charset


def body_is(pattern: bytes) -> When:
    """Return a condition: the whole body matches the pattern."""
    compiled = re.compile(pattern, re.DOTALL)
    return lambda context: compiled.fullmatch(context.request.body) is not None


def refused(context: Context) -> bool:
    """Return whether the request was refused."""
    return context.code is not None


def both(*conditions: When) -> When:
    """Return the conjunction of the conditions."""
    return lambda context: all(condition(context) for condition in conditions)


def not_(condition: When) -> When:
    """Return the negation of the condition."""
    return lambda context: not condition(context)
