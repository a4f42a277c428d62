"""`slack-conformance site`: shows implementations beside each other, rule by rule, as static pages.

Each results file is verified first, and one that differs is left out. The newest file of each name counts; older ones
are its history. Other files in the folder of the site are left alone.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from ..catalog.load import load_catalog
from ..catalog.paths import path_of, spare
from ..report.visible import shortened
from ..results.words import counted
from ..run.failure_text import visible
from ..run.folder import leave, take, unfinished
from ..run.outcome import Exit
from ..site.build import Built, build
from ..site.model import Trust
from ..site.publish import FIRST, publish
from ..site.reading import LeftOutError
from ..verify.verify import State, verify_file
from .arguments import results_file
from .ending import report_cut, unwritable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from ..catalog.model import Catalog


_REMARK = 300
"""Bytes of a remark that are shown; it may quote a stranger's file."""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("results", nargs="+", metavar="RESULTS", help="a results file, or the folder of its reports")
    parser.add_argument("-o", "--out", metavar="DIR", required=True, help="folder for the site, such as site/")
    parser.add_argument(
        "--no-verify",
        action="store_true",
        help="trust the recorded verdicts; the list, badges and pages of implementations say so",
    )
    parser.add_argument("--tolerant", action="store_true", help="end with 0 even if a file was left out, or is cut off")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Write the site, and say what is in it and what is not. Raises `DataError` and `OSError`."""
    paths = [results_file(name, "RESULTS") for name in options.results]
    out = path_of(options.out, "--out")
    for path in paths:
        spare([path], out, "--out")
    code = write_site(paths, out, verify=not options.no_verify)
    return Exit.GOOD if options.tolerant and code == Exit.USAGE and (out / FIRST).is_file() else code


def write_site(paths: Sequence[Path], out: Path, *, verify: bool = True) -> int:
    """Write the site over these results files into the folder; return the exit code.

    Raises `DataError` if nothing can be shown, or the folder cannot be used.
    """
    check = partial(_verified, catalog=load_catalog()) if verify else _believed
    with unwritable():
        take(out, "--out")
        try:
            made = unfinished(out)
            made.mkdir()
            built = build(paths, made, check)
            for one in built.left_out:
                note = "NOTE  " if one.wanted else ""
                sys.stderr.write(visible(f"slack-conformance: {note}{one} It is left out.") + "\n")
            if not built.implementations:
                raise DataError("RESULTS", "", "no file can be shown, so no site is written.")
            files = publish(made, out)
        finally:
            leave(out)
    shown = counted(built.implementations, "implementation")
    sys.stdout.write(f"written: {out / FIRST} ({shown}, {counted(files, 'file')})\n")
    return _code(built)


def _code(built: Built) -> int:
    """Return the exit code: wrong usage if a file is not as it should be."""
    left_out = any(not one.wanted for one in built.left_out)
    return report_cut(*built.cut) or (Exit.USAGE if left_out else Exit.GOOD)


def _verified(path: Path, *, catalog: Catalog) -> tuple[Trust, Sequence[str]]:
    """Return what is known of the file. Raises `LeftOutError` if it differs or is not ours, and `ResultsError`."""
    found = verify_file(path, catalog)
    if found.state is State.VERIFIED:
        return Trust.VERIFIED, ()
    remarks = [
        " ".join(filter(None, [f"line {one.line}:" if one.line else "", one.case and f"{one.case}:", one.text]))
        for one in found.remarks
    ]
    if found.state is State.INCOMPLETE:
        return Trust.INCOMPLETE, remarks
    what = "differs from what it records" if found.state is State.DIFFERS else "is not one of ours"
    more = f", and {len(remarks) - 1} more" if len(remarks) > 1 else ""
    raise LeftOutError(path, f"{what} ({shortened(remarks[0], _REMARK)}{more}; slack-conformance verify has them all).")


def _believed(_path: Path) -> tuple[Trust, Sequence[str]]:
    return Trust.UNVERIFIED, ()
