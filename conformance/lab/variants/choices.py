"""A choice that the pages leave to a target: its topic and what it changes in a variant."""

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
    """One option for one topic; a target makes one choice per topic, independently of other topics."""

    topic: str
    """The id of a ledger row, or a description of something on which the pages are silent."""
    name: str
    changes: Mapping[str, object] = field(default_factory=dict)
    """The changes to the variant, as arguments of `Variant.changed`."""
    reading: tuple[str, str] | None = None
    """The ledger row and the reading of it that this choice follows."""

    def applied(self, variant: Variant) -> Variant:
        """Return the variant with this choice made."""
        return variant.changed(**self.changes)

    def alone(self) -> Variant:
        """Return the preferred variant with only this choice made."""
        return self.applied(PREFERRED).changed(name=self.name)


def read(row: str, reading: str, name: str, **changes: object) -> Choice:
    """Return the choice for a reading."""
    return Choice(row, name, changes, (row, reading))


def called(row: str, reading: str, name: str, code: str, *conditions: str, methods: tuple[str, ...] = BOTH) -> Choice:
    """Return the choice for a reading that uses another code for these conditions."""
    return read(row, reading, name, names={(method, found): code for method in methods for found in conditions})


def rules(*names: str, methods: tuple[str, ...] = BOTH) -> frozenset[str]:
    """Return the ids of these rules in the given methods, by default both."""
    return frozenset(f"{method}.{name}" for method in methods for name in names)
