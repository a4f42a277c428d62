"""`slack-conformance run`: runs the suite and writes every report.

Other arguments are pytest's: -k TEXT selects the cases with the text in their id, -m MARK those of a method, group,
strength or evidence (-m "oauth_access and must"), -x stops at the first failure, -n 2 runs two processes, -q prints two
lines, -vv every proof.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..catalog.datafile import DataError
from ..catalog.load import load_catalog
from ..catalog.paths import path_of
from ..plugin.life_cycle import CommandReports, WithoutReports
from ..run.folder import FOREIGN, OWN, leave, take, unfinished
from ..run.inputs import find_profile
from ..run.options import NUMBERS, Options
from ..run.outcome import Exit
from ..run.unwritten import full_in_words, is_full

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--target", metavar="URL", help="base URL of the target; default: the embedded sandbox")
    parser.add_argument(
        "--profile",
        metavar="FILE",
        action="append",
        help="file that describes the target; repeatable, to run against several and show them beside each other",
    )
    parser.add_argument("--baseline", metavar="FILE", help="file with the deviations that are accepted for now")
    parser.add_argument("--previous", metavar="RESULTS", help="results of an earlier run, to show what has changed")
    parser.add_argument("--reports", metavar="DIR", default="reports", help="folder for the reports (default: reports)")
    parser.add_argument("--seed", metavar="N", help="draw what the run with this seed drew; default: a fresh seed")
    parser.add_argument(
        "--max-time", metavar="SECONDS", help="end the run after this time; what is left is INCONCLUSIVE"
    )
    parser.add_argument("--strict", action="store_true", help="let a WARN count as a FAIL for the exit code")
    parser.add_argument(
        "--explore", action="store_true", help="try further values where something fails, on a real target too"
    )
    parser.add_argument("--whole", action="store_true", help="let a run that leaves out a case end with 10")
    parser.add_argument("--plan", action="store_true", help="show what a run would send and could not reach, and stop")
    parser.add_argument("--allow-production", action="store_true", help="let the target be the production service")


def main(options: argparse.Namespace, rest: list[str]) -> int:
    """Run the suite. Raises `DataError` before pytest starts if the target is unusable."""
    profiles: list[str] = options.profile or []
    _check(options, profiles)
    folder = path_of(options.reports, "--reports")
    arguments = ["-p", "slack_conformance.plugin", "--pyargs", "slack_conformance", *_OURS, *_QUIET]
    texts = ("target", "baseline", "previous", "seed", "max-time")
    flags = ("strict", "explore", "whole", "plan", "allow-production")
    given = {name: getattr(options, name.replace("-", "_")) for name in (*texts, *flags)}
    if len(profiles) > 1:
        from .run_each import run_each  # noqa: PLC0415 - only here are the pages needed

        said = [f"--{name}={given[name]}" for name in texts if given[name]]
        said += [f"--{name}" for name in flags if given[name]]
        return run_each(profiles, folder, [*said, *rest], plan=options.plan, production=options.allow_production)
    given["profile"] = profiles[0] if profiles else None
    arguments += [f"--conformance-{name}={given[name]}" for name in (*texts, "profile") if given[name]]
    arguments += [f"--conformance-{name}" for name in flags if given[name]]
    if options.plan:
        return int(pytest.main([*arguments, *rest], plugins=[WithoutReports()]))
    *files, allure = FOREIGN
    try:
        take(folder, "--reports", [*OWN, *files], [allure])
        (unfinished(folder) / allure).mkdir(parents=True)  # where pytest's plugins write first
    except OSError as error:
        leave(folder)
        if not is_full(error):
            raise
        sys.stderr.write(f"slack-conformance: {full_in_words(folder)}\n")
        return Exit.ENGINE
    reports = CommandReports(folder.absolute(), rest)
    arguments += [f"--conformance-reports={folder.absolute()}", *rest]
    try:
        code = int(pytest.main(arguments, plugins=[reports]))
    finally:
        leave(folder)
    if reports.idle:
        sys.stderr.write("slack-conformance: no case was tried, so nothing is known; earlier reports are kept.\n")
    return code


def _check(options: argparse.Namespace, profiles: Sequence[str]) -> None:
    """Raise `DataError` if an option cannot be used; several profiles are read when they run."""
    if len(profiles) <= 1:
        profile = profiles[0] if profiles else None
        asked = Options(options.target, profile, options.reports, allow_production=options.allow_production)
        find_profile(asked, load_catalog(), Path.cwd())
    elif options.target:
        raise DataError("--target and --profile", "", "both are given.", "Describe each target in a profile.")
    for name, read in NUMBERS.items():
        text = getattr(options, name.replace("-", "_"))
        try:
            _ = text and read(text)
        except ValueError as error:
            raise DataError(f"--{name}", "", str(error)) from None
    for name in ("baseline", "previous"):
        if getattr(options, name) is not None:
            path_of(getattr(options, name), f"--{name}")


_OURS = [
    option
    for setting in (
        "python_files=test_*.py",
        "python_functions=test_*",
        "junit_family=xunit2",
        "junit_suite_name=slack-conformance",
    )
    for option in ("-o", setting)
]
"""Settings that verdicts or reports depend on; an ini file in the user's folder must not change them."""

_QUIET = ("-W", "ignore:Module already imported so cannot be rewritten:pytest.PytestAssertRewriteWarning")
"""The command imports the package before pytest does. It has no assert statements to rewrite."""
