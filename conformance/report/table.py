"""The results as a table for spreadsheets: a line for each case, quoted so that no cell becomes a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ..results.terms import Verdict
from ..summary.sentences import sentence
from .visible import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..results.io import Results
    from ..results.model import CaseResult

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

COLUMNS: Mapping[str, Callable[[CaseResult, Results], str]] = {
    "case": lambda case, _: case.id,
    "method": lambda case, _: case.method,
    "rule": lambda case, _: case.rule,
    "verdict": lambda case, _: case.verdict,
    "once_it_counts": lambda case, _: case.judged if case.verdict is Verdict.NEW else "",
    "strength": lambda case, _: case.strength,
    "evidence": lambda case, _: case.evidence,
    "base": lambda case, _: case.base,
    "edit": lambda case, _: case.edit_text,
    "finding": lambda case, _: case.findings[0].code if case.findings else "",
    "in_words": lambda case, results: sentence(case, case.findings[0], results.ledger) if case.findings else "",
    "expected": lambda case, _: case.expected,
    "got": lambda case, _: case.got,
    "cause": lambda case, _: case.cause.text if case.cause is not None else "",
    "needs": lambda case, _: case.cause.needs if case.cause is not None else "",
    "known_issue": lambda case, _: case.known.issue if case.known is not None else "",
}
"""The columns, in order."""


def render_csv(results: Results) -> str:
    """Return the table as comma-separated values with a head, sorted by case."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for case in sorted(results.cases, key=lambda one: one.id):
        table.writerow([_cell(column(case, results)) for column in COLUMNS.values()])
    return out.getvalue()


def _cell(text: str) -> str:
    """Return the text on one line; an apostrophe keeps a spreadsheet from calculating it."""
    shown = plain(text)
    return f"'{shown}" if text.startswith(_FORMULA) else shown
