"""What would let more checks run: the values and states that a profile lacks, with the checks that wait for each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..results.terms import Kind, Verdict
from ..results.words import counted
from .causes import obstacles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..results.model import CaseResult
    from .causes import Obstacle

_VALUES = re.compile(r"^(?:Values for|Values in the profile:|Two) (?P<names>\w+(?:, \w+)*)(?: or more)? in ")
_USED_UP = " none left "
"""Part of the reason why a value is missing that has a list, which a further line in the profile would replace."""

_STATE = re.compile(r"\[state\.([\w-]+)\]")


@dataclass(frozen=True, slots=True)
class Missing:
    """What the profile lacks."""

    values: tuple[str, ...]
    """The names of the values."""
    checks_of_values: int
    """The number of checks that wait for them."""
    states: Mapping[str, int]
    """The states, each with the number of checks that wait for it, the largest number first."""
    others: tuple[Obstacle, ...]
    """What else keeps checks from running."""

    @property
    def checks_of_states(self) -> int:
        """The number of checks that wait for a state."""
        return sum(self.states.values())

    @property
    def values_block(self) -> str:
        """The table to fill in."""
        return "\n".join(["[values]", *(f'{name} = "…"' for name in self.values)])

    @property
    def states_block(self) -> str:
        """The heads of the tables to fill in."""
        return "\n".join(f"[state.{name}]  # {counted(count, 'check')}" for name, count in self.states.items())


def missing(cases: Iterable[CaseResult]) -> Missing:
    """Return what the INCONCLUSIVE cases wait for."""
    values: dict[str, None] = {}
    states: Counter[str] = Counter()
    waiting, others = 0, []
    for case in sorted(cases, key=lambda one: one.id):
        if case.verdict is not Verdict.INCONCLUSIVE or case.cause is None:
            continue
        named = _VALUES.match(case.cause.needs) if case.cause.kind is Kind.NO_VALUE else None
        state = _STATE.search(case.cause.needs) if case.cause.kind is Kind.NO_STATE else None
        if named is not None and _USED_UP not in case.cause.text:
            values |= dict.fromkeys(named["names"].split(", "))
            waiting += 1
        elif state is not None:
            states[state[1]] += 1
        else:
            others.append(case)
    return Missing(tuple(sorted(values)), waiting, dict(states.most_common()), obstacles(others))
