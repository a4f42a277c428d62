"""An explanation as its readers see it: an author of tests, the log of `serve`, the control API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Nearest:
    """A request that succeeds, and differs from another one as little as possible."""

    method: str
    verb: str
    arguments: Mapping[str, str]
    delivery: str
    """Where the arguments travel: `get`, `form`, `multipart`, with `-basic` for a client that sends HTTP Basic."""
    curl: str
    """A line for any POSIX shell that sends it."""
    wait_s: int = 0
    """Seconds to wait before it is sent, for the rate limit."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a call was refused or warned about, and what to send instead."""

    number: int
    """The number of the call among all calls to the sandbox."""
    method: str
    answered: str
    """The error code, or the warning if the call succeeded."""
    condition: str | None
    """What the sandbox found, e.g. `redirect_uri.mismatch`; `None` if it looked for nothing."""
    rule: str | None
    """The id of the rule that the page has for it, `None` if the page says nothing."""
    page: str | None
    """The file name of the page."""
    place: str | None
    """The place of the rule in the page, e.g. `Errors/21`."""
    sent: str
    right: str
    """What would have been right; without a `nearest` request, what would have to be different."""
    nearest: Nearest | None = None

    def __str__(self) -> str:
        """Return the explanation as a block of lines."""
        why = f" ({self.condition})" if self.condition else ""
        lines = [f"call {self.number}: {self.method} was answered {self.answered}{why}"]
        if self.rule:
            lines.append(f"  rule     {self.rule}; {self.place} of {self.page}")
        lines += [f"  sent     {self.sent}", f"  right    {self.right}"]
        if self.nearest is not None:
            wait = f"(after {self.nearest.wait_s} s) " if self.nearest.wait_s else ""
            lines.append(f"  nearest  {wait}{self.nearest.curl}")
        return "\n".join(lines)


def shown(text: str | None, name: str = "") -> str:
    """Return a text that somebody sent, shortened, in quotes and without control characters, after its name."""
    if not text:
        return f"no {name}" if text is None else f"an empty {name}"
    short = text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."
    quoted = repr(short)
    return f"{name} {quoted}" if name else quoted
