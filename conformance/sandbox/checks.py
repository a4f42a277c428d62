"""The checks that precede the effect of a method, in order.

A check knows its condition ("body.cut") and how to find it in a request or its world. It knows no error code: which
code the condition leads to is in the data of each method's page, and a condition without a code there is not enforced.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..catalog.model import Method
    from .context import Context
    from .facts import WorldFacts


class Phase(IntEnum):
    """When a check runs, in this order unless a variant changes it; within a phase, list order applies."""

    SERVICE = auto()
    TRANSPORT = auto()
    NAMES = auto()
    AUTHENTICATION = auto()
    RATE = auto()
    ACCESS = auto()
    MISSING = auto()
    VALUES = auto()
    GRANT = auto()


def nothing(_context: Context) -> Mapping[str, object]:
    """Return no additional fields for the refusal."""
    return {}


def in_any_world(fact: Callable[[WorldFacts], bool]) -> Callable[[Context], bool]:
    """Return a condition: the fact is true in one of the worlds that the request involves."""
    return lambda context: any(map(fact, context.involved))


@dataclass(frozen=True, slots=True)
class Check:
    """A condition and the predicate that finds it."""

    condition: str
    phase: Phase
    holds: Callable[[Context], bool]
    details: Callable[[Context], Mapping[str, object]] = nothing
    """Returns the fields of a refusal beside its code."""
    instead: tuple[str, ...] = ()
    """Conditions whose code is used if the page has none for this one."""


def documented(checks: Iterable[Check], method: Method) -> dict[Phase, tuple[tuple[Check, str], ...]]:
    """Return by phase the checks for which the method's page has a code, with that code."""
    codes = method.codes
    found: dict[Phase, list[tuple[Check, str]]] = {phase: [] for phase in Phase}
    for check in checks:
        code = next((codes[name] for name in (check.condition, *check.instead) if name in codes), None)
        if code is not None:
            found[check.phase].append((check, code))
    return {phase: tuple(entries) for phase, entries in found.items()}
