"""One decision that the pages leave to a target: what it is about, and what it changes in a variant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.sandbox.variant import PREFERRED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.sandbox.variant import Variant

PERMISSIONS, OAUTH = "apps.permissions.request", "oauth.access"
BOTH = (PERMISSIONS, OAUTH)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to decide one topic; a target decides each topic once, and the topics do not depend on each other."""

    topic: str
    """What is decided: the id of a ledger row, or in words something on which the pages are silent."""
    name: str
    changes: Mapping[str, object] = field(default_factory=dict)
    """What is different in the variant, as `Variant.changed` takes it."""
    reading: tuple[str, str] | None = None
    """The row of the ledger, and the reading of it that this follows."""

    def applied(self, variant: Variant) -> Variant:
        """Return the variant with this decision."""
        return variant.changed(**self.changes)

    def alone(self) -> Variant:
        """Return the variant that decides only this otherwise."""
        return self.applied(PREFERRED).changed(name=self.name)


def read(row: str, reading: str, name: str, **changes: object) -> Choice:
    """Return the choice of a reading."""
    return Choice(row, name, changes, (row, reading))


def called(row: str, reading: str, name: str, code: str, *conditions: str, methods: tuple[str, ...] = BOTH) -> Choice:
    """Return the choice of a reading that has another name for these conditions."""
    return read(row, reading, name, names={(method, found): code for method in methods for found in conditions})


def rules(*names: str, methods: tuple[str, ...] = BOTH) -> frozenset[str]:
    """Return the ids of these rules, of both methods or of one."""
    return frozenset(f"{method}.{name}" for method in methods for name in names)
