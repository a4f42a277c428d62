"""The checks that precede the effect of a method, in order; each has a condition and candidate error codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.catalog.model import Method
    from conformance.sandbox.context import Context
    from conformance.sandbox.facts import World


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


def in_any_world(fact: Callable[[World], bool]) -> Callable[[Context], bool]:
    """Return a condition: the fact is true in one of the worlds that the request involves."""
    return lambda context: any(map(fact, context.involved))


@dataclass(frozen=True, slots=True)
class Check:
    """A condition, its candidate codes (the first one on the method's page is used), and a predicate."""

    condition: str
    phase: Phase
    names: tuple[str, ...]
    holds: Callable[[Context], bool]
    details: Callable[[Context], Mapping[str, object]] = nothing
    """Returns the fields of a refusal beside its code."""


def documented(checks: Iterable[Check], method: Method) -> dict[Phase, tuple[tuple[Check, str], ...]]:
    """Return by phase the checks for which the method's page has a code, with that code."""
    listed = method.error_codes
    found: dict[Phase, list[tuple[Check, str]]] = {phase: [] for phase in Phase}
    for check in checks:
        code = next((name for name in check.names if name in listed), None)
        if code is not None:
            found[check.phase].append((check, code))
    return {phase: tuple(entries) for phase, entries in found.items()}
