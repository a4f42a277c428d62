"""Extend pytest-html by our sentence and columns, without its table of versions; idle without a case of the suite.

Its hooks take raw HTML, so everything here is made visible and escaped. Nothing is imported of pytest-html itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from markupsafe import Markup

from ..report.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..results.model import CaseResult

_COLUMNS = ("verdict", "rule", "strength", "evidence")
_BEHIND = 1
"""Our columns stand behind this many of pytest-html's own."""

_TEXT = 300

_REPORT = "conformance.html"

_ORDER = ("FAIL", "ENGINE", "INCONCLUSIVE", "WARN", "KNOWN", "NEW", "N/A", "PASS")
"""The order of the rows: failures come before what could not be tested, which pytest-html calls an error.

The verdicts are spelled out, since an unrelated run with pytest-html should not load their class.
"""

_STYLE = "<style>#environment-header,#environment{display:none}.sentence{font-size:16px;line-height:1.4}</style>"
"""pytest-html writes the heading of its table of versions even where the table is empty."""


class PytestHtml:
    """A plugin for the process that writes the report; active from the first record of a case on."""

    def __init__(self, sentence: Callable[[], str]) -> None:
        """Keep `sentence`, which returns the run's first sentence once every case has ended."""
        self._sentence = sentence
        self._report: Any = None
        self._active = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:  # noqa: ANN401 - pytest-html's
        """Keep the report's data until the first record."""
        self._report = report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Begin with the first record: set title and columns before its row is made."""
        if self._active or self._report is None or getattr(report, "conformance", None) is None:
            return
        self._active = True
        self._report.title = "Conformance, test by test"
        self._report.set_data("environment", {})
        self._report.set_data("initialSort", "verdict")
        head = [f'<th class="sortable" data-column-type="{name}">{name.capitalize()}</th>' for name in _COLUMNS]
        own = list(self._report.table_header)
        self._report.table_header = [*own[:_BEHIND], *head, *own[_BEHIND:]]

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Add our cells to a row (empty for other tests), and escape the node id."""
        if not self._active or not cells:
            return
        result = getattr(report, "conformance", None)
        ours = [_cell(name, "") for name in _COLUMNS] if result is None else _cells(result)
        place = "" if report.when == "call" else f"::{report.when}"
        cells[:] = [
            *cells[:_BEHIND],
            *ours,
            *(_cell("testId", report.nodeid + place) if "col-testId" in cell else cell for cell in cells[_BEHIND:]),
        ]

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Put the sentence first, with the path of the report that has the proofs."""
        if self._active:
            prefix.insert(0, _sentence(self._sentence()))


def _cells(result: CaseResult) -> list[str]:
    """Return our cells: the verdict leads to the case in our report, or to its rule where the case is not shown alone.

    pytest-html sorts by the content of a cell, so a number that nobody sees comes first.
    """
    place = result.id if result.verdict in {"FAIL", "WARN"} else result.rule
    link = Markup('<!--{}--><a href="{}#{}">{}</a>').format(
        _ORDER.index(result.verdict), _REPORT, shortened(place, _TEXT), result.verdict
    )
    return [_cell("verdict", link), *(_cell(name, str(getattr(result, name))) for name in _COLUMNS[1:])]


def _cell(name: str, text: str) -> str:
    shown = text if isinstance(text, Markup) else shortened(text, _TEXT)
    return str(Markup('<td class="col-{}">{}</td>').format(name, shown))


def _sentence(text: str) -> str:
    note = Markup(
        '<p class="sentence"><b>{}</b></p><p>What was sent and answered, with the proof, is in <a href="{}">{}</a>.</p>'
    )
    return _STYLE + str(note.format(shortened(text, 2000), _REPORT, _REPORT))
