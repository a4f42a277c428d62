"""Several deliberate faults at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...sandbox.deviation import Deviation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...sandbox.context import Context
    from ...sandbox.intake import Call, Received
    from ...sandbox.reply import Reply


class Several(Deviation):
    """Deviations together, in the order in which they are named: each gets what the one before has left."""

    def __init__(self, parts: Sequence[Deviation]) -> None:
        """Combine these."""
        self._parts = parts
        self.name = ", ".join(one.name for one in parts)
        self.rules = tuple(dict.fromkeys(rule for one in parts for rule in one.rules))
        self.summary = " ".join(one.summary for one in parts)

    def received(self, request: Received) -> Received:
        """Change the request before it is parsed."""
        for one in self._parts:
            request = one.received(request)
        return request

    def understood(self, call: Call) -> Call:
        """Change the parsed request."""
        for one in self._parts:
            call = one.understood(call)
        return call

    def refuses(self, request: Received, call: Call) -> Reply | None:
        """Return the first answer that a part sends before any check, or `None`."""
        return next((reply for one in self._parts if (reply := one.refuses(request, call)) is not None), None)

    def refusal(self, code: str, context: Context) -> str | None:
        """Return the code that the parts leave for what a check found, or `None` if one of them ignores it."""
        left: str | None = code
        for one in self._parts:
            left = None if left is None else one.refusal(left, context)
        return left

    def condemns(self, context: Context) -> str | None:
        """Return the first code by which a part refuses a request that passed all checks, or `None`."""
        return next((code for one in self._parts if (code := one.condemns(context)) is not None), None)

    def spends(self, context: Context) -> bool:
        """Return whether the one-shot values are used up; a part that decides otherwise than usual wins."""
        usual = super().spends(context)
        return next((spent for one in self._parts if (spent := one.spends(context)) is not usual), usual)

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Change or withhold the answer."""
        for one in self._parts:
            reply = one.reply(reply, context)
        return reply
