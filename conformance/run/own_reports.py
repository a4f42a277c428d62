"""The suite's own reports: the results file during the run, and the reports made from it at the end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.datafile import DataError
from conformance.catalog.paths import path_of
from conformance.results.io import ResultsError, ResultsWriter, read_results
from conformance.run.folder import MADE, RESULTS, leave, take
from conformance.run.github import append_summary
from conformance.run.previous import previous_of_run

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.results.model import CaseResult, Footer, Header

_OPTION = "--conformance-reports"


class OwnReports:
    """Writes the results file and the reports. A file that cannot be written does not end the run; see `problems`."""

    def __init__(self, config: pytest.Config, reports: str) -> None:
        """Lock the folder, open the results file, and delete the reports made from an earlier one.

        Raises `pytest.UsageError` if that fails, or if the results named by `--previous` cannot be used.
        """
        self.problems: list[str] = []
        self.remarks: list[str] = []
        self._previous, self._cut = previous_of_run(config)
        try:
            self._folder = path_of(reports, _OPTION, config.invocation_params.dir)
            take(self._folder, _OPTION, [RESULTS, *MADE])
        except DataError as error:
            raise pytest.UsageError(str(error)) from None
        self._summary: Path | None = None
        self._path = self._folder / RESULTS
        try:
            self._writer: ResultsWriter | None = ResultsWriter(self._path)
            for name in MADE:
                (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise pytest.UsageError(f"{_OPTION}: {unwritten(error)}") from None

    def write(self, line: Header | CaseResult) -> None:
        """Write a line of the results file; after a failed write this does nothing."""
        if self._writer is not None:
            try:
                self._writer.write(line)
            except OSError as error:
                self._give_up(error)

    def conclude(self, footer: Footer) -> None:
        """Write the footer and make the reports; a second call replaces both."""
        if self._writer is None:
            return
        try:
            self._writer.write_footer(footer)
        except OSError as error:
            self._give_up(error)
            return
        try:
            self._make()
        except OSError as error:
            self._note(unwritten(error))
        except ResultsError as error:
            self._note(str(error))

    def close(self) -> None:
        """Close the results file, and append the summary to that of the CI step, which can only be appended to."""
        if self._summary is not None and self._summary.is_file():
            try:
                append_summary(self._summary.read_text(encoding="utf-8"))
            except OSError as error:
                self.remarks.append(f"NOTE  GITHUB_STEP_SUMMARY: cannot be written ({error}).")
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
            self._writer = None

    def leave(self) -> None:
        """Release the folder, so that other runs can use it."""
        leave(self._folder)

    def _make(self) -> None:
        from conformance.report.files import write_reports  # noqa: PLC0415 - Jinja2 is only loaded for a report

        self.remarks[:] = [f"NOTE  --conformance-previous: {self._cut}"] if self._cut else []
        page, self._summary = write_reports(read_results(self._path), self._folder, self._previous)
        self.remarks += [f"written: {path}" for path in (self._path, page, self._summary)]

    def _give_up(self, error: OSError) -> None:
        """Close the results file after an error, and write nothing more to it."""
        self._note(f"{self._path}: {error.strerror}. Earlier lines are kept.")
        with suppress(OSError):
            if self._writer is not None:
                self._writer.close()
        self._writer = None

    def _note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def unwritten(error: OSError) -> str:
    """Return a message about a file that cannot be written."""
    return f"{error.filename or 'a report'}: cannot be written ({error.strerror})."
