"""All deviations: those of the sandbox and those derived from recorded clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.datafile import DataError, suggestion
from conformance.lab import deviations
from conformance.lab.prove.clients import of_clients

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.lab.deviations.fault import Fault


def all_deviations(catalog: Catalog) -> dict[str, Fault]:
    """Return every deviation by name."""
    return {fault.name: fault for fault in (*deviations.all_deviations(catalog), *of_clients(catalog))}


def find(name: str, catalog: Catalog) -> Fault:
    """Return the deviation of this name. Raises `DataError` with a suggestion if there is none."""
    known = all_deviations(catalog)
    if name not in known:
        raise DataError("--deviate", "", f"there is no deviation {name!r}.", suggestion(name, known))
    return known[name]
