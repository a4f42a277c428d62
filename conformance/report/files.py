"""Write the reports that are made from a results file alone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .ctrf import render_ctrf
from .diff import diff
from .html import write_html
from .markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..results.io import Results
    from .history import PastRun

REPORT, SUMMARY, CTRF, TABLE = "conformance.html", "summary.md", "ctrf.json", "results.csv"


def write_reports(
    results: Results,
    folder: Path,
    previous: Results | None = None,
    past: tuple[PastRun, ...] = (),
    ctrf: Path | None = None,
) -> tuple[Path, ...]:
    """Write every report that is made from the results alone into the folder; that in CTRF into the file, if given.

    Raises `OSError` when one cannot be written whole, and leaves no part of it; the others are written all the same.
    """
    changes = diff(previous, results) if previous is not None else None
    page, summary, ctrf = folder / REPORT, folder / SUMMARY, ctrf or folder / CTRF
    try:
        with _whole(page):
            write_html(results, page, changes, past)
    finally:
        try:
            with _whole(summary):
                summary.write_text(render_markdown(results, changes), encoding="utf-8", newline="\n")
        finally:
            with _whole(ctrf):
                ctrf.write_text(render_ctrf(results), encoding="ascii", newline="\n")
    return page, summary, ctrf


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Delete the file if it cannot be written whole. Raises an `OSError` that names it."""
    try:
        yield
    except OSError as error:
        if error.filename is None and path.is_file():  # it was opened, and so emptied, before the error
            path.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from None
