"""Write the reports that are made from a results file alone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .diff import diff
from .html import write_html
from .markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..results.io import Results
    from .history import PastRun

REPORT, SUMMARY, TABLE = "conformance.html", "summary.md", "results.csv"


def write_reports(
    results: Results, folder: Path, previous: Results | None = None, past: tuple[PastRun, ...] = ()
) -> tuple[Path, ...]:
    """Write every report that is made from the results alone into the folder.

    Raises `OSError` when one cannot be written whole, and leaves no part of it; the other is written all the same.
    """
    page, summary = folder / REPORT, folder / SUMMARY
    changes = diff(previous, results) if previous is not None else None
    try:
        with _whole(page):
            write_html(results, page, changes, past)
    finally:
        with _whole(summary):
            summary.write_text(render_markdown(results, changes), encoding="utf-8", newline="\n")
    return page, summary


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Delete the file if it cannot be written whole. Raises an `OSError` that names it."""
    try:
        yield
    except OSError as error:
        if error.filename is None and path.is_file():  # it was opened, and so emptied, before the error
            path.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from None
