"""`slack-conformance serve`: serves the sandbox on its own, and prints one line of JSON when it is ready."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from ..catalog.load import load_catalog
from ..lab.deviations import find_all
from ..lab.variants.registry import find_variant
from ..sandbox.serve import serve

if TYPE_CHECKING:
    import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8080, help="port; 0 takes a free one (default: 8080)")
    parser.add_argument("--control", action="store_true", help="serve the control API too")
    parser.add_argument("--control-port", type=int, default=0, help="its port (default: a free one)")
    parser.add_argument(
        "--control-key-env",
        metavar="NAME",
        help="environment variable with the control API's bearer key; needed where others can reach it",
    )
    parser.add_argument(
        "--variant",
        metavar="NAME",
        help="conforming in another way: `slack-conformance list variants`; seed-7 is a random combination of them",
    )
    parser.add_argument(
        "--deviate",
        metavar="NAME",
        action="append",
        default=[],
        help="with this deliberate fault: `slack-conformance prove --list`; repeatable, for several at once",
    )


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C. Raises `DataError`."""
    name = options.control_key_env
    key = os.environ.get(name) if name else None
    if name and not key:
        raise DataError("--control-key-env", "", f"the environment variable {name} is not set.")
    deviation = find_all(options.deviate, load_catalog()) if options.deviate else None
    variant = find_variant(options.variant, load_catalog()) if options.variant else None
    return serve(
        options.host,
        options.port,
        control=options.control,
        control_port=options.control_port,
        key=key,
        deviation=deviation,
        variant=variant,
    )
