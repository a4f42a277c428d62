"""What a client did in one run: its calls with the times of their answers, and how it ended."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..sandbox.intake import ContentType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..sandbox.facts import WorldFacts
    from ..sandbox.journal import ReceivedCall

NOTHING = frozenset({"", "none", "null", "nil", "undefined", "nan", "[object object]"})
"""What programs send in small letters where they have no value."""

MOST_CALLS = 10_000
"""Maximum number of calls of a run that are judged: a client may repeat a refused one as fast as it can."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A call, and when its answer was ready, in seconds of `time.monotonic()`."""

    call: ReceivedCall
    answered_at: float

    @property
    def failed(self) -> bool:
        """Whether the client cannot have got a usable success."""
        return not self.call.ok

    @property
    def retry_after_s(self) -> int | None:
        """The seconds in the Retry-After of its answer."""
        headers = dict(self.call.reply.headers) if self.call.reply is not None else {}
        text = headers.get("retry-after", "")
        return int(text) if text.isdecimal() else None

    @property
    def content_type(self) -> ContentType | None:
        """Its Content-Type, `None` without one."""
        header = self.call.header("Content-Type")
        return None if header is None or not header.strip() else ContentType.of(header)

    @property
    def has_body(self) -> bool:
        """Whether a body was announced."""
        length = self.call.header("Content-Length") or "0"
        return length != "0" or self.call.header("Transfer-Encoding") is not None

    @property
    def bearer(self) -> str | None:
        """The token in the Authorization header, empty if there is only the scheme; `None` without such a header."""
        scheme, _, text = (self.call.header("Authorization") or "").partition(" ")
        return text.strip() if scheme.lower() == "bearer" else None

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token that it carries, whatever it is."""
        places = (self.call.query, self.call.form, self.call.json or {})
        found = [self.bearer, *(place.get("token") for place in places)]
        return tuple(token for token in found if token is not None)


@dataclass(slots=True)
class Session:
    """One run of a client."""

    calls: list[Observed] = field(default_factory=list)
    exit_code: int | None = 0
    """The exit code of the command, `None` if it had to be stopped."""
    limit_s: float = 0.0
    """The seconds that it was given."""
    count: int = 0
    """How many calls there were; only the first `MOST_CALLS` of them are kept."""
    worlds: dict[str, WorldFacts] = field(default_factory=dict)
    """The worlds in which calls acted, by id."""
    plain: Session | None = None
    """The run without injection, if this one has one."""

    def see(self, call: ReceivedCall, world: WorldFacts | None) -> None:
        """Add a call that was answered just now; `Sandbox.observe` calls this."""
        self.count += 1
        if self.count <= MOST_CALLS:
            self.calls.append(Observed(call, time.monotonic()))
        if world is not None:
            self.worlds[world.id] = world

    def of(self, method: str) -> Iterator[Observed]:
        """Yield the calls of this method in the order in which they came."""
        yield from (one for one in self.in_order() if one.call.method == method)

    def in_order(self) -> list[Observed]:
        """Return all calls in the order in which they came."""
        return sorted(self.calls, key=lambda one: one.call.number)


def is_nothing(value: str) -> bool:
    """Whether a program sends this where it has no value."""
    return value.strip().lower() in NOTHING
