"""A fault as data: the rule that it breaks, its name, and its declared collateral."""

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
    """A deviation of one method; rules and bases are named as in the method's file.

    It is defined without a method and bound to each method that has its rule. `breaks` names further rules whose cases
    must fail too, and `bases` the ways to send a request that stop working, so that cases based on them cannot be
    judged. Declared collateral must occur.
    """

    rule: str
    fault: str
    summary: str
    with_rules: tuple[str, ...] = ()
    """Further rules that the fault breaks directly, since they make the same demand on the same request."""
    strength: Strength | None = None
    """How binding the broken part of the rule is, if different from the rule."""
    breaks: Mapping[str, str] = field(default_factory=dict)
    bases: tuple[str, ...] = ()
    only: str | None = None
    """The only method that it applies to, if several have the rule."""
    like: Mapping[str, str] = field(default_factory=dict)
    """Other faults of the rule with the same finding, each with the reason why both exist."""
    method: str = ""

    def fits(self, method: Method) -> bool:
        """Return whether the method has the rule that the fault breaks."""
        named = {self.rule, *self.with_rules, *self.breaks}
        has = {rule.name for rule in method.rules if not rule.untestable}
        return self.only in {None, method.name} and named <= has and set(self.bases) <= set(method.bases)

    def bound(self, method: Method) -> Self:
        """Return a copy of the fault for this method."""
        fault = copy.copy(self)
        fault.method = method.name
        fault.name = f"{method.name}.{self.rule}--{self.fault}"
        fault.rules = tuple(f"{method.name}.{rule}" for rule in (self.rule, *self.with_rules))
        return fault

    def concerns(self, context: Context) -> bool:
        """Return whether the request calls the method of the fault."""
        return context.method.name == self.method


def always(_context: Context) -> bool:
    """Return true: the fault applies to every request of its method."""
    return True
