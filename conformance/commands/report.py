"""`slack-conformance report`: makes the reports again from a results file, byte for byte."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..catalog.paths import path_of, spare
from ..report.files import REPORT, SUMMARY, write_reports
from ..results.io import read_even_cut
from .ending import report_cut, unwritable

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("results", metavar="RESULTS", help="the results file, reports/results.jsonl")
    parser.add_argument("--out", metavar="DIR", help="folder for the reports (default: that of the results file)")
    parser.add_argument("--previous", metavar="RESULTS", help="results of an earlier run, to show what has changed")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Write the reports, and say where they are. Raises `ResultsError` and `DataError`."""
    path = path_of(options.results, "RESULTS")
    before = None if options.previous is None else path_of(options.previous, "--previous")
    out = path.parent if options.out is None else path_of(options.out, "--out")
    for file in (out / REPORT, out / SUMMARY):
        spare([path, *([before] if before else [])], file, "--out")
    results, cut = read_even_cut(path)
    previous, cut_before = read_even_cut(before) if before is not None else (None, "")
    with unwritable():
        written = write_reports(results, out, previous)
    sys.stdout.writelines(f"written: {file}\n" for file in written)
    return report_cut(cut, cut_before)
