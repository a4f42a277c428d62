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
    return sorted(f"{case.id}: {accepted(case, catalog)}" for case in catalog.cases if len(case.accept) > 1)


def accepted(case: Case, catalog: Catalog) -> str:
    """Return the accepted outcomes in one line, the same if the page gets another error and the case takes any."""
    if case.accept >= catalog.methods[case.method].error_codes:
        return "every documented outcome"
    return ", ".join(sorted(case.accept))


def write_manifest(root: Path) -> None:
    """Write the manifest of the data below this folder."""
    (root / MANIFEST).write_text(manifest(root), encoding="utf-8")


if __name__ == "__main__":
    loaded = load_catalog()
    write_manifest(data_root())
    for path, lines in ((ROWS, rows(loaded)), (IDS, ids(loaded)), (OUTCOMES, outcomes(loaded))):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
