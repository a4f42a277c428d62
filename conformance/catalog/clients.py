"""Recorded requests of real clients, as cases of each method's rule about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.catalog.datafile import files_in, read_toml
from conformance.catalog.model import Replay

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

REAL_CLIENTS = "real-clients"
"""The name of the rule that recorded requests are cases of."""

_OF_THE_CASE = ("id", "accept", "ledger", "strength", "world", "gate", "note", "why")
_BASE = "post-form"


def read_clients(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the cases in the folder's files by method, in the format of a method's file."""
    cases: dict[str, list[dict[str, Any]]] = {}
    for path in files_in(folder):
        content = read_toml(path, "clients.schema.json")
        for entry in content["request"]:
            cases.setdefault(entry["method"], []).append(_case(content["client"], entry))
    return cases


def _case(client: str, entry: dict[str, Any]) -> dict[str, Any]:
    case = {key: entry[key] for key in _OF_THE_CASE if key in entry}
    return {**case, "base": _BASE, "edit": {"replay": _replay(client, entry)}}


def _replay(client: str, entry: dict[str, Any]) -> Replay:
    return Replay(
        id=entry["id"],
        client=client,
        version=entry["version"],
        variant=entry.get("variant", ""),
        derived=entry.get("derived", False),
        verb=entry["verb"],
        headers=tuple((name, value) for name, value in entry["headers"]),
        authorization=entry.get("authorization"),
        query=_pairs(entry.get("query", ())),
        form=_pairs(entry.get("form", ())),
        json=entry.get("json"),
        safe=entry.get("safe", ""),
    )


def _pairs(entries: Iterable[list[str]]) -> tuple[tuple[str, str | None], ...]:
    return tuple((name, value[0] if value else None) for name, *value in entries)
