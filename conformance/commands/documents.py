"""`slack-conformance documents`: compares the two pages with the rules, and reports what is new, gone or changed."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from ..catalog.documents import compare_documents
from ..catalog.load import load_catalog
from ..catalog.paths import path_of
from ..results.words import counted
from ..run.outcome import Exit

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "folder", metavar="DIR", help="folder with your copies of the pages as text; README links to them"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object for programs")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print the comparison; return 1 if anything was added, has vanished or changed. Raises `DataError`."""
    catalog, folder = load_catalog(), path_of(options.folder, "DIR")
    pages = [method.page for method in catalog.methods.values()]
    if folder.is_dir() and not any((folder / page).is_file() for page in pages):
        hint = "Name the folder that holds them as text."
        raise DataError(str(folder), "", f"none of the pages is here: {', '.join(pages)}.", hint)
    report = compare_documents(folder, catalog)
    if options.json:
        problems = [asdict(problem) for problem in report.problems]
        sys.stdout.write(json.dumps({"rows": report.rows, "problems": problems}, ensure_ascii=False) + "\n")
        return Exit.FAIL if report.problems else Exit.GOOD
    sys.stdout.writelines(f"{problem}\n" for problem in report.problems)
    rows = " + ".join(str(count) for count in report.counts)
    state = f"{counted(len(report.problems), 'difference')}" if report.problems else "no difference"
    sys.stdout.write(f"{rows} rows; {state} between the pages and the rules.\n")
    return Exit.FAIL if report.problems else Exit.GOOD
