"""`slack-conformance diff`: shows what changed from one results file to another; exit 1 if anything regressed.

Runs that cannot be compared in full end with 10, unless `--partial` says that this is meant.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..output import painted
from ..report.diff import Category, diff, render_diff_text
from ..report.html import render_diff_html
from ..report.markdown import render_diff
from ..results.io import read_even_cut
from ..run.outcome import Exit, exit_code
from .arguments import results_file
from .ending import report_cut

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from ..report.diff import Diff


def _json(changes: Diff) -> str:
    """Return one JSON object: the sentence, the remarks, and every change with what was and what is."""
    document = {
        "sentence": changes.sentence,
        "regressed": changes.regressed,
        "complete": not changes.incomplete,
        "compared": changes.compared,
        "remarks": changes.remarks,
        "changes": [asdict(change) for change in changes.changes],
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def _coloured(changes: Diff) -> str:
    """Return the text with its headings in colour, if standard output shows colours."""
    looks = {f"{category} (": look for category, look in _LOOKS.items()}
    lines = render_diff_text(changes).splitlines()
    shown = [
        next((painted(line, look) for start, look in looks.items() if line.startswith(start)), line) for line in lines
    ]
    return "".join(f"{line}\n" for line in shown)


_LOOKS = {
    Category.REGRESSED: "red",
    Category.UNPROVED: "yellow",
    Category.FIXED: "green",
    Category.PROVED: "green",
}

FORMATS: Mapping[str, Callable[[Diff], str]] = {
    "text": _coloured,
    "markdown": render_diff,
    "html": render_diff_html,
    "json": _json,
}
"""The output formats of a comparison."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("old", metavar="OLD", help="results of the earlier run: the file, or the folder of its reports")
    parser.add_argument("new", metavar="NEW", help="results of the later run")
    parser.add_argument(
        "--partial", action="store_true", help="end with 0 though a run is partial or was judged by other rules"
    )
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="default: text")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print what changed. Raises `ResultsError` and `DataError`."""
    before, cut_before = read_even_cut(results_file(options.old, "OLD"))
    after, cut = read_even_cut(results_file(options.new, "NEW"))
    changes = diff(before, after)
    sys.stdout.write(FORMATS[options.format](changes))
    code: int = Exit.FAIL if changes.regressed else Exit.GOOD
    if changes.incomplete and not options.partial:
        sys.stderr.write("slack-conformance: the runs cannot be compared in full (--partial accepts that).\n")
        code = exit_code(code, Exit.INCONCLUSIVE)
    return report_cut(cut_before, cut) or code
