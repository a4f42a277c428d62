"""What is looked at before a method does anything: an ordered list of small checks, each a condition and its names."""

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
    """When a check is made, in this order unless a variant has another; within a phase the order is the list's."""

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
    """Return no further fields for the refusal."""
    return {}


def in_any_world(fact: Callable[[World], bool]) -> Callable[[Context], bool]:
    """Return whether the fact is true in a world that the request has to do with."""
    return lambda context: any(map(fact, context.involved))


@dataclass(frozen=True, slots=True)
class Check:
    """A condition, what the pages may call it (the first name that a page lists is used), and how it is found."""

    condition: str
    phase: Phase
    names: tuple[str, ...]
    holds: Callable[[Context], bool]
    details: Callable[[Context], Mapping[str, object]] = nothing
    """What a refusal says beside its code."""


def documented(checks: Iterable[Check], method: Method) -> dict[Phase, tuple[tuple[Check, str], ...]]:
    """Return the checks that a method's page has a name for, by phase, each with that name."""
    listed = method.error_codes
    found: dict[Phase, list[tuple[Check, str]]] = {phase: [] for phase in Phase}
    for check in checks:
        code = next((name for name in check.names if name in listed), None)
        if code is not None:
            found[check.phase].append((check, code))
    return {phase: tuple(entries) for phase, entries in found.items()}
