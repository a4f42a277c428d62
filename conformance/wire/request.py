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
    UNFINISHED_CHUNKS = "unfinished-chunks"
    """Everything, but in chunks without the empty one at the end."""


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
    named_host: str = ""
    """The Host header's value if it differs from the URL's."""

    @property
    def target(self) -> str:
        """The path and query, as in the request line."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    @property
    def host(self) -> str:
        """The Host header's value."""
        return self.named_host or urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def malformed_framing(self) -> bool:
        """Whether the body does not end as the headers announce, which no ordinary client does."""
        return self.sent is not BodySent.WHOLE

    @property
    def body_length_sent(self) -> int:
        """How many bytes of the body are sent."""
        length = len(self.body or b"")
        match self.sent:
            case BodySent.WHOLE | BodySent.UNFINISHED_CHUNKS:
                return length
            case BodySent.HALF:
                return length // 2
            case BodySent.NOTHING:
                return 0

    @property
    def body_sent(self) -> bytes | None:
        """The part of the body that is sent, framed as a chunk if it is sent in chunks."""
        if self.body is None:
            return None
        if self.sent is BodySent.UNFINISHED_CHUNKS:
            return b"%x\r\n%b\r\n" % (len(self.body), self.body)
        return self.body[: self.body_length_sent]

    @property
    def unsent(self) -> str:
        """What of the body is not sent, as a phrase; empty if it is sent whole."""
        match self.sent:
            case BodySent.WHOLE:
                return ""
            case BodySent.UNFINISHED_CHUNKS:
                return "the last, empty chunk is not sent, and the sending side is closed"
            case _:
                announced = len(self.body or b"")
                part = f"{announced} bytes of body are announced, {self.body_length_sent} are sent"
                return f"{part}, then the sending side is closed"

    def header(self, name: str) -> str | None:
        """Return the value of the first header with this name (case-insensitive), or `None`."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)
