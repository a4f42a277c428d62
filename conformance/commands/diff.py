"""`slack-conformance diff`: shows what changed from one results file to another; exit 1 if anything regressed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..catalog.paths import path_of
from ..report.diff import diff, render_diff_text
from ..report.html import render_diff_html
from ..report.markdown import render_diff
from ..results.io import read_even_cut
from ..run.outcome import Exit
from .ending import report_cut

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from ..report.diff import Diff

FORMATS: Mapping[str, Callable[[Diff], str]] = {
    "text": render_diff_text,
    "markdown": render_diff,
    "html": render_diff_html,
}
"""The output formats of a comparison."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("old", metavar="OLD", help="results of the earlier run")
    parser.add_argument("new", metavar="NEW", help="results of the later run")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="default: text")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print what changed. Raises `ResultsError` and `DataError`."""
    before, cut_before = read_even_cut(path_of(options.old, "OLD"))
    after, cut = read_even_cut(path_of(options.new, "NEW"))
    changes = diff(before, after)
    sys.stdout.write(FORMATS[options.format](changes))
    return report_cut(cut_before, cut) or (Exit.FAIL if changes.regressed else Exit.GOOD)
