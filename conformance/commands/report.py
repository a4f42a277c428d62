"""`slack-conformance report`: makes our reports again from a results file, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.report.commands import report

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("results", metavar="RESULTS", help="the results file, reports/results.jsonl")
    parser.add_argument("--out", metavar="DIR", help="folder for the reports (default: that of the results file)")
    parser.add_argument("--previous", metavar="RESULTS", help="results of an earlier run, to tell what has changed")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Write the reports."""
    results = Path(options.results)
    previous = Path(options.previous) if options.previous else None
    return report(results, Path(options.out) if options.out else results.parent, previous)
