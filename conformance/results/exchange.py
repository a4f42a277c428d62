"""One exchange with the target, as it stands in a results file."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from .terms import Role

Amount = Annotated[float, Meta(ge=0)]


CORRELATION: Final = "X-Conformance-Id"
"""The header by which `--correlate` marks the requests of a case."""


Headers = tuple[tuple[str, str], ...]
"""Names and values, in the order in which they were sent."""


class RecordedRequest(Struct, frozen=True, forbid_unknown_fields=True):
    r"""A request as sent: secrets are replaced by $names, and bytes that are not UTF-8 by \xNN."""

    verb: str
    """The HTTP method."""
    url: str
    """The URL with its query."""
    headers: Headers
    """Names and values, in the order in which they were sent."""
    body: str | None
    """The body as text, null if there was none."""
    raw: bool
    """Whether the bytes were written to a socket, since no HTTP client would send them."""
    note: str
    """What else is unusual about the bytes, as a phrase."""


class RecordedAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer as received: every part of it is the target's own text, redacted."""

    status: int
    """The HTTP status."""
    reason: str
    """The reason phrase."""
    headers: Headers
    """Names and values, in the order in which they came."""
    body: str
    """The body as text, decompressed, and cut if it is long."""


class RecordedExchange(Struct, frozen=True, forbid_unknown_fields=True):
    """One request as sent and its answer as received."""

    role: Role
    """What it was for."""
    request: RecordedRequest
    """The request."""
    answer: RecordedAnswer | None
    """The answer, null if nothing readable was received."""
    flaw: str | None
    """The kind of what was wrong with the answer, null if it can be used: `Flaw` in `wire/flaws.py`."""
    problem: str | None
    """What was wrong with the answer, as a phrase."""
    ms: Amount
    """The time from the first byte sent to the last byte received, in milliseconds."""

    @property
    def correlation(self) -> str:
        """The id by which the request is found in the target's log; empty without `--correlate`."""
        return next((value for name, value in self.request.headers if name == CORRELATION), "")
