"""What is frozen of rows, cases and data files; `python -m tests.catalog.freeze` writes it anew on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.manifest import MANIFEST, manifest
from slack_conformance.catalog.model import RuleKind
from slack_conformance.catalog.place import data_root

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Case, Catalog

FOLDER = Path(__file__).parent
ROWS = FOLDER / "frozen_rows.txt"
IDS = FOLDER / "frozen_ids.txt"
OUTCOMES = FOLDER / "frozen_outcomes.txt"


def rows(catalog: Catalog) -> list[str]:
    """Return the id of every row of the error and warning tables, sorted."""
    return sorted(f"{rule.id}: {rule.kind}" for rule in catalog.rules if rule.kind is not RuleKind.STATEMENT)


def ids(catalog: Catalog) -> list[str]:
    """Return every case id, sorted."""
    return sorted(case.id for case in catalog.cases)


def outcomes(catalog: Catalog) -> list[str]:
    """Return the cases that accept more than one outcome, each with these."""
    return sorted(f"{case.id}: {_accepted(case, catalog)}" for case in catalog.cases if len(case.accept) > 1)


def _accepted(case: Case, catalog: Catalog) -> str:
    if case.accept >= catalog.methods[case.method].error_codes:
        return "every documented outcome"
    return ", ".join(sorted(case.accept))


if __name__ == "__main__":
    loaded = load_catalog()
    (data_root() / MANIFEST).write_text(manifest(data_root()), encoding="utf-8")
    for path, lines in ((ROWS, rows(loaded)), (IDS, ids(loaded)), (OUTCOMES, outcomes(loaded))):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
