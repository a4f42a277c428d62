"""Sources of whole tables of a profile, and of the headers that requests carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.catalog.datafile import DataError
from conformance.target.sources import Source, drawn, source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_OWN_HEADERS = {"authorization", "connection", "content-length", "content-type", "host", "transfer-encoding"}
"""What the cases themselves are about, or the framing of every request."""


def sources(
    table: Mapping[str, Any], folder: Path, key: str, once: Collection[str] = (), *, endless: bool = True
) -> dict[str, Source]:
    """Return the source of each value in the table at `key`; `once` are the names of those that work only once.

    The lists of the others begin again at their end if they are `endless`. Raises `DataError`.
    """
    return {
        name: source(spec, folder, f"{key}.{name}", once=name in once, endless=endless) for name, spec in table.items()
    }


def carried(table: Mapping[str, Any], folder: Path, key: str) -> dict[str, Source]:
    """Return the sources of headers: drawn once, and known as secrets from the start. Raises `DataError`."""
    for name in table:
        if name.lower() in _OWN_HEADERS:
            raise DataError(f"{key}.{name}", "", "the cases set this header themselves.", "Use another for a gateway.")
    found = {name: drawn(one, f"{key}.{name}") for name, one in sources(table, folder, key).items()}
    for name, one in found.items():
        if not str(one.draw()).isascii():
            raise DataError(f"{key}.{name}", "", "a header holds ASCII only.", "Encode the value as the gateway does.")
    return found
