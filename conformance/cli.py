"""The command `slack-conformance`: finds the module of a subcommand and runs it."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from . import __version__
from .catalog.datafile import DataError, suggestion
from .output import flush, forget_interrupt, unfailing_streams
from .results.io import ResultsError
from .run.outcome import Exit, exit_code

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "run": "run the suite and write every report",
    "serve": "serve the sandbox on its own",
    "audit": "run a client against the sandbox, and judge what it sends and how it copes",
    "list": "list rules, cases, states, ledger rows, variants of the sandbox, or rules for clients",
    "explain": "explain a rule, case, ledger row or state: the page, the bytes, what is accepted",
    "target": "check a profile, the description of a target",
    "report": "make the reports again from a results file",
    "diff": "compare two results files; exit 1 if anything regressed",
    "annotate": "colour your copy of the pages by the results of a run",
    "baseline": "accept what a results file shows against a target, for now",
    "documents": "compare the two pages with the rules; exit 1 if they drifted",
    "prove": "put every deviation into the sandbox, and check that the right rule reports it",
}
"""Each is a module of `slack_conformance.commands`: `add` declares its options, `main` runs it."""

_MODULES = {"list": "listing"}


class Parser(argparse.ArgumentParser):
    """A parser that exits with our code for wrong usage; argparse's 2 means an interrupted run here."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message, and exit."""
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: error: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; bad input gets one message and `Exit.USAGE`."""
    with unfailing_streams() as streams:
        try:
            code = _main(list(sys.argv[1:] if argv is None else argv))
        except (DataError, ResultsError) as error:
            sys.stderr.write(f"slack-conformance: {error}\n")
            code = Exit.USAGE
        except SystemExit as stop:
            # argparse exits after a help text, or after an error message.
            code = int(stop.code or 0)
        except KeyboardInterrupt:
            sys.stderr.write("slack-conformance: interrupted\n")
            code = Exit.INTERRUPTED
        flush()
        for problem in [stream.problem for stream in streams if stream.problem]:
            sys.stderr.write(f"slack-conformance: the output cannot be written ({problem.strerror}).\n")
            code = exit_code(code, Exit.ENGINE)
    if code == Exit.INTERRUPTED:
        forget_interrupt()
    return code


def _main(words: list[str]) -> int:
    """Find the command and run it. Raises `DataError` and `ResultsError`."""
    name = _command(words)
    try:
        Path.cwd()
    except OSError:
        raise DataError(".", "", "this folder does not exist any more.", "Change to another one.") from None
    module = import_module(f"slack_conformance.commands.{_MODULES.get(name, name)}")
    parser = Parser(prog=f"slack-conformance {name}", description=str(module.__doc__).partition(": ")[2])
    module.add(parser)
    options, rest = parser.parse_known_args(words[1:])
    if rest and name != "run":
        parser.error(f"unknown argument: {' '.join(rest)}")
    return int(module.main(options, rest))


def _command(words: Sequence[str]) -> str:
    """Return the command's name; exits for help, version and unknown commands."""
    width = max(map(len, COMMANDS))
    parser = Parser(
        prog="slack-conformance",
        usage="slack-conformance [-h] [--version] COMMAND …",
        description="Checks how a server implements two Slack methods, against their documentation pages.",
        epilog="commands:\n" + "\n".join(f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("command", metavar="COMMAND", help="one of those below; `COMMAND -h` shows its options")
    name = str(parser.parse_args(words[:1]).command)
    if name not in COMMANDS:
        parser.error(f"invalid choice: no command {name!r}. {suggestion(name, COMMANDS)}")
    return name
