"""`slack-conformance report`: makes our reports again from a results file, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.paths import path_of, spare
from conformance.report.commands import REPORT, SUMMARY, report

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("results", metavar="RESULTS", help="the results file, reports/results.jsonl")
    parser.add_argument("--out", metavar="DIR", help="folder for the reports (default: that of the results file)")
    parser.add_argument("--previous", metavar="RESULTS", help="results of an earlier run, to tell what has changed")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Write the reports. Raises `DataError`."""
    results = path_of(options.results, "RESULTS")
    previous = None if options.previous is None else path_of(options.previous, "--previous")
    out = results.parent if options.out is None else path_of(options.out, "--out")
    for written in (out / REPORT, out / SUMMARY):
        spare([results, *([previous] if previous else [])], written, "--out")
    return report(results, out, previous)
