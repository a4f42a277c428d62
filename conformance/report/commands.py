"""The commands on results files: report, diff and annotate; each returns an exit code and says once what is wrong."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from conformance.catalog.load import load_catalog
from conformance.report.annotate import UnknownPageError, annotated
from conformance.report.diff import diff as compared
from conformance.report.html import render_annotated, render_diff_html, write_html
from conformance.report.markdown import render_diff, render_markdown
from conformance.report.results import CutError, ResultsError, read_results
from conformance.report.terminal import render_diff_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from conformance.catalog.model import Catalog
    from conformance.report.annotate import Annotated
    from conformance.report.diff import Diff
    from conformance.report.results import Results

GOOD, REGRESSED, USAGE = 0, 1, 4
"""Exit codes: all is well; a comparison found a regression; bad input, which is pytest's code for wrong usage."""

REPORT, SUMMARY = "conformance.html", "summary.md"

FORMATS: Mapping[str, Callable[[Diff], str]] = {
    "text": render_diff_text,
    "markdown": render_diff,
    "html": render_diff_html,
}
"""How a comparison can be told."""


class PageError(ValueError):
    """A copy of a page cannot be used; the text says which and why."""


def write_reports(results: Results, folder: Path, previous: Results | None = None) -> tuple[Path, ...]:
    """Write every report that is made from the results alone into the folder.

    Raises `OSError` when one cannot be written; the other is written all the same.
    """
    page, summary = folder / REPORT, folder / SUMMARY
    changes = compared(previous, results) if previous is not None else None
    try:
        write_html(results, page, changes)
    finally:
        summary.write_text(render_markdown(results, changes), encoding="utf-8", newline="\n")
    return page, summary


def report(results: Path, out: Path, previous: Path | None = None) -> int:
    """Make the reports of a results file again, in the folder `out`, and say where they are."""
    try:
        found, cut = _read(results)
        before, cut_before = _read(previous) if previous is not None else (None, "")
        written = write_reports(found, out, before)
    except (ResultsError, OSError) as error:
        return _refused(error)
    sys.stdout.writelines(f"written: {path}\n" for path in written)
    return _cut(cut, cut_before)


def diff(old: Path, new: Path, format: str = "text") -> int:  # noqa: A002 - the word of the option
    """Print what changed from one results file to another; the code says whether anything regressed."""
    try:
        (before, cut_before), (after, cut) = _read(old), _read(new)
    except ResultsError as error:
        return _refused(error)
    changes = compared(before, after)
    sys.stdout.write(FORMATS[format](changes))
    return _cut(cut_before, cut) or (REGRESSED if changes.regressed else GOOD)


def annotate(pages: Sequence[Path], results: Path, out: Path) -> int:
    """Render the user's copies of the pages, coloured by these results, into the file `out`."""
    catalog = load_catalog()
    try:
        found, cut = _read(results)
        marked = [_annotated(page, found, catalog) for page in pages]
        remarks = [cut] if cut else []
        if found.header.catalog != catalog.sha256:
            remarks.append("These results were made with another version of the rules: marks may be missing.")
        link = os.path.relpath(results.parent / REPORT, out.parent)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(render_annotated(marked, found, link, remarks), encoding="utf-8", newline="\n")
    except (ResultsError, PageError, OSError) as error:
        return _refused(error)
    sys.stdout.write(f"written: {out}\n")
    return _cut(cut)


def _annotated(path: Path, results: Results, catalog: Catalog) -> Annotated:
    try:
        return annotated(path.name, path.read_text(encoding="utf-8"), results, catalog)
    except UnicodeDecodeError as error:
        raise PageError(
            f"{path}: is not UTF-8 ({error.reason} at byte {error.start}); save the page as text."
        ) from None
    except UnknownPageError:
        known = ", ".join(catalog.methods)
        raise PageError(f"{path}: none of its rows is in a page that the suite knows ({known}).") from None


def _read(path: Path) -> tuple[Results, str]:
    """Return the results, and what is to be said if they were cut off. Raises `ResultsError`."""
    try:
        return read_results(path), ""
    except CutError as error:
        return error.results, str(error)


def _cut(*messages: str) -> int:
    said = [message for message in messages if message]
    sys.stderr.writelines(f"slack-conformance: {message}\n" for message in said)
    return USAGE if said else GOOD


def _refused(error: Exception) -> int:
    text = f"{error.filename}: {error.strerror}." if isinstance(error, OSError) else str(error)
    sys.stderr.write(f"slack-conformance: {text}\n")
    return USAGE
