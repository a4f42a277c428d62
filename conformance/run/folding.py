"""Print one proof for each fault in the terminal, not one for each case.

pytest prints every failure twice, in full and as one line of the short summary. A target that does one thing wrong
everywhere fails a hundred cases, and nobody reads a hundred proofs of one fault. So while the terminal reporter prints
these two sections, its list of failures is cut to the first case of each fault, with the number of the others, and each
proof to what was sent, expected and got. Before and after, and for every other plugin, list and proofs are complete:
the counts in pytest's last line, JUnit, pytest-html and Allure have every case. With `-vv`, `-r` or an explicit `--tb`,
pytest prints everything as usual.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..results.terms import Verdict
from ..results.words import counted
from ..summary.faults import ids
from .failure_text import in_short, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _pytest.terminal import TerminalReporter

    from ..summary.faults import TargetFault

_LINES = 90
"""Lines of proofs that are printed; the first proof is printed whatever its length."""

_FAILED_LINES = 3
"""Lines of pytest's short summary that name failures of ours."""

_VERBOSE = 2
_USUAL_TB = {"auto", "short"}
_USUAL_CHARS = "fE"


class Folding:
    """Narrows the terminal reporter's list of failures while the reporter prints them."""

    def __init__(self) -> None:
        """Start with a complete list."""
        self._all: list[Any] | None = None
        """The reports of everything that failed, while the terminal reporter sees only some of them."""
        self._named: list[Any] = []
        """The reports that the short summary is to name."""

    @contextmanager
    def folded(self, reporter: TerminalReporter, faults: Sequence[TargetFault]) -> Iterator[None]:
        """Cut the list to the first case of each fault, for everything in this block but what is `unfolded`."""
        stats, option = reporter.stats, reporter.config.option
        failed = stats.get("failed", [])
        usual = option.tbstyle in _USUAL_TB and option.verbose < _VERBOSE
        shown = _first_of_each(failed, faults) if usual else []
        if not shown:
            yield
            return
        others = [report for report in failed if not _is_ours(report)]
        self._all = failed
        self._named = failed if option.reportchars != _USUAL_CHARS else others + [r for r, _ in shown[:_FAILED_LINES]]
        proofs = _within(_LINES, shown)
        whole = [report.longrepr for report, _ in proofs]
        for report, fault in proofs:
            report.longrepr = shown_text(report)
            report.sections.append(_beside(report, fault))
        stats["failed"] = others + [report for report, _ in proofs]
        try:
            yield
        finally:
            stats["failed"] = failed
            self._all = None
            for (report, _), text in zip(proofs, whole, strict=True):
                report.longrepr = text
                report.sections.pop()

    @contextmanager
    def unfolded(self, reporter: TerminalReporter) -> Iterator[None]:
        """Restore all reports for other plugins, then cut the list again for the short summary that follows."""
        if self._all is None:
            yield
            return
        reporter.stats["failed"] = self._all
        try:
            yield
        finally:
            reporter.stats["failed"] = self._named


def _is_ours(report: Any) -> bool:  # noqa: ANN401 - whatever pytest or a plugin keeps there
    result = getattr(report, "conformance", None)
    return result is not None and result.verdict is Verdict.FAIL


def _first_of_each(failed: Sequence[Any], faults: Sequence[TargetFault]) -> list[tuple[Any, TargetFault]]:
    """Return the reports of the cases that represent the faults, without duplicates."""
    reports = {report.conformance.id: report for report in failed if _is_ours(report)}
    chosen: dict[str, tuple[Any, TargetFault]] = {}
    for fault in faults:
        if fault.cases[0] in reports:
            chosen.setdefault(fault.cases[0], (reports[fault.cases[0]], fault))
    return list(chosen.values())


def _within(lines: int, shown: Sequence[tuple[Any, TargetFault]]) -> list[tuple[Any, TargetFault]]:
    """Return the reports that fit into the number of lines, at least one."""
    kept: list[tuple[Any, TargetFault]] = []
    for report, fault in shown:
        lines -= len(shown_text(report).splitlines())
        if kept and lines < 0:
            break
        kept.append((report, fault))
    return kept


def shown_text(report: Any) -> str:  # noqa: ANN401 - as above
    """Return the proof in short: the sentence of the first finding, and the lines that a reader needs to begin."""
    # Not `longreprtext`, which begins with the worker's name where there is one.
    return in_short(str(report.longrepr), report.conformance)


def _beside(report: Any, fault: TargetFault) -> tuple[str, str]:  # noqa: ANN401 - as above
    """Return a section to print below the proof: the fault, and other cases that show it."""
    others = [case for case in fault.cases if case != report.conformance.id]
    same = (
        f"the same in {counted(len(others), 'more case')}: {ids(others)}; -vv prints every proof in full"
        if others
        else ""
    )
    return visible(fault.title), same or "no other case shows this; -vv prints request and answer"
