"""`slack-conformance report`: makes the reports again from a results file, byte for byte."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from ..catalog.paths import path_of, spare
from ..report.files import CTRF, REPORT, SUMMARY, TABLE, write_reports
from ..report.history import history
from ..report.table import render_csv
from ..results.io import read_even_cut
from ..run.folder import RESULTS
from .arguments import results_file
from .ending import report_cut, unwritable

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("results", metavar="RESULTS", help="the results file, or the folder of its reports")
    parser.add_argument("--out", metavar="DIR", help="folder for the reports (default: that of the results file)")
    parser.add_argument("--ctrf", metavar="FILE", help=f"file for the CTRF report (default: {CTRF} beside the others)")
    parser.add_argument(
        "--csv", action="store_true", help=f"write {TABLE} too: a line for each case, for a spreadsheet"
    )
    parser.add_argument(
        "--history", metavar="DIR", help="folder of results files: show the last runs against the same target"
    )
    parser.add_argument("--previous", metavar="RESULTS", help="results of an earlier run, to show what has changed")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Write the reports, and say where they are. Raises `ResultsError` and `DataError`."""
    folder = None if options.history is None else path_of(options.history, "--history")
    if folder is not None and not folder.is_dir():
        raise DataError(str(folder), "", "is not a folder.", "Name the folder of earlier results files in --history.")
    path = results_file(options.results, "RESULTS")
    before = None if options.previous is None else path_of(options.previous, "--previous")
    out = path.parent if options.out is None else path_of(options.out, "--out")
    ctrf = out / CTRF if options.ctrf is None else path_of(options.ctrf, "--ctrf")
    inputs = [path, *([before] if before else [])]
    for file in (out / REPORT, out / SUMMARY, out / CTRF, *([out / TABLE] if options.csv else [])):
        spare(inputs, file, "--out")
    spare([*inputs, out / REPORT, out / SUMMARY, out / TABLE, out / RESULTS], ctrf, "--ctrf")
    results, cut = read_even_cut(path)
    previous, cut_before = read_even_cut(before) if before is not None else (None, "")
    with unwritable():
        past = () if folder is None else history(folder, results)
        written = write_reports(results, out, previous, past, ctrf)
        if options.csv:
            (out / TABLE).write_text(render_csv(results), encoding="utf-8", newline="")
            written = (*written, out / TABLE)
    sys.stdout.writelines(f"written: {file}\n" for file in written)
    return report_cut(cut, cut_before)
