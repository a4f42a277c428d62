"""One request exactly as it will be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit


class BodySent(StrEnum):
    """How much of the announced body is sent before the sending side is closed."""

    WHOLE = "whole"
    HALF = "half"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Request:
    """A verb, an absolute URL, the headers except Host, and the exact body (`None`: no payload at all).

    Fields that may hold secrets are left out of the `repr`, here and in related classes: they would show in tracebacks.
    """

    verb: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    sent: BodySent = BodySent.WHOLE

    @property
    def target(self) -> str:
        """The path and query, as in the request line."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def host(self) -> str:
        """The Host header's value."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def malformed_framing(self) -> bool:
        """Whether less body is sent than Content-Length announces, which no ordinary client does."""
        return self.sent is not BodySent.WHOLE

    @property
    def body_length_sent(self) -> int:
        """How many bytes of the body are sent."""
        length = len(self.body or b"")
        match self.sent:
            case BodySent.WHOLE:
                return length
            case BodySent.HALF:
                return length // 2
            case BodySent.NOTHING:
                return 0

    def header(self, name: str) -> str | None:
        """Return the value of the first header with this name (case-insensitive), or `None`."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)
