"""The command `slack-conformance`: finds the module of a subcommand and runs it."""

from __future__ import annotations

import argparse
import difflib
import sys
import textwrap
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from . import __version__
from .catalog.datafile import DataError
from .output import flush, forget_interrupt, unfailing_streams
from .results.io import ResultsError
from .run.outcome import Exit, exit_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COMMANDS = {
    "run": "Run the suite and write every report",
    "target": "Write a profile, the description of a target, and check what it lacks",
    "serve": "Serve the sandbox on its own",
    "audit": "Run a client against the sandbox, and judge what it sends and how it copes",
    "list": "List rules, cases, editions, states, ledger rows, variants of the sandbox, or rules for clients",
    "explain": "Explain any id that is printed: rule, case, state, finding, cause, exit code",
    "report": "Make the reports again from a results file",
    "diff": "Compare two runs; exit 1 if anything regressed",
    "verify": "Derive the verdicts of a results file again from what it records",
    "annotate": "Colour your copy of the pages by the results of a run",
    "site": "Show implementations beside each other as static pages, from their results files",
    "baseline": "Accept what a results file shows against a target, for now",
    "documents": "Compare the two pages with the rules; exit 1 if they drifted",
    "prove": "Put every deviation into the sandbox, and check that the right rule reports it",
    "completion": "Print the completion of these commands for bash, zsh or fish",
}
"""Each is a module of `slack_conformance.commands`: `add` declares its options, `main` runs it."""

_WIDTH = 100

_MODULES = {"list": "listing"}

_TERMS = "--issue https://tracker.example/7 --owner 'the sandbox team' --expires 2027-03-31 --reason 'Being fixed.'"

EXAMPLES = {
    "run": (
        "run",
        "run --target http://127.0.0.1:8080/api/",
        "run --profile my-sandbox.toml --reports reports/staging -n 2",
        "run --profile mine.toml --profile theirs.toml",
    ),
    "target": (
        "target init http://127.0.0.1:8080/api/ -o my-sandbox.toml",
        "target check my-sandbox.toml",
    ),
    "serve": ("serve --port 8080 --control", "serve --deviate oauth.access.bad_redirect_uri--not-needed"),
    "audit": (
        "audit -- python my_app.py",
        "audit --inject all -- node app.js",
        "audit --env MY_URL=url --env MY_CODE=code -- ./client",
    ),
    "list": ("list cases", "list editions", "list states --json", "list audit"),
    "explain": ("explain DOC-01", "explain app-removed", "explain not-refused", "explain 2026.1", "explain 10"),
    "report": ("report reports/results.jsonl", "report reports/results.jsonl --previous last-week/results.jsonl"),
    "diff": ("diff last-week/ reports/", "diff old.jsonl new.jsonl --format markdown"),
    "verify": ("verify reports/", "verify old.jsonl --rules today"),
    "annotate": ("annotate oauth.access.txt --results reports/results.jsonl",),
    "site": ("site results/*/results.jsonl -o site/", "site old/ new/ other.jsonl -o site/ --no-verify"),
    "baseline": (
        "baseline reports/results.jsonl --file accepted/baseline.toml",
        f"baseline reports/results.jsonl --file accepted/baseline.toml {_TERMS}",
    ),
    "documents": ("documents pages/", "documents pages/ --json"),
    "prove": ("prove --rule oauth.access.bad_redirect_uri", "prove --list"),
    "completion": (
        "completion zsh > ~/.slack-conformance.zsh",
        "completion bash > ~/.slack-conformance.bash  # then, in ~/.bashrc: . ~/.slack-conformance.bash",
    ),
}
"""Examples of each command, for its help."""

_ABOUT = "Checks how a server implements two methods of the Slack Web API, against their documentation pages."
_FIRST = """First steps:
  slack-conformance run                                    try it: the embedded sandbox, reports in reports/
  slack-conformance target init http://127.0.0.1:8080/api/  begin with a server of your own"""


class Parser(argparse.ArgumentParser):
    """A parser that exits with our code for wrong usage; argparse's 2 means an interrupted run here."""

    def __init__(self, *, description: str = "", **options: Any) -> None:  # noqa: ANN401 - those of argparse
        """Keep the lines of the epilog, and wrap the description."""
        options["formatter_class"] = argparse.RawDescriptionHelpFormatter
        super().__init__(description=textwrap.fill(description, _WIDTH), **options)

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message, and exit."""
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: error: {message}\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:  # noqa: ANN401 - as argparse has it
        """Name the nearest of the choices instead of all of them. Raises `ArgumentError`."""
        if action.choices is not None and value not in action.choices:
            known = sorted(map(str, action.choices))
            raise argparse.ArgumentError(action, f"{value!r} is not one of {', '.join(known)}. {nearest(value, known)}")

    def unknown(self, words: Sequence[str]) -> NoReturn:
        """Say which words are unknown, and what may be meant; exit."""
        said = " ".join(words)
        near = nearest(words[0].partition("=")[0], [one for one in self._option_string_actions if one.startswith("--")])
        self.error(f"unknown argument: {said} {near}".rstrip())


def nearest(word: str, known: Iterable[str]) -> str:
    """Return 'Did you mean …?' for a near miss, else nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean {near[0]!r}?" if near else ""


def parser_of(name: str) -> Parser:
    """Return the parser of a command, and import its module."""
    module = import_module(f"slack_conformance.commands.{_MODULES.get(name, name)}")
    about = str(module.__doc__).partition(": ")[2].strip()
    examples = "".join(f"\n  slack-conformance {line}" for line in EXAMPLES[name])
    parser = Parser(
        prog=f"slack-conformance {name}",
        description=" ".join((about[:1].upper() + about[1:]).split()),
        epilog=f"Examples:{examples}",
    )
    module.add(parser)
    parser.set_defaults(main=module.main)
    return parser


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
    parser = parser_of(name)
    options, rest = parser.parse_known_args(words[1:])
    if rest and name != "run":
        parser.unknown(rest)
    return int(options.main(options, rest))


def _command(words: Sequence[str]) -> str:
    """Return the command's name; exits for help, version, no command and unknown ones.

    Without a command the help is printed and the code is that of wrong usage, as with git: a script whose variable is
    empty must not read as green.
    """
    width = max(map(len, COMMANDS))
    parser = Parser(
        prog="slack-conformance",
        usage="slack-conformance [-h] [--version] COMMAND …",
        description=_ABOUT,
        epilog="Commands:\n"
        + "\n".join(f"  {name:<{width}}  {text}" for name, text in COMMANDS.items())
        + f"\n\n{_FIRST}",
    )
    parser.add_argument("--version", action="version", version=f"slack-conformance {__version__}")
    parser.add_argument("command", metavar="COMMAND", nargs="?", help="one of those below; `COMMAND -h` explains it")
    name = parser.parse_args(words[:1]).command
    if name is None:
        parser.print_help(sys.stderr)
        parser.exit(Exit.USAGE)
    if name not in COMMANDS:
        near = nearest(name, COMMANDS) or f"Commands: {', '.join(COMMANDS)}."
        parser.error(f"there is no command {name!r}. {near}")
    return str(name)
