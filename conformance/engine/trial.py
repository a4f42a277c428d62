"""The requests and answers of one case, before they are judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.judge.model import Shown
    from conformance.results.model import Role
    from conformance.target.world import World
    from conformance.wire.sender import Exchange


@dataclass(frozen=True, slots=True)
class Sent:
    """One exchange of a trial, and what it was for."""

    role: Role
    exchange: Exchange


@dataclass
class Trial:
    """Everything that a case sent, the worlds it used, and the input of the judge."""

    shown: Shown
    sent: list[Sent] = field(default_factory=list)
    worlds: list[World] = field(default_factory=list)
