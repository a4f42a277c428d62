"""`slack-conformance audit`: runs a client against the sandbox, and judges what it sends and how it copes."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..audit.audit import Audit
from ..audit.client import VALUES, Command, names_of
from ..audit.rules import chosen_injections, load_book
from ..audit.runs import Plan
from ..baseline.entries import Baseline, read_baseline
from ..catalog.datafile import DataError, suggestion
from ..catalog.load import load_catalog
from ..catalog.paths import path_of
from ..results.io import read_even_cut
from ..run.failure_text import visible
from ..sandbox.worlds import GIVEN

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_TIMEOUT_S = 60.0


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.usage = "slack-conformance audit [options] -- COMMAND …"
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="the client and its arguments, after --")
    parser.add_argument(
        "--env",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"set a further variable to one of the values {', '.join(VALUES)}",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help=f"a value that the client has fixed, one of {', '.join(GIVEN)}; an empty redirect_uri stands for none",
    )
    parser.add_argument(
        "--inject",
        action="append",
        default=[],
        metavar="NAMES",
        help="run it once more for each of these failures, separated by commas; all, refused=CODE, refused=all",
    )
    parser.add_argument(
        "--method", action="append", default=[], metavar="NAME", help="a method that the client must call"
    )
    parser.add_argument(
        "--timeout", type=_seconds, default=DEFAULT_TIMEOUT_S, metavar="S", help="seconds for each run (default: 60)"
    )
    parser.add_argument("--reports", default="reports", metavar="DIR", help="folder for the reports (default: reports)")
    parser.add_argument("--baseline", metavar="FILE", help="the deviations that are accepted for now")
    parser.add_argument("--previous", metavar="FILE", help="an earlier results file; the report shows what has changed")
    parser.add_argument("--strict", action="store_true", help="let a WARN count as a FAIL")
    parser.add_argument("--quiet", action="store_true", help="do not show what the client prints")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Audit the client. Raises `DataError`."""
    catalog = load_catalog()
    book = load_book(catalog)
    for method in options.method:
        if method not in catalog.methods:
            raise DataError("--method", "", f"there is no method {method!r}.", suggestion(method, catalog.methods))
    plan = Plan(
        Command(tuple(options.command), names_of(options.env), options.timeout, quiet=options.quiet),
        chosen_injections(options.inject, book, catalog),
        tuple(options.method),
        _values(options.set),
        strict=options.strict,
    )
    baseline = Baseline()
    if options.baseline:
        baseline = read_baseline(path_of(options.baseline, "--baseline"), book.case_ids(catalog))
    previous = read_even_cut(path_of(options.previous, "--previous"))[0] if options.previous else None
    folder = Path.cwd() / path_of(options.reports, "--reports")
    return Audit(plan, catalog, book, _say).run(folder, baseline, previous)


def _values(words: Sequence[str]) -> dict[str, str]:
    found = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in GIVEN or (not text and name != "redirect_uri"):
            raise DataError(
                "--set", "", f"{name!r} cannot be set so.", f"Say NAME=TEXT, with one of {', '.join(GIVEN)}."
            )
        found[name] = text
    return found


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0.")
    return seconds


def _say(line: str) -> None:
    sys.stdout.write(f"{visible(line)}\n")
    sys.stdout.flush()
