"""`slack-conformance annotate`: colours your copy of the pages, sentence by sentence, by what a run came to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.report.commands import annotate

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("pages", metavar="PAGE", nargs="+", help="your copies of the pages, as text")
    parser.add_argument("--results", metavar="FILE", default="reports/results.jsonl", help="default: %(default)s")
    parser.add_argument("--out", metavar="FILE", help="the page to write (default: pages.html beside the results)")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Write the coloured page."""
    results = Path(options.results)
    out = Path(options.out) if options.out else results.with_name("pages.html")
    return annotate([Path(page) for page in options.pages], results, out)
