"""`slack-conformance documents`: whether the pages still say what the rules claim."""

from __future__ import annotations

import sys
from pathlib import Path

from conformance.catalog.documents import compare_documents
from conformance.catalog.load import load_catalog
from conformance.run.outcome import Exit


def documents(folder: str) -> int:
    """Print the comparison; return 1 if anything was added, has vanished or changed. Raises `DataError`."""
    report = compare_documents(Path(folder), load_catalog())
    for problem in report.problems:
        sys.stdout.write(f"{problem}\n")
    rows = " + ".join(str(count) for count in report.counts)
    state = f"{len(report.problems)} differences" if report.problems else "no difference"
    sys.stdout.write(f"{rows} rows; {state} between the pages and the rules.\n")
    return Exit.FAIL if report.problems else Exit.GOOD
