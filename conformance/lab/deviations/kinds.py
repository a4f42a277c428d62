"""The kinds of fault: what each does to a request, a decision or an answer of the sandbox."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from ...sandbox.deviation import Deviation
from ...sandbox.intake import PREFIX
from ...sandbox.journal import PermissionRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...catalog.model import Method, Strength
    from ...sandbox.context import Context
    from ...sandbox.intake import Call, Received
    from ...sandbox.reply import Reply
    from .predicates import When


def always(_context: Context) -> bool:
    """Return true: the fault applies to every request of its method."""
    return True


@dataclass(kw_only=True, eq=False)
class DeliberateFault(Deviation):
    """A deviation of one method; rules and bases are named as in the method's file.

    It is defined without a method and bound to one. `breaks` names further rules whose cases must fail too, and `bases`
    the ways to send a request that stop working, so that cases based on them cannot be judged. Declared collateral must
    occur.
    """

    rule: str
    fault: str
    summary: str
    also: tuple[str, ...] = ()
    """Further rules that the fault breaks directly, since they make the same demand on the same request."""
    strength: Strength | None = None
    """How binding the broken part of the rule is, if different from the rule."""
    breaks: Mapping[str, str] = field(default_factory=dict)
    bases: tuple[str, ...] = ()
    like: Mapping[str, str] = field(default_factory=dict)
    """Other faults of the rule with the same finding, each with the reason why both exist."""
    when: When = always
    """To which requests of the method the fault applies."""
    method: str = ""

    def missing(self, method: Method) -> set[str]:
        """Return the rules and bases of the fault that the method does not have or cannot test."""
        testable = {rule.name for rule in method.rules if not rule.untestable}
        return ({self.rule, *self.also, *self.breaks} - testable) | (set(self.bases) - set(method.bases))

    def bound(self, method: Method) -> Self:
        """Return a copy of the fault for this method."""
        fault = copy.copy(self)
        fault.method = method.name
        fault.name = f"{method.name}.{self.rule}--{self.fault}"
        fault.declare(self.also, self.breaks)
        return fault

    def declare(self, also: tuple[str, ...], breaks: Mapping[str, str]) -> None:
        """Add rules that a bound fault breaks directly, and rules that it breaks besides."""
        self.also = tuple(dict.fromkeys((*self.also, *also)))
        self.breaks = {**self.breaks, **breaks}
        self.rules = tuple(f"{self.method}.{rule}" for rule in (self.rule, *self.also))

    def applies(self, context: Context) -> bool:
        """Return whether the request calls the method of the fault and is one to which it is limited."""
        return context.method.name == self.method and self.when(context)


@dataclass(kw_only=True, eq=False)
class Ignores(DeliberateFault):
    """A condition is ignored, together with all that follow, so that the request succeeds."""

    found: str
    """The condition that is ignored, or its code."""
    _passing: Context | None = None

    def refusal(self, code: str, context: Context) -> str | None:
        """Ignore this condition and all later ones."""
        if self.found in {context.condition, code} and self.applies(context):
            self._passing = context
        return None if self._passing is context else code


@dataclass(kw_only=True, eq=False)
class IgnoresAll(DeliberateFault):
    """Requests succeed whatever is wrong with them."""

    def refusal(self, code: str, context: Context) -> str | None:
        """Accept the request whatever was found."""
        return None if self.applies(context) else code


@dataclass(kw_only=True, eq=False)
class Renames(DeliberateFault):
    """A condition is refused with another code."""

    found: str
    """The condition, or its code."""
    code: str

    def refusal(self, code: str, context: Context) -> str | None:
        """Return the other code."""
        return self.code if self.found in {context.condition, code} and self.applies(context) else code


@dataclass(kw_only=True, eq=False)
class Refuses(DeliberateFault):
    """A valid request is refused."""

    code: str

    def condemns(self, context: Context) -> str | None:
        """Refuse the valid request."""
        return self.code if self.applies(context) else None


@dataclass(kw_only=True, eq=False)
class Spends(DeliberateFault):
    """A refused request uses up its one-shot values."""

    def spends(self, context: Context) -> bool:
        """Return true in any case."""
        return context.code is None or self.applies(context)


@dataclass(kw_only=True, eq=False)
class SpendsLate(DeliberateFault):
    """An accepted request uses up its one-shot values a moment after they were checked."""

    pause_s: float = 0.02

    def spends(self, context: Context) -> bool:
        """Return false for an accepted request; its values are used up when it is answered."""
        return context.code is None and not self.applies(context)

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Pause, then use up the values. Meanwhile other requests with the same values are accepted."""
        if context.code is None and self.applies(context):
            time.sleep(self.pause_s)
            for value in context.one_shots:
                value.used = True
        return reply


@dataclass(kw_only=True, eq=False)
class Answers(DeliberateFault):
    """The decision is right but the answer is wrong."""

    change: Callable[[Reply], Reply]

    def reply(self, reply: Reply, context: Context) -> Reply:
        """Return the spoilt answer."""
        return self.change(reply) if self.applies(context) else reply


@dataclass(kw_only=True, eq=False)
class Loses(DeliberateFault):
    """Part of the request never arrives."""

    change: Callable[[Received], Received]

    def received(self, request: Received) -> Received:
        """Return the request with part of it dropped."""
        return self.change(request) if request.path == PREFIX + self.method else request


@dataclass(kw_only=True, eq=False)
class Misreads(DeliberateFault):
    """The request is parsed wrongly."""

    change: Callable[[Call], Call]

    def understood(self, call: Call) -> Call:
        """Return the wrongly parsed request."""
        return self.change(call) if call.method == self.method else call


@dataclass(kw_only=True, eq=False)
class Presents(DeliberateFault):
    """A refused permission request is presented to the user all the same."""

    found: str

    def refusal(self, code: str, context: Context) -> str | None:
        """Present the request, then refuse it as usual."""
        if context.condition == self.found and self.applies(context):
            context.world.journal.permission_requests.append(PermissionRequest([], ""))
            self.acted = True
        return code
