"""Sources for whole tables of a profile, and for the headers that requests carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..catalog.datafile import DataError
from .sources import Source, drawn, source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_OWN_HEADERS = {"authorization", "connection", "content-length", "content-type", "transfer-encoding"}
"""Headers that a profile cannot set, since the cases or the framing of each request determine them."""


def sources(
    table: Mapping[str, Any], folder: Path, key: str, once: Collection[str] = (), *, endless: bool = True
) -> dict[str, Source]:
    """Return the source of each value in the table at `key`; `once` names the values that work only once.

    Lists of other values repeat if `endless`. Raises `DataError`.
    """
    return {
        name: source(spec, folder, f"{key}.{name}", once=name in once, endless=endless) for name, spec in table.items()
    }


def carried(table: Mapping[str, Any], folder: Path, key: str) -> dict[str, Source]:
    """Return the sources of headers, evaluated once so that secrets are known from the start. Raises `DataError`."""
    for name in table:
        if name.lower() == "host":
            hint = 'Say host = "…" at the top of the profile; it holds for every request.'
            raise DataError(f"{key}.{name}", "", "the Host header has a key of its own.", hint)
        if name.lower() in _OWN_HEADERS:
            raise DataError(f"{key}.{name}", "", "the cases set this header themselves.", "Use another for a gateway.")
    found = {name: drawn(one, f"{key}.{name}") for name, one in sources(table, folder, key).items()}
    for name, one in found.items():
        if not str(one.draw()).isascii():
            raise DataError(
                f"{key}.{name}", "", "a header can contain only ASCII.", "Encode the value as the gateway does."
            )
    return found
