"""`slack-conformance serve`: serves the sandbox on its own; says when it is ready, to people or to programs."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from ..catalog.load import load_catalog
from ..lab.deviations import find_all
from ..lab.variants.registry import find_variant
from ..output import painted
from ..sandbox.serve import ONE_SHOTS, print_ready, serve
from .serve_log import CallLog, greeting

if TYPE_CHECKING:
    import argparse

    from ..sandbox import Sandbox, World

MOST_ONE_SHOTS = 10_000


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
        "--one-shots",
        type=int,
        default=ONE_SHOTS,
        metavar="N",
        help=f"triggers and codes to hand out (default: {ONE_SHOTS}); a whole run by lists takes 400",
    )
    parser.add_argument("--explain", action="store_true", help="say of each refused call why, and what would succeed")
    parser.add_argument(
        "--json", action="store_true", help="one line of JSON even if this is a terminal, and nothing for people"
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
    if not 1 <= options.one_shots <= MOST_ONE_SHOTS:
        raise DataError("--one-shots", "", f"{options.one_shots} is not between 1 and {MOST_ONE_SHOTS}.")
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
        one_shots=options.one_shots,
        ready=lambda sandbox, world: _ready(sandbox, world, options),
    )


def _ready(sandbox: Sandbox, world: World, options: argparse.Namespace) -> None:
    """Say that the sandbox is ready: to people if standard error is a terminal, to programs wherever none may read."""
    people = sys.stderr.isatty() and not options.json
    paint = partial(painted, stream=sys.stderr)
    if people or options.explain:
        sandbox.observe(CallLog(sys.stderr, paint, world.explain if options.explain else None))
    if people:
        sys.stderr.write(greeting(sandbox, world, paint))
        sys.stderr.flush()
    if not (people and sys.stdout.isatty()):
        print_ready(sandbox, world)
