"""Write the reports that are made from a results file alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .diff import diff
from .html import write_html
from .markdown import render_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from ..results.io import Results

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
