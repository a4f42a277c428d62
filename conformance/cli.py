"""The command `slack-conformance`: a thin way to each part of the suite."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import conformance
from conformance.catalog.datafile import DataError
from conformance.run.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; bad input draws one message and pytest's code for wrong usage."""
    parser = _parser()
    options, rest = parser.parse_known_args(argv)
    if rest and options.command != "run":
        parser.error(f"unknown argument: {' '.join(rest)}")
    try:
        return int(_COMMANDS[options.command](options, rest))
    except DataError as error:
        sys.stderr.write(f"slack-conformance: {error}\n")
        return Exit.USAGE
    except BrokenPipeError:
        # Whoever reads our output, `head` for one, has had enough of it.
        sys.stderr.close()
        return Exit.GOOD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="slack-conformance",
        description="Checks what a server makes of apps.permissions.request and oauth.access against Slack's pages.",
    )
    parser.add_argument("--version", action="version", version=conformance.__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser(
        "run",
        help="run the suite and write every report",
        description="Runs the suite and writes every report. Whatever else is given goes to pytest: -k, -m, -x, -n 2.",
    )
    run.add_argument("--target", metavar="URL", help="base URL of the target; default: the embedded sandbox")
    run.add_argument("--profile", metavar="FILE", help="file that describes the target")
    run.add_argument("--baseline", metavar="FILE", help="file with the deviations that are known and accepted for now")
    run.add_argument("--strict", action="store_true", help="let a WARN count as a FAIL for the exit code")
    run.add_argument("--plan", action="store_true", help="tell the number of requests and what cannot be reached, and stop")
    run.add_argument("--allow-production", action="store_true", help="let the target be a host of the production service")
    run.add_argument("--reports", metavar="DIR", default="reports", help="folder for the reports (default: reports)")

    serve = commands.add_parser("serve", help="serve the sandbox on its own")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, default=8080, help="port; 0 takes a free one (default: 8080)")
    serve.add_argument("--control", action="store_true", help="serve the control API too")
    serve.add_argument("--control-port", type=int, default=0, help="its port (default: a free one)")
    serve.add_argument(
        "--control-key-env",
        metavar="NAME",
        help="environment variable with the control API's bearer key; needed on a non-loopback address",
    )

    listing = commands.add_parser("list", help="list rules, cases, states or ledger rows")
    listing.add_argument("what", nargs="?", default="rules", choices=("rules", "cases", "states", "ledger"))
    listing.add_argument("--json", action="store_true", help="one JSON object a line")

    explain = commands.add_parser("explain", help="explain a rule or a case: the page, the bytes, what is accepted")
    explain.add_argument("id", help="id of a rule or case, as `list` prints it")

    target = commands.add_parser("target", help="check the description of a target")
    target.add_argument("action", choices=("check",), help="check: read the profile, and say what a run would reach")
    target.add_argument("file", metavar="FILE", help="the profile")

    baseline = commands.add_parser(
        "baseline",
        help="write what a run showed into a baseline",
        description="Writes an entry for every FAIL of a results file, and keeps what its FILE says already.",
    )
    baseline.add_argument("results", metavar="RESULTS", help="the results file, reports/results.jsonl")
    baseline.add_argument("--file", metavar="FILE", help="the baseline to bring up to date; default: print a new one")
    baseline.add_argument("--strict", action="store_true", help="write an entry for every WARN too")
    for name, metavar, text in (
        ("issue", "URL", "link to the issue under which they are to be mended"),
        ("owner", "NAME", "who answers for them"),
        ("expires", "DATE", "the last day on which they are accepted, like 2027-03-31"),
        ("reason", "TEXT", "why they are accepted until then"),
    ):
        baseline.add_argument(f"--{name}", metavar=metavar, help=f"of new entries: {text}")

    documents = commands.add_parser("documents", help="compare the two pages with the rules; exit 1 if they drifted")
    documents.add_argument("folder", metavar="DIR", help="folder with the pages as text")
    return parser


def _run(options: argparse.Namespace, rest: list[str]) -> int:
    from conformance.run.command import run  # noqa: PLC0415 - each command loads only what it needs

    given = {"plan": options.plan, "strict": options.strict, "allow-production": options.allow_production}
    flags = [f"--conformance-{name}" for name, is_given in given.items() if is_given]
    gate = [f"--conformance-baseline={options.baseline}"] if options.baseline else []
    return run(options.target, options.profile, options.reports, [*flags, *gate, *rest])


def _serve(options: argparse.Namespace, _rest: list[str]) -> int:
    from conformance.sandbox.serve import serve  # noqa: PLC0415

    key = os.environ.get(options.control_key_env or "")
    if options.control_key_env and not key:
        raise DataError("--control-key-env", "", f"the environment variable {options.control_key_env} is not set.")
    return serve(options.host, options.port, control=options.control, control_port=options.control_port, key=key)


def _list(options: argparse.Namespace, _rest: list[str]) -> int:
    from conformance.run.listing import listing  # noqa: PLC0415

    sys.stdout.write(listing(options.what, as_json=options.json))
    return Exit.GOOD


def _explain(options: argparse.Namespace, _rest: list[str]) -> int:
    from conformance.run.explain import explain  # noqa: PLC0415

    sys.stdout.write(explain(options.id))
    return Exit.GOOD


def _target(options: argparse.Namespace, _rest: list[str]) -> int:
    from conformance.run.target_check import check  # noqa: PLC0415

    sys.stdout.write(check(options.file))
    return Exit.GOOD


def _baseline(options: argparse.Namespace, _rest: list[str]) -> int:
    from conformance.report.results import ResultsError, read_results  # noqa: PLC0415
    from conformance.run.rebase import found_of, rebase, terms_of  # noqa: PLC0415

    terms = terms_of(options.issue, options.owner, options.expires, options.reason)
    try:
        results = read_results(Path(options.results))
    except ResultsError as error:
        sys.stderr.write(f"slack-conformance: {error}\n")
        return Exit.USAGE
    found = {case.id: found_of(case) for case in results.cases}
    partial = len(found) < results.header.cases
    return rebase(options.file, found, terms, strict=options.strict, partial=partial)


def _documents(options: argparse.Namespace, _rest: list[str]) -> int:
    from conformance.run.documents import documents  # noqa: PLC0415

    return documents(options.folder)


_COMMANDS = {
    "run": _run,
    "serve": _serve,
    "list": _list,
    "explain": _explain,
    "target": _target,
    "baseline": _baseline,
    "documents": _documents,
}
