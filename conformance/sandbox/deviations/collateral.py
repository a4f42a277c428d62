"""What a fault that follows from a rule also breaks, by rule, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.sandbox.deviations.fault import Fault


def declared(fault: Fault) -> Fault:
    """Return the fault with what it also breaks."""
    return fault
