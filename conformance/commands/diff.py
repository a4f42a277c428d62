"""`slack-conformance diff`: shows what changed from one results file to another; exit 1 if anything regressed.

Runs that cannot be compared in full end with 10, unless `--partial` says that this is meant.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..catalog.paths import path_of
from ..report.diff import diff, render_diff_text
from ..report.html import render_diff_html
from ..report.markdown import render_diff
from ..results.io import read_even_cut
from ..run.outcome import Exit, exit_code
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
    parser.add_argument(
        "--partial", action="store_true", help="end with 0 though a run is partial or was judged by other rules"
    )
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="default: text")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print what changed. Raises `ResultsError` and `DataError`."""
    before, cut_before = read_even_cut(path_of(options.old, "OLD"))
    after, cut = read_even_cut(path_of(options.new, "NEW"))
    changes = diff(before, after)
    sys.stdout.write(FORMATS[options.format](changes))
    code: int = Exit.FAIL if changes.regressed else Exit.GOOD
    if changes.incomplete and not options.partial:
        sys.stderr.write("slack-conformance: the runs cannot be compared in full (--partial accepts that).\n")
        code = exit_code(code, Exit.INCONCLUSIVE)
    return report_cut(cut_before, cut) or code
