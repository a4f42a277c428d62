"""The folder of the reports: who may write there, when old reports go, and when new ones appear.

    before the first request   `take` locks the folder, and complains of what is in the way of a report
    at the first result        `Reports` deletes the reports of the earlier run, and opens the results file
    during the run             each result is written as a line of the results file, in place
    at the end                 every other report is written into `.unfinished` and moved to its place when complete
    after the run              `leave` deletes `.unfinished` and unlocks the folder

So a run that records nothing leaves everything as it was, and no report is ever seen half-written. Only the results
file grows in place: it is what a run that is killed leaves behind, and by its missing footer readers know that it is
cut off. The folder itself is never replaced, since it may be a mount point, or hold files of others.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from .. import locks
from ..catalog.datafile import DataError, why
from ..results.io import ResultsError, ResultsWriter, read_results
from ..results.words import counted
from .github import append_summary
from .unwritten import Unwritten, full_in_words, is_full

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..results.io import Results
    from ..results.model import CaseResult, Footer, Header

RESULTS = "results.jsonl"
SUMMARY = "summary.md"
CTRF = "ctrf.json"
_MADE = ("conformance.html", SUMMARY, CTRF)
OWN = (RESULTS, *_MADE)
"""The results file, and the reports that are made from it."""

FOREIGN = ("junit.xml", "pytest.html", "allure-results")
"""Reports that pytest and its plugins write, at the request of `slack-conformance run`. The last one is a folder."""

_UNFINISHED = ".unfinished"

_TAKEN: dict[Path, int | None] = {}
"""Folders that this process has taken, with the file descriptor that holds the lock, if there is one."""


def unfinished(folder: Path) -> Path:
    """Return the folder in which reports are written until they are complete."""
    return folder / _UNFINISHED


def take(folder: Path, where: str, files: Iterable[str] = (), folders: Iterable[str] = ()) -> None:
    """Create the folder and lock it, unless this process has the lock; `where` is the option that named it.

    Raises `DataError` when it cannot be made, another run holds it, or something is in the way of a report, and
    `OSError` when the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _lock(folder.resolve())
    except BlockingIOError:
        hint = f"Wait for its end, or name another folder with {where}."
        raise DataError(str(folder), "", "another run writes its reports here.", hint) from None
    except OSError as error:
        if is_full(error):
            raise
        raise DataError(where, "", f"{folder} cannot be made ({error.strerror}).") from None
    for path in (folder, *(folder / name for name in folders)):
        if path.exists() and not path.is_dir():
            raise DataError(str(path), "", "is in the way of a folder with reports.", "Move it aside.")
        if path.exists() and not os.access(path, os.W_OK | os.X_OK):
            raise DataError(str(path), "", "the folder is not writable.", "Check its permissions.")
    for path in (folder / name for name in files):
        if path.exists() and not path.is_file():
            raise DataError(str(path), "", "is in the way of a report.", "Move it aside.")
        if path.exists() and not os.access(path, os.W_OK):
            raise DataError(str(path), "", "this report cannot be overwritten.", "Check its permissions.")


def leave(folder: Path) -> None:
    """Delete what is unfinished, and release the lock, so that other runs can use the folder."""
    folder = folder.resolve()
    if folder in _TAKEN:
        _delete(unfinished(folder))
        number = _TAKEN.pop(folder)
        if number is not None:
            os.close(number)


def _lock(folder: Path) -> None:
    """Lock the folder itself, since a lock file would lie among the reports. Raises `OSError`."""
    if folder in _TAKEN:
        return
    number = None
    if locks.available():  # Without them the system, Windows, cannot open a folder either.
        number = os.open(folder, os.O_RDONLY)
        try:
            locks.lock(number, wait=False)
        except OSError as error:
            os.close(number)
            if isinstance(error, BlockingIOError):
                raise
            number = None  # The file system does not support locks. The run is worth more than the lock.
    _TAKEN[folder] = number
    _delete(unfinished(folder))  # of a run that was killed


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _move(made: Path, path: Path) -> None:
    try:
        made.replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        try:
            shutil.move(made, path)  # to another file system, where a user wants a report
        except OSError:
            if path.is_file():
                path.unlink()  # of which the last part may be missing
            raise


