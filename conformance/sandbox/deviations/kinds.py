"""The kinds of fault: what is found is let pass or called otherwise, innocents are refused, answers are spoilt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.sandbox.deviations.fault import Fault, always
from conformance.sandbox.facts import PermissionRequest
from conformance.sandbox.intake import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.sandbox.context import Context
    from conformance.sandbox.deviations.fault import When
    from conformance.sandbox.intake import Call
    from conformance.sandbox.received import Received
    from conformance.sandbox.reply import Reply


@dataclass(kw_only=True, eq=False)
class Passes(Fault):
    """What a check finds is let pass, and with it the whole request: it succeeds."""

    found: str
    """The condition that is let pass, or the code that it is called by."""
    when: When = always
    _passing: Context | None = None

    def refusal(self, code: str, context: Context) -> str | None:
        """Let the request pass from this condition on."""
        if self.concerns(context) and self.found in {context.condition, code} and self.when(context):
            self._passing = context
        return None if self._passing is context else code


@dataclass(kw_only=True, eq=False)
class Calls(Fault):
    """What a check finds has another name."""

    found: str
    code: str
    when: When = always

    def refusal(self, code: str, context: Context) -> str | None:
        """Say the other name."""
        found = self.found in {context.condition, code}
        return self.code if self.concerns(context) and found and self.when(context) else code


@dataclass(kw_only=True, eq=False)
class Refuses(Fault):
    """A request in which nothing is wrong is refused."""

    code: str
    when: When = always

    def condemns(self, context: Context) -> str | None:
        """Refuse the innocent."""
        return self.code if self.concerns(context) and self.when(context) else None


@dataclass(kw_only=True, eq=False)
class Spends(Fault):
    """A request that is refused uses up its one-shot values."""

    def spends(self, context: Context) -> bool:
        """Use them up in any case."""
        return context.code is None or self.concerns(context)


@dataclass(kw_only=True, eq=False)
class Answers(Fault):
    """The right decision is told in the wrong way."""

    change: Callable[[Reply, Context], Reply]
    when: When = always

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Spoil the answer."""
        return self.change(reply, context) if self.concerns(context) and self.when(context) else reply


@dataclass(kw_only=True, eq=False)
class Receives(Fault):
    """Part of the request never arrives."""

    change: Callable[[Received], Received]

    def received(self, request: Received) -> Received:
        """Lose it."""
        return self.change(request) if request.path == PREFIX + self.method else request


@dataclass(kw_only=True, eq=False)
class Reads(Fault):
    """The request is understood in the wrong way."""

    change: Callable[[Call], Call]

    def understood(self, call: Call) -> Call:
        """Misread the request."""
        return self.change(call) if call.method == self.method else call


@dataclass(kw_only=True, eq=False)
class Presents(Fault):
    """A request that is refused is put before the user all the same."""

    found: str

    def refusal(self, code: str, context: Context) -> str | None:
        """Present it, and refuse it as ever."""
        if self.concerns(context) and context.condition == self.found:
            context.world.journal.permission_requests.append(PermissionRequest([], ""))
            self.acted = True
        return code
