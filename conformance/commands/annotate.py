"""`slack-conformance annotate`: colours your copy of the pages, sentence by sentence, by the results of a run."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from ..catalog.load import load_catalog
from ..catalog.paths import path_of, spare
from ..report.annotate import UnknownPageError, annotated
from ..report.files import REPORT
from ..report.html import render_annotated
from ..results.io import read_even_cut
from .ending import report_cut, unwritable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from ..catalog.model import Catalog
    from ..report.annotate import Annotated
    from ..results.io import Results


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "pages", metavar="PAGE", nargs="+", help="your copies of the pages as text; README links to them"
    )
    parser.add_argument("--results", metavar="FILE", default="reports/results.jsonl", help="default: %(default)s")
    parser.add_argument("--out", metavar="FILE", help="the page to write (default: pages.html beside the results)")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Write the coloured page. Raises `ResultsError` and `DataError`."""
    results = path_of(options.results, "--results")
    pages = [path_of(page, "PAGE") for page in options.pages]
    out = results.with_name("pages.html") if options.out is None else path_of(options.out, "--out")
    spare([results, *pages], out, "--out")
    return annotate(pages, results, out)


def annotate(pages: Sequence[Path], path: Path, out: Path) -> int:
    """Render the user's copies of the pages into the file `out`, coloured by the results at `path`."""
    catalog = load_catalog()
    results, cut = read_even_cut(path)
    remarks = [cut] if cut else []
    marked = [_annotated(page, results, catalog) for page in pages]
    if results.header.catalog != catalog.sha256:
        remarks.append("These results were made with another version of the rules: marks may be missing.")
    link = os.path.relpath(path.parent / REPORT, out.parent)
    with unwritable():
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(render_annotated(marked, results, link, remarks), encoding="utf-8", newline="\n")
    sys.stdout.write(f"written: {out}\n")
    return report_cut(cut)


def _annotated(path: Path, results: Results, catalog: Catalog) -> Annotated:
    try:
        return annotated(path.name, path.read_text(encoding="utf-8"), results, catalog)
    except OSError as error:
        problem = f"cannot be read ({error.strerror})."
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8 ({error.reason} at byte {error.start}); save the page as text."
    except UnknownPageError:
        problem = f"none of its rows is in a page that the suite knows ({', '.join(catalog.methods)})."
    raise DataError(str(path), "", problem)
