"""Deliberate faults of the sandbox, implemented as hooks into its handling of a request.

A deviation must be one precise fault, so the sandbox has no code for particular faults. It calls a hook at each step:
when a request was received and parsed, when a check found something, when nothing was found, when one-shot values would
be spent, and when the answer is built. Each hook returns what the sandbox is to go on with; the default is what it was
given. `Applied` notices whether a hook changed anything, so that a deviation that never takes effect is reported
instead of passing for one that the suite missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from .context import Context
    from .intake import Call, Received
    from .reply import Reply


class Deviation:
    """A fault that breaks named rules. The hooks here change nothing; a subclass overrides those that it needs."""

    name: str = "none"
    rules: tuple[str, ...] = ()
    """Ids of the broken rules."""
    summary: str = "Nothing is wrong."
    acted: bool = False
    """Set by a hook that changed something other than its return value."""

    def received(self, request: Received) -> Received:
        """Change the request before it is parsed."""
        return request

    def understood(self, call: Call) -> Call:
        """Change the parsed request."""
        return call

    def refuses(self, request: Received, call: Call) -> Reply | None:
        """Return an answer to send before any check, or `None`."""
        del request, call
        return None

    def refusal(self, code: str, context: Context) -> str | None:
        """Return the code for what a check found, or `None` to ignore it and continue checking."""
        del context
        return code

    def condemns(self, context: Context) -> str | None:
        """Return the code for a request that passed all checks, or `None` to let it succeed."""
        del context
        return None

    def spends(self, context: Context) -> bool:
        """Return whether the one-shot values of the request are used up; `context.code` is `None` on success."""
        return context.code is None

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Change or withhold the answer."""
        del context
        return reply


class Applied:
    """Calls the hooks of a deviation and records whether one of them changed anything."""

    _sound: ClassVar[Deviation] = Deviation()

    def __init__(self, deviation: Deviation | None) -> None:
        """Apply this deviation; `None` applies none."""
        self.deviation = deviation or self._sound
        self.changes = 0

    @property
    def took_effect(self) -> bool:
        """Whether any hook has changed anything so far."""
        return self.changes > 0 or self.deviation.acted

    def received(self, request: Received) -> Received:
        """Call the hook for a received request."""
        return self._noted(request, self.deviation.received(request))

    def understood(self, call: Call) -> Call:
        """Call the hook for a parsed request."""
        return self._noted(call, self.deviation.understood(call))

    def refuses(self, request: Received, call: Call) -> Reply | None:
        """Call the hook that may answer before any check."""
        return self._noted(None, self.deviation.refuses(request, call))

    def refusal(self, code: str, context: Context) -> str | None:
        """Call the hook for what a check found."""
        return self._noted(code, self.deviation.refusal(code, context))

    def condemns(self, context: Context) -> str | None:
        """Call the hook for a request that passed all checks."""
        return self._noted(None, self.deviation.condemns(context))

    def spends(self, context: Context) -> bool:
        """Call the hook that decides whether one-shot values are used up."""
        return self._noted(self._sound.spends(context), self.deviation.spends(context))

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Call the hook for the answer."""
        return self._noted(reply, self.deviation.reply(reply, context))

    def _noted(self, before: T, after: T) -> T:
        if after != before:
            self.changes += 1
        return after
