"""`slack-conformance annotate`: colours your copy of the pages, sentence by sentence, by what a run came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.paths import path_of, spare
from conformance.report.commands import annotate

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("pages", metavar="PAGE", nargs="+", help="your copies of the pages, as text")
    parser.add_argument("--results", metavar="FILE", default="reports/results.jsonl", help="default: %(default)s")
    parser.add_argument("--out", metavar="FILE", help="the page to write (default: pages.html beside the results)")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Write the coloured page. Raises `DataError`."""
    results = path_of(options.results, "--results")
    pages = [path_of(page, "PAGE") for page in options.pages]
    out = results.with_name("pages.html") if options.out is None else path_of(options.out, "--out")
    spare([results, *pages], out, "--out")
    return annotate(pages, results, out)
