"""Publish an edition, and compare the published ones with the data of today.

`python -m tests.catalog.edition 2026.2` writes `fixtures/editions/2026.2.toml`, and the manifest. A file that is there
is never written again: what is published is changed by an erratum alone.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.editions import FOLDER, find_edition, order
from slack_conformance.catalog.edits.edit import Edit
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root

from .freeze import accepted, write_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from slack_conformance.catalog.editions import Edition
    from slack_conformance.catalog.model import Case, Catalog, Method

_DIGITS = 16

_OF_A_RULE = ("place", "strength", "code", "kind", "check", "accept", "ledger", "conditions", "hidden")
"""What of a rule a verdict depends on; its words may be improved."""

_HEAD = """\
#:schema ../../schemas/edition.schema.json
# Edition {name}: the cases that gate with `--edition {name}`, each with a hash of what the verdict on it depends on.
# Written by `python -m tests.catalog.edition`, and never again. A correction is a row
#     [[erratum]]
#     id     = "the rule or case, or the method"
#     date   = 2027-01-31
#     reason = "What was wrong, as a sentence; every report shows it."
#     sha256 = "its new hash; without one it was removed"
# below this text. It may let more pass; what accuses more is a new case.
published = {today}
"""


def hashes(catalog: Catalog, root: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the hash of every method, rule and case of today by its id; `root` is the folder with the data."""
    methods, rules, cases = catalog.methods.values(), catalog.rules, catalog.cases
    return {
        "methods": {method.name: _hash(_of_method(method, root)) for method in methods},
        "rules": {rule.id: _hash({name: getattr(rule, name) for name in _OF_A_RULE}) for rule in rules},
        "cases": {case.id: _hash(_of_case(case, catalog)) for case in cases},
    }


def text(name: str, catalog: Catalog, root: Path, today: str) -> str:
    """Return the file of a new edition, which has every case of today, and the rules that these are about."""
    found = hashes(catalog, root)
    proved = {rule.id for case in catalog.cases for rule in case.rules}
    lines = [_HEAD.format(name=name, today=today)]
    for table, entries in found.items():
        kept = sorted(entry for entry in entries if table != "rules" or entry in proved)
        lines += [f"[{table}]", *(f'"{entry}" = "{entries[entry]}"' for entry in kept), ""]
    return "\n".join(lines)


def differences(edition: Edition, found: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield a sentence for each thing that differs from the published edition and has no erratum that says so."""
    published: Mapping[str, Mapping[str, str]] = {
        "methods": edition.methods,
        "rules": edition.rules,
        "cases": edition.cases,
    }
    corrected = {one.id: one.sha256 for one in edition.errata}
    known = {entry for table in published.values() for entry in table}
    yield from (f"{edition.name} has an erratum for {name!r}, which is not in it." for name in corrected.keys() - known)
    for table, entries in published.items():
        for name, digest in entries.items():
            now = found[table].get(name, "")
            if now != corrected.get(name, digest):
                how = f"differs from edition {edition.name}" if now else f"of edition {edition.name} is gone"
                remedy = f'with sha256 = "{now}"' if now else "without sha256"
                yield f"{name} {how}. Undo that, or say why by an [[erratum]] {remedy} in {FOLDER}/{edition.name}.toml."


def publish(name: str, root: Path, today: str) -> Path:
    """Write a new edition and the manifest. Raises `DataError` if it is not newer than the published ones."""
    catalog = load_catalog(root)
    asked = order(name, "edition")
    for other in catalog.editions:
        if asked <= order(other, "edition"):
            hint = "A published edition is never written again."
            raise DataError("edition", "", f"{name} is not newer than {other}.", hint)
    path = root / FOLDER / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text(name, catalog, root, today), encoding="utf-8", newline="\n")
    write_manifest(root)
    return path


def open_differences(root: Path) -> list[str]:
    """Return what differs from any published edition below this folder without an erratum."""
    catalog = load_catalog(root)
    found = hashes(catalog, root)
    editions = [find_edition(catalog, name, name) for name in catalog.editions]
    return [line for edition in editions if edition is not None for line in differences(edition, found)]


def _of_method(method: Method, root: Path) -> Mapping[str, object]:
    files = (root / "schemas" / name for name in (method.success_schema, method.failure_schema))
    arguments = {
        name: dataclasses.replace(one, place="", sha256="", summary="") for name, one in method.arguments.items()
    }
    return {"arguments": arguments, "schemas": [json.loads(path.read_text(encoding="utf-8")) for path in files]}


def _of_case(case: Case, catalog: Catalog) -> Mapping[str, object]:
    return {
        "rules": [rule.id for rule in case.rules],
        "base": dataclasses.replace(case.base, place=""),
        "edit": case.edit,
        "accept": accepted(case, catalog),
        "strength": case.strength,
        "gate": case.gate,
        "world": case.world,
        "state": case.state,
        "instead": case.instead,
        "warning": case.warning,
        "silent": case.silent,
    }


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(_plain(content), sort_keys=True).encode()).hexdigest()[:_DIGITS]


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever the catalog's classes hold
    """Return the value in the terms of JSON; what is empty is left out, so that a new field changes no hash."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        own = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return _plain({**own, "kind of edit": value.kind} if isinstance(value, Edit) else own)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item or item == 0}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return sorted(value) if isinstance(value, frozenset) else value


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Publish an edition: freeze every case and rule of today.")
    parser.add_argument("name", metavar="NAME", help="year and number, such as 2026.2")
    try:
        sys.stdout.write(f"{publish(parser.parse_args().name, data_root(), f'{datetime.now(UTC):%Y-%m-%d}')}\n")
    except DataError as error:
        parser.exit(4, f"{error}\n")
