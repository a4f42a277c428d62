"""Write the reports that are made from a results file alone; read results that may have been cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.diff import diff
from conformance.report.html import write_html
from conformance.report.markdown import render_markdown
from conformance.results.io import CutError, read_results

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.results.io import Results

REPORT, SUMMARY = "conformance.html", "summary.md"


def write_reports(results: Results, folder: Path, previous: Results | None = None) -> tuple[Path, ...]:
    """Write every report that is made from the results alone into the folder.

    Raises `OSError` when one cannot be written; the other is written all the same.
    """
    page, summary = folder / REPORT, folder / SUMMARY
    changes = diff(previous, results) if previous is not None else None
    try:
        write_html(results, page, changes)
    finally:
        summary.write_text(render_markdown(results, changes), encoding="utf-8", newline="\n")
    return page, summary


def read_even_cut(path: Path) -> tuple[Results, str]:
    """Return the results, and a message that is empty unless they were cut off. Raises `ResultsError`."""
    try:
        return read_results(path), ""
    except CutError as error:
        return error.results, str(error)
