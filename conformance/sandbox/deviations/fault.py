"""A fault as data: which rule of a method it breaks, how it is called, and what else goes wrong with it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from conformance.sandbox.deviation import Deviation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.catalog.model import Method, Strength
    from conformance.sandbox.context import Context

    When = Callable[[Context], bool]


@dataclass(kw_only=True, eq=False)
class Fault(Deviation):
    """A deviation of one method; rules and bases are named as in that method's file.

    It stands in a table without a method and is bound to each method that has its rule. `breaks` names further rules
    whose cases must turn red with it, and `bases` the ways to send a request that it makes useless, so that whatever
    rests on them cannot be judged; each declaration must come true.
    """

    rule: str
    fault: str
    summary: str
    with_rules: tuple[str, ...] = ()
    """Further rules that the fault breaks itself, since they say the same of the same request."""
    strength: Strength | None = None
    """How binding the part of the rule is that it breaks, if not as the rule itself."""
    breaks: Mapping[str, str] = field(default_factory=dict)
    bases: tuple[str, ...] = ()
    only: str | None = None
    """The one method that it is for, if the rule alone does not say."""
    like: Mapping[str, str] = field(default_factory=dict)
    """Other faults of the rule that show by the very same finding, each with the reason why it stands beside them."""
    method: str = ""

    def fits(self, method: Method) -> bool:
        """Return whether the method has what the fault breaks."""
        named = {self.rule, *self.with_rules, *self.breaks}
        has = {rule.name for rule in method.rules if not rule.untestable}
        return self.only in {None, method.name} and named <= has and set(self.bases) <= set(method.bases)

    def bound(self, method: Method) -> Self:
        """Return the fault of this method."""
        fault = copy.copy(self)
        fault.method = method.name
        fault.name = f"{method.name}.{self.rule}--{self.fault}"
        fault.rules = tuple(f"{method.name}.{rule}" for rule in (self.rule, *self.with_rules))
        return fault

    def concerns(self, context: Context) -> bool:
        """Return whether a request is to the method of the fault."""
        return context.method.name == self.method


def always(_context: Context) -> bool:
    """Let a fault show in every request that it is about."""
    return True
