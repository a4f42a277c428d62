"""`slack-conformance diff`: tells what changed from one results file to another; exit 1 if anything regressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.paths import path_of
from conformance.report.commands import FORMATS, diff

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("old", metavar="OLD", help="results of the earlier run")
    parser.add_argument("new", metavar="NEW", help="results of the later run")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="default: text")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print what changed. Raises `DataError`."""
    return diff(path_of(options.old, "OLD"), path_of(options.new, "NEW"), options.format)
