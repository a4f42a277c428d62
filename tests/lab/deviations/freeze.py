"""The frozen names of the deviations; run `python -m tests.lab.deviations.freeze` after an intended change."""

from __future__ import annotations

from pathlib import Path

from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.deviations import all_deviations

NAMES = Path(__file__).parent / "frozen_names.txt"


def names() -> list[str]:
    """Return every name, sorted."""
    return sorted(all_deviations(load_catalog()))


if __name__ == "__main__":
    NAMES.write_text("\n".join(names()) + "\n", encoding="utf-8")
