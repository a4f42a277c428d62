"""Failures that somebody who tests an app or a client asks for: what Slack's servers and the network do now and then.

Unlike a deviation, an injection breaks no rule of the pages, or one that every client must cope with all the same; and
it concerns the next calls in one world instead of a whole sandbox.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from .reply import FIXED_HEADERS, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..catalog.model import Method

THROTTLED = "rate.exceeded"
"""The condition whose code an answer has that throttles."""
UNKNOWN_ERROR = "error_of_a_later_version"
UNKNOWN_FIELD = "field_of_a_later_version"


class Injected(NamedTuple):
    """What an injection does to one call."""

    instead: Reply | None = None
    """An answer to send without carrying the call out."""
    answered: str = ""
    """How the journal calls that answer."""
    change: Callable[[Reply], Reply] = lambda reply: reply
    """Changes the answer of a call that was carried out."""
    delay_s: float = 0.0
    """Seconds to wait before the answer is sent."""


@dataclass(slots=True)
class Injection:
    """A failure for the next `times` calls of a method, or of any method without one."""

    name: str
    make: Callable[[Method], Injected]
    times: int = 1
    method: str | None = None

    def applies_to(self, method: Method) -> bool:
        """Whether the next call of this method gets it."""
        return self.times > 0 and self.method in {None, method.name}


def throttled(*, retry_after_s: int = 1) -> Callable[[Method], Injected]:
    """Answer 429 with this Retry-After; the call is not carried out."""

    def make(method: Method) -> Injected:
        code = method.codes.get(THROTTLED, UNKNOWN_ERROR)
        headers = (*FIXED_HEADERS, ("retry-after", str(retry_after_s)))
        return Injected(Reply({"ok": False, "error": code}, status=429, headers=headers), code)

    return make


def server_error(*, status: int = 503) -> Callable[[Method], Injected]:
    """Answer with this status and a web page, as when the service is down; the call is not carried out."""
    page = b"<!DOCTYPE html><title>Server Error</title><p>The service is not available."
    reply = Reply(status=status, headers=(("content-type", "text/html"),), body=page)
    return lambda _method: Injected(reply, f"http-{status}")


def dropped() -> Callable[[Method], Injected]:
    """Close the connection without an answer; the call is not carried out."""
    return lambda _method: Injected(Reply(answered=False), "no-answer")


def slow(*, seconds: float = 5.0) -> Callable[[Method], Injected]:
    """Carry the call out, and answer after so many seconds."""
    return lambda _method: Injected(delay_s=seconds)


def refused(*, error: str) -> Callable[[Method], Injected]:
    """Refuse with this error code, whatever the request is; it is not carried out."""
    headers = (*FIXED_HEADERS, ("x-slack-failure", error))
    return lambda _method: Injected(Reply({"ok": False, "error": error}, headers=headers), error)


def unknown_error() -> Callable[[Method], Injected]:
    """Refuse with an error code that no page has, as a later version of the service may."""
    return refused(error=UNKNOWN_ERROR)


def warned(*, warning: str) -> Callable[[Method], Injected]:
    """Carry the call out, and add this warning in both places."""
    metadata = {"warnings": [warning]}
    return lambda _method: Injected(change=_with({"warning": warning, "response_metadata": metadata}))


def unknown_field(*, name: str = UNKNOWN_FIELD) -> Callable[[Method], Injected]:
    """Carry the call out, and add a field that no page has, as a later version of the service may."""
    return lambda _method: Injected(change=_with({name: {"nested": [1, None, "text"]}}))


def _with(fields: Mapping[str, object]) -> Callable[[Reply], Reply]:
    def change(reply: Reply) -> Reply:
        return reply if reply.document is None else replace(reply, document={**reply.document, **fields})

    return change


INJECTIONS: Mapping[str, Callable[..., Callable[[Method], Injected]]] = {
    "throttled": throttled,
    "server-error": server_error,
    "dropped": dropped,
    "slow": slow,
    "refused": refused,
    "unknown-error": unknown_error,
    "warned": warned,
    "unknown-field": unknown_field,
}
"""Each failure by its name; `World.inject` and `slack-conformance audit --inject` take these names."""
