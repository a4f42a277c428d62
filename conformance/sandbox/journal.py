"""What happened in a world: the calls that were received, requests for scopes, and events.

A journal is for people who test an app or a client, and for the control API. It holds what a call said and how it was
answered, and never decides anything.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..catalog.model import OK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .intake import Received
    from .reply import Reply

MOST_NOTED = 1000
"""How many entries of each kind a journal keeps."""
MOST_BYTES = 256 * 1024
"""How many bytes of requests a journal keeps; beyond it the oldest calls are dropped, never the last one."""


@dataclass(slots=True, repr=False)
class ReceivedCall:
    """One call of a method, as the sandbox received and answered it."""

    number: int
    """Its place among all calls to this sandbox, from 1."""
    method: str
    """The name in the path, whether the sandbox has such a method or not."""
    verb: str
    headers: tuple[tuple[str, str], ...]
    """Names and values, in the order in which they were sent."""
    query: Mapping[str, str]
    """The arguments in the query string."""
    form: Mapping[str, str]
    """The arguments in the body, if it is a form."""
    json: Mapping[str, str] | None
    """The content of a JSON body; values that are not strings are JSON texts."""
    token: str | None
    """The token by which the call was judged, from the Authorization header or the form."""
    basic: tuple[str, str] | None
    """Client id and secret, if they were sent by HTTP Basic."""
    received_at: float
    """When it was received, in seconds of `time.monotonic()`."""
    world_time: float
    """The time of the world's clock, in seconds; only differences are meaningful."""
    size: int
    """The size of the request in bytes, without its first line."""
    answered: str = OK
    """`ok`, the error code of the answer, or e.g. `http-503` if the answer was not that of a method."""
    warnings: tuple[str, ...] = ()
    """The warnings in the answer."""
    condition: str | None = None
    """What the sandbox found wrong, e.g. `redirect_uri.mismatch`; `None` for a success and for an injected answer."""
    injected: str | None = None
    """The name of the failure that was injected, if one was (`World.inject`)."""
    status: int | None = None
    """The HTTP status of the answer, `None` if none was sent."""
    request: Received | None = None
    """The request as it came: target, headers and body."""
    reply: Reply | None = None
    """The answer itself, kept only while somebody observes the sandbox (`Sandbox.observe`)."""

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.answered == OK

    @property
    def arguments(self) -> dict[str, str]:
        """All arguments, from the query string and from the body, which takes precedence."""
        return {**self.query, **self.form, **(self.json or {})}

    def __repr__(self) -> str:
        """Return the call as one line, which pytest shows if a test about it fails."""
        why = f" ({self.injected or self.condition})" if self.injected or self.condition else ""
        return f"<call {self.number}: {self.verb} {self.method} {self.arguments} answered {self.answered}{why}>"

    def header(self, name: str) -> str | None:
        """Return the value of the first header with this name (case-insensitive), or `None`."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(slots=True)
class PermissionRequest:
    """A request for scopes that was presented to a user."""

    scopes: list[str]
    trigger: str
    decision: str | None = None
    """`approved`, `denied` or `ignored`; `None` while it is open."""


@dataclass(slots=True)
class Journal:
    """What happened in a world: of each kind the last `MOST_NOTED`, and of calls no more than `MOST_BYTES`."""

    calls: deque[ReceivedCall] = field(default_factory=deque)
    permission_requests: deque[PermissionRequest] = field(default_factory=lambda: deque(maxlen=MOST_NOTED))
    events: deque[dict[str, object]] = field(default_factory=lambda: deque(maxlen=MOST_NOTED))
    size: int = 0
    """The sum of the calls' sizes in bytes."""

    def note(self, call: ReceivedCall) -> None:
        """Append a call, and drop the oldest ones if there are too many."""
        self.calls.append(call)
        self.size += call.size
        while len(self.calls) > 1 and (len(self.calls) > MOST_NOTED or self.size > MOST_BYTES):
            self.size -= self.calls.popleft().size
