"""`slack-conformance prove`: puts every deviation into the sandbox, and checks that the right rule reports it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..catalog.load import load_catalog
from ..lab.clients.matrix import prove_clients
from ..lab.prove.command import OUT, chosen, prove, prove_by_profile, prove_systematic

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--rule", metavar="PREFIX", default="", help="only deviations of rules whose ids begin so")
    parser.add_argument("--jobs", metavar="N", type=int, help="processes (default: as many as processors)")
    parser.add_argument("--out", metavar="DIR", default=OUT, help="folder for the kill grid (default: %(default)s)")
    parser.add_argument("--by-profile", action="store_true", help="reach the sandbox by values alone")
    parser.add_argument("--systematic", action="store_true", help="generated faults: every check by every operator")
    parser.add_argument(
        "--clients", action="store_true", help="the audit of clients: small clients with one fault each"
    )
    parser.add_argument("--list", action="store_true", help="list the deviations, and stop")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Prove it, or list the deviations. Raises `DataError`."""
    if options.list:
        for name, deviation in chosen(options.rule, load_catalog()).items():
            sys.stdout.write(f"{name}  {deviation.summary}\n")
        return 0
    if options.clients:
        return prove_clients(load_catalog())
    if options.systematic:
        return prove_systematic(options.jobs, options.out)
    if options.by_profile:
        return prove_by_profile(options.rule, options.jobs)
    return prove(options.rule, options.jobs, options.out)
