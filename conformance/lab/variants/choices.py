"""The choices that the pages leave to a target; those that follow a reading are read from the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from ...catalog.datafile import DataError, read_toml, suggestion
from ...catalog.load import load_catalog
from ...catalog.place import data_root
from ...sandbox.api import conditions_of
from ...sandbox.checks import Phase
from ...sandbox.variant import PREFERRED, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

PERMISSIONS, OAUTH = "apps.permissions.request", "oauth.access"
BOTH = (PERMISSIONS, OAUTH)
BY_METHOD = ("refused_types", "unread_types")
"""Fields of a variant that hold pairs of method and media type; the ledger gives the media types."""


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


def rules(*names: str, methods: tuple[str, ...] = BOTH) -> frozenset[str]:
    """Return the ids of these rules in the given methods, by default both."""
    return frozenset(f"{method}.{name}" for method in methods for name in names)


@cache
def readings() -> tuple[Choice, ...]:
    """Return a choice for each variant in the ledger.

    Raises `DataError` if a variant follows a reading that its row does not have, or names a field or a condition that
    the sandbox does not have.
    """
    return tuple(_read(data_root() / "fixtures" / "ledger.toml"))


def _read(file: Path) -> Iterator[Choice]:
    for row, entry in read_toml(file, "ledger.schema.json").items():
        methods = sorted({place.partition(":")[0] for place in entry["places"]})
        for index, variant in enumerate(entry.get("variant", ())):
            key = f"{row}.variant[{index}]"
            if variant["reading"] not in entry["readings"]:
                hint = suggestion(variant["reading"], entry["readings"])
                raise DataError(str(file), f"{key}.reading", f"{row} has no reading {variant['reading']!r}.", hint)
            fields = variant.get("sandbox", {})
            for name in fields.keys() - {"before_names", *Variant.__slots__}:
                hint = suggestion(name, Variant.__slots__)
                raise DataError(str(file), f"{key}.sandbox", f"a sandbox has no field {name!r}.", hint)
            known = set().union(*(conditions_of(load_catalog().methods[method]) for method in methods))
            for condition in variant.get("codes", {}).keys() - known:
                problem = f"no check in conformance/sandbox finds the condition {condition!r}."
                raise DataError(str(file), f"{key}.codes", problem, suggestion(condition, known))
            changes = _changes(fields, variant.get("codes", {}), methods)
            yield Choice(row, variant["name"], changes, (row, variant["reading"]))


def _changes(fields: Mapping[str, Any], codes: Mapping[str, str], methods: list[str]) -> dict[str, object]:
    """Return the arguments of `Variant.changed` for a variant of the ledger."""
    changes: dict[str, object] = dict(fields)
    for name in BY_METHOD:
        if name in fields:
            changes[name] = frozenset((method, media_type) for method in methods for media_type in fields[name])
    if "before_names" in fields:
        changes["phases"] = _phases(Phase[str(changes.pop("before_names")).upper()])
    if codes:
        changes["names"] = {(method, condition): code for method in methods for condition, code in codes.items()}
    return changes


def _phases(early: Phase) -> tuple[Phase, ...]:
    """Return the phases in their usual order, except that this one comes just before the check of names."""
    phases = [phase for phase in Phase if phase is not early]
    phases.insert(phases.index(Phase.NAMES), early)
    return tuple(phases)
