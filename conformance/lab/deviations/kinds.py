"""The kinds of fault: conditions ignored or given another code, valid requests refused, requests or answers spoilt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.lab.deviations.fault import Fault, always
from conformance.sandbox.facts import PermissionRequest
from conformance.sandbox.intake import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.lab.deviations.fault import When
    from conformance.sandbox.context import Context
    from conformance.sandbox.intake import Call
    from conformance.sandbox.received import Received
    from conformance.sandbox.reply import Reply


@dataclass(kw_only=True, eq=False)
class Passes(Fault):
    """A condition is ignored, together with all that follow, so that the request succeeds."""

    found: str
    """The condition that is ignored, or its code."""
    when: When = always
    _passing: Context | None = None

    def refusal(self, code: str, context: Context) -> str | None:
        """Ignore this condition and all later ones."""
        if self.concerns(context) and self.found in {context.condition, code} and self.when(context):
            self._passing = context
        return None if self._passing is context else code


@dataclass(kw_only=True, eq=False)
class Calls(Fault):
    """A condition is refused with another code."""

    found: str
    code: str
    when: When = always

    def refusal(self, code: str, context: Context) -> str | None:
        """Return the other code."""
        found = self.found in {context.condition, code}
        return self.code if self.concerns(context) and found and self.when(context) else code


@dataclass(kw_only=True, eq=False)
class Refuses(Fault):
    """A valid request is refused."""

    code: str
    when: When = always

    def condemns(self, context: Context) -> str | None:
        """Refuse the valid request."""
        return self.code if self.concerns(context) and self.when(context) else None


@dataclass(kw_only=True, eq=False)
class Spends(Fault):
    """A refused request uses up its one-shot values."""

    def spends(self, context: Context) -> bool:
        """Return true in any case."""
        return context.code is None or self.concerns(context)


@dataclass(kw_only=True, eq=False)
class Answers(Fault):
    """The decision is right but the answer is wrong."""

    change: Callable[[Reply, Context], Reply]
    when: When = always

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Return the spoilt answer."""
        return self.change(reply, context) if self.concerns(context) and self.when(context) else reply


@dataclass(kw_only=True, eq=False)
class Receives(Fault):
    """Part of the request never arrives."""

    change: Callable[[Received], Received]

    def received(self, request: Received) -> Received:
        """Return the request with part of it dropped."""
        return self.change(request) if request.path == PREFIX + self.method else request


@dataclass(kw_only=True, eq=False)
class Reads(Fault):
    """The request is parsed wrongly."""

    change: Callable[[Call], Call]

    def understood(self, call: Call) -> Call:
        """Return the wrongly parsed request."""
        return self.change(call) if call.method == self.method else call


@dataclass(kw_only=True, eq=False)
class Presents(Fault):
    """A refused permission request is presented to the user all the same."""

    found: str

    def refusal(self, code: str, context: Context) -> str | None:
        """Present the request, then refuse it as usual."""
        if self.concerns(context) and context.condition == self.found:
            context.world.journal.permission_requests.append(PermissionRequest([], ""))
            self.acted = True
        return code
