"""The command `slack-conformance`: finds the part of the suite that is asked for, and hands it its options."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import conformance
from conformance.catalog.datafile import DataError, suggestion
from conformance.report.results import ResultsError
from conformance.run.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "run": "run the suite and write every report",
    "serve": "serve the sandbox on its own",
    "list": "list rules, cases, states or ledger rows",
    "explain": "explain a rule or a case: the page, the bytes, what is accepted",
    "target": "check the description of a target",
    "report": "make our reports again from a results file",
    "diff": "compare two results files; exit 1 if anything regressed",
    "annotate": "colour your copy of the pages by what a run came to",
    "baseline": "accept what a results file shows against a target, for now",
    "documents": "compare the two pages with the rules; exit 1 if they drifted",
    "prove": "put every deviation into the sandbox, and see that the right rule names it",
}
"""Each is a module of `conformance.commands` with `add`, which declares its options, and `main`."""

_MODULES = {"list": "listing"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; bad input draws one message and pytest's code for wrong usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = _command(words)
    module = import_module(f"conformance.commands.{_MODULES.get(name, name)}")
    parser = argparse.ArgumentParser(
        prog=f"slack-conformance {name}", description=str(module.__doc__).partition(": ")[2]
    )
    module.add(parser)
    options, rest = parser.parse_known_args(words[1:])
    if rest and name != "run":
        parser.error(f"unknown argument: {' '.join(rest)}")
    try:
        return int(module.main(options, rest))
    except (DataError, ResultsError) as error:
        sys.stderr.write(f"slack-conformance: {error}\n")
        return Exit.USAGE
    except BrokenPipeError:
        # Whoever reads our output, `head` for one, has had enough of it.
        sys.stderr.close()
        return Exit.GOOD


def _command(words: Sequence[str]) -> str:
    """Return the command's name; help, version and a word that is no command end here."""
    width = max(map(len, COMMANDS))
    parser = argparse.ArgumentParser(
        prog="slack-conformance",
        usage="slack-conformance [-h] [--version] COMMAND …",
        description="Checks what a server makes of two Slack methods against their pages.",
        epilog="commands:\n" + "\n".join(f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=conformance.__version__)
    parser.add_argument("command", metavar="COMMAND", help="one of those below; `COMMAND -h` tells more")
    name = str(parser.parse_args(words[:1]).command)
    if name not in COMMANDS:
        parser.error(f"invalid choice: no command {name!r}. {suggestion(name, COMMANDS)}")
    return name
