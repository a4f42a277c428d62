"""`slack-conformance documents`: compares the two pages with the rules, and tells what is new, gone or changed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.catalog.documents import compare_documents
from conformance.catalog.load import load_catalog
from conformance.run.outcome import Exit

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("folder", metavar="DIR", help="folder with the pages as text")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print the comparison; return 1 if anything was added, has vanished or changed. Raises `DataError`."""
    report = compare_documents(Path(options.folder), load_catalog())
    sys.stdout.writelines(f"{problem}\n" for problem in report.problems)
    rows = " + ".join(str(count) for count in report.counts)
    state = f"{len(report.problems)} differences" if report.problems else "no difference"
    sys.stdout.write(f"{rows} rows; {state} between the pages and the rules.\n")
    return Exit.FAIL if report.problems else Exit.GOOD
