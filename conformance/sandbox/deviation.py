"""One deliberate fault of the sandbox: hooks that change what it sees, decides or says, and a note whether they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from conformance.sandbox.context import Context
    from conformance.sandbox.intake import Call
    from conformance.sandbox.received import Received
    from conformance.sandbox.reply import Reply


class Deviation:
    """A fault that breaks one named rule; as it stands it breaks none. A subclass overrides the hooks it needs."""

    name: str = "none"
    rules: tuple[str, ...] = ()
    """Ids of the rules that it breaks."""
    summary: str = "Nothing is wrong."
    acted: bool = False
    """Set by a hook that changed something else than what it returns."""

    def received(self, request: Received) -> Received:
        """Change the request before anything is made of it."""
        return request

    def understood(self, call: Call) -> Call:
        """Change what the method sees of the request."""
        return call

    def refuses(self, request: Received, call: Call) -> Reply | None:
        """Answer at once, before any check."""
        del request, call
        return None

    def refusal(self, code: str, context: Context) -> str | None:
        """Change the code of what a check found; `None` lets it pass, and checking goes on."""
        del context
        return code

    def condemns(self, context: Context) -> str | None:
        """Refuse with this code what no check refuses."""
        del context
        return None

    def spends(self, context: Context) -> bool:
        """Decide whether the one-shot values of the request are used up; `context.code` is `None` on success."""
        return context.code is None

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Change the answer, or withhold it."""
        del context
        return reply


class Applied:
    """A deviation at work: calls its hooks, and counts how often one of them changed anything."""

    _sound: ClassVar[Deviation] = Deviation()

    def __init__(self, deviation: Deviation | None) -> None:
        """Apply this deviation, or none."""
        self.deviation = deviation or self._sound
        self.changes = 0

    @property
    def took_effect(self) -> bool:
        """Whether any hook changed anything so far."""
        return self.changes > 0 or self.deviation.acted

    def received(self, request: Received) -> Received:
        """Call the hook."""
        return self._noted(request, self.deviation.received(request))

    def understood(self, call: Call) -> Call:
        """Call the hook."""
        return self._noted(call, self.deviation.understood(call))

    def refuses(self, request: Received, call: Call) -> Reply | None:
        """Call the hook."""
        return self._noted(None, self.deviation.refuses(request, call))

    def refusal(self, code: str, context: Context) -> str | None:
        """Call the hook."""
        return self._noted(code, self.deviation.refusal(code, context))

    def condemns(self, context: Context) -> str | None:
        """Call the hook."""
        return self._noted(None, self.deviation.condemns(context))

    def spends(self, context: Context) -> bool:
        """Call the hook."""
        return self._noted(self._sound.spends(context), self.deviation.spends(context))

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Call the hook."""
        return self._noted(reply, self.deviation.reply(reply, context))

    def _noted(self, before: T, after: T) -> T:
        if after != before:
            self.changes += 1
        return after
