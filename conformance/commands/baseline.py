"""`slack-conformance baseline`: brings a baseline up to date: adds FAILs, removes what passes now, keeps the rest."""

from __future__ import annotations

import re
import sys
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ..audit.rules import load_book
from ..baseline.entries import Baseline, latest_expiry, read_baseline
from ..baseline.update import rebased, some
from ..catalog.datafile import DataError
from ..catalog.load import load_catalog
from ..catalog.paths import path_of
from ..results.io import read_results
from ..results.model import Known
from ..results.words import counted
from ..run.failure_text import visible
from ..run.outcome import Exit
from .arguments import results_file

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from ..results.model import CaseResult


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("results", metavar="RESULTS", help="the results file, or the folder of its reports")
    parser.add_argument("--file", metavar="FILE", help="the baseline to bring up to date; default: print a new one")
    parser.add_argument(
        "--case",
        metavar="PATTERN",
        default="*",
        help="only cases whose id matches, * standing for any text: what is one fault gets one issue and reason",
    )
    parser.add_argument("--strict", action="store_true", help="write an entry for every WARN too")
    for name, metavar, text in (
        ("issue", "URL", "link to the issue under which they will be fixed"),
        ("owner", "NAME", "who answers for them"),
        ("expires", "DATE", "the last day on which they are accepted, like 2027-03-31"),
        ("reason", "TEXT", "why they are accepted until then"),
    ):
        parser.add_argument(f"--{name}", metavar=metavar, help=f"of new entries: {text}")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Write the baseline. Raises `DataError` and `ResultsError`."""
    terms = terms_of(options.issue, options.owner, options.expires, options.reason)
    results = read_results(results_file(options.results, "RESULTS"))
    found = {case.id: case for case in results.cases}
    partial = len(found) < results.header.cases
    if not any(case.tried for case in results.cases):
        text = f"none of its {counted(len(found), 'case')} could be tried, so there is nothing to accept."
        raise DataError(str(options.results), "", text, "Its report says what would help.")
    return rebase(
        options.file,
        found,
        terms,
        strict=options.strict,
        partial=partial,
        pattern=options.case,
        edition=results.header.edition,
    )


def terms_of(issue: str | None, owner: str | None, expires: str | None, reason: str | None) -> Known | None:
    """Return the terms given on the command line, or `None` without any. Raises `DataError` if they are incomplete."""
    given = {"issue": issue, "owner": owner, "expires": expires, "reason": reason}
    if all(value is None for value in given.values()):
        return None
    for name, value in given.items():
        if not (value or "").strip():
            raise DataError(f"--{name}", "", "is missing.", "New entries need issue, owner, expires and reason.")
    if not re.fullmatch(r"https?://[^\s/]+\S*", issue or ""):
        raise DataError("--issue", "", f"{issue!r} is not a link.", "It begins with https:// or http://.")
    try:
        day = date.fromisoformat(expires or "")
    except ValueError:
        raise DataError("--expires", "", f"{expires!r} is not a date.", "It looks like 2027-03-31.") from None
    if day < datetime.now(UTC).date():
        raise DataError("--expires", "", f"{day} is over.", "Name a day to come.")
    if day > latest_expiry():
        raise DataError(
            "--expires", "", f"{day} is more than two years from now.", f"Name a day until {latest_expiry()}."
        )
    return Known(issue or "", owner or "", day, reason or "")


def rebase(  # noqa: PLR0913 - what is asked for
    file: str | None,
    found: Mapping[str, CaseResult],
    terms: Known | None,
    *,
    strict: bool,
    partial: bool,
    pattern: str = "*",
    edition: str | None = None,
) -> int:
    """Update the file, or print a new baseline, and print what happened to every entry. Raises `DataError`."""
    catalog = load_catalog()
    cases = {*(case.id for case in catalog.cases), *load_book(catalog).case_ids(catalog)}
    strangers = [case for case in found if case not in cases]
    if strangers:
        text = f"cases that this version of the suite does not have: {some(strangers)}."
        raise DataError("RESULTS", "", text, "Run again with this version.")
    if not any(fnmatchcase(case, pattern) for case in cases):
        raise DataError("--case", "", f"no case is called {pattern!r}.", "`slack-conformance list cases` has them.")
    path = None if file is None else path_of(file, "--file")
    baseline = read_baseline(path, cases) if path is not None and path.exists() else Baseline()
    done = rebased(baseline, found, terms, strict=strict, partial=partial, pattern=pattern, edition=edition)
    if path is None:
        sys.stdout.write(done.text)
        sys.stderr.writelines(f"{visible(remark)}\n" for remark in done.remarks)
        return Exit.GOOD
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(done.text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise DataError(str(path), "", f"cannot be written ({error.strerror}).") from None
    sys.stdout.writelines(f"{visible(remark)}\n" for remark in done.remarks)
    return Exit.GOOD