class Reports:
    """The reports of one run, in a folder that is taken.

    A file that cannot be written does not end the run: `unwritten` says which, and the run ends with an error.
    """

    def __init__(
        self, folder: Path, unwritten: Unwritten, previous: Results | None = None, ctrf: Path | None = None
    ) -> None:
        """Touch nothing yet; the reports will show what has changed since the `previous` results.

        The report in CTRF goes into the file `ctrf`, if one is given.
        """
        self.written: list[Path] = []
        """The reports that are in their place."""
        self._unwritten = unwritten
        self._folder, self._previous, self._ctrf = folder, previous, ctrf
        self._places: dict[str, Path] = {}
        self.path = folder / RESULTS
        """The results file."""
        self._writer: ResultsWriter | None = None
        self._kept = "no result is kept"
        self._cases = 0

    def replace(self, places: Mapping[str, Path]) -> None:
        """Delete the reports of an earlier run in these places, and publish those of this one at its end."""
        for path in places.values():
            _delete(path)
        self._places.update(places)

    def begin(self, header: Header) -> None:
        """Replace our own reports, and create the results file with this header.

        The earlier results file goes last and at once, so that no report of it is ever without it. Raises `OSError` if
        the new one cannot be created and the disk is not full.
        """
        own = {name: self._folder / name for name in _MADE}
        self.replace(own)
        if self._ctrf is not None:
            self.replace({CTRF: self._ctrf})
        self._places[RESULTS] = self.path
        try:
            writer = ResultsWriter(unfinished(self._folder) / RESULTS, header)
            writer.move(self.path)
        except OSError as error:
            _delete(self.path)
            if not is_full(error):
                raise
            self._unwritten.note(error)
        else:
            self._writer = writer
            self._keep(0)

    def write(self, case: CaseResult) -> None:
        """Write a line of the results file; after a failed write this does nothing."""
        if self._writer is not None:
            try:
                self._writer.write(case)
                self._keep(self._cases + 1)
            except OSError as error:
                self._give_up(error)

    def conclude(self, footer: Footer) -> None:
        """Write the footer, and make the reports that follow from the results; a second call replaces them."""
        if self._writer is None:
            return
        for path in (self._places[name] for name in _MADE):
            if path.is_file():
                path.unlink()  # of the first call, whose footer is not true any more
        try:
            self._writer.write_footer(footer)
            self._kept = f"{RESULTS} is whole"
        except OSError as error:
            self._give_up(error)
            return
        from ..report.allure_files import write_allure_files  # noqa: PLC0415 - as below
        from ..report.files import write_reports  # noqa: PLC0415 - Jinja2 is only loaded for a report

        try:
            unfinished(self._folder).mkdir(exist_ok=True)
            results = read_results(self.path)
            write_reports(results, unfinished(self._folder), self._previous)
            write_allure_files(unfinished(self._folder) / "allure-results", results, os.environ)
        except OSError as error:
            self._unwritten.note(error)
        except ResultsError as error:
            self._unwritten.add(str(error))

    def drop(self, names: Iterable[str]) -> None:
        """Delete these reports of other plugins, since a part of each is missing."""
        for name in names:
            if name in self._places:
                _delete(unfinished(self._folder) / name)

    def publish(self) -> None:
        """Move every report that is complete to its place."""
        for name, path in self._places.items():
            made = unfinished(self._folder) / name
            if made.exists():
                try:
                    if made.is_dir():
                        _delete(path)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    _move(made, path)
                except OSError as error:
                    self._unwritten.note(error, f"{path}: cannot be written ({error.strerror}).")
                    _delete(made)
        places = [self._places[name] for name in (*OWN, *FOREIGN) if name in self._places]
        self.written = [path for path in places if path.exists()]

    @property
    def own(self) -> set[Path]:
        """The results file, and the reports that are made from it."""
        return {self._places.get(name, self._folder / name) for name in OWN}

    def full(self) -> str:
        """Return the sentence about a full disk."""
        missing = [name for name in (*_MADE, *FOREIGN) if name in self._places and not self._places[name].exists()]
        return full_in_words(self._folder, self._kept, missing)

    def close(self) -> str:
        """Close the results file, and append the summary to that of the CI step, which can only be appended to.

        Return a remark if that fails, else an empty string.
        """
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
            self._writer = None
        summary = self._folder / SUMMARY
        try:
            if summary in self.written:
                append_summary(summary.read_text(encoding="utf-8"))
        except OSError as error:
            return f"NOTE  GITHUB_STEP_SUMMARY: cannot be written ({why(error)})."
        return ""

    def _give_up(self, error: OSError) -> None:
        """Close the results file after an error, and write nothing more to it."""
        self._unwritten.note(error, f"{self.path}: {error.strerror}. Earlier lines are kept.")
        self._keep(self._cases)
        with suppress(OSError):
            if self._writer is not None:
                self._writer.close()
        self._writer = None

    def _keep(self, cases: int) -> None:
        self._cases = cases
        self._kept = f"{RESULTS} keeps {counted(cases, 'case')} recorded before"
