"""`slack-conformance run`: runs the suite and writes every report.

Other arguments are pytest's: -k TEXT selects the cases with the text in their id, -m MARK those of a method, group,
strength or evidence (-m "oauth_access and must"), -x stops at the first case that fails or cannot be tried, -n 2 runs
two processes (with pytest-xdist), -q prints two lines, -vv every proof.
"""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ..catalog.datafile import DataError
from ..catalog.editions import require_edition
from ..catalog.load import load_catalog
from ..catalog.paths import path_of
from ..plugin.command_reports import CommandReports, WithoutReports
from ..run.folder import FOREIGN, OWN, RESULTS, leave, take, unfinished
from ..run.inputs import find_profile
from ..run.options import NUMBERS, Options
from ..run.outcome import Exit
from ..run.unwritten import full_in_words, is_full
from .gate import gate

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence


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
    parser.add_argument(
        "--gate",
        choices=("fail", "regression"),
        default="fail",
        help="what the exit code counts: everything that fails (the default), or only what --previous does not have",
    )
    parser.add_argument("--reports", metavar="DIR", default="reports", help="folder for the reports (default: reports)")
    parser.add_argument("--ctrf", metavar="FILE", help="file for the CTRF report (default: ctrf.json among the others)")
    parser.add_argument("--seed", metavar="N", help="draw what the run with this seed drew; default: a fresh seed")
    parser.add_argument(
        "--edition", metavar="NAME", help="the edition whose cases decide the exit code; default: the latest"
    )
    parser.add_argument(
        "--max-time", metavar="SECONDS", help="end the run after this time; what is left is INCONCLUSIVE"
    )
    parser.add_argument("--strict", action="store_true", help="let a WARN count as a FAIL for the exit code")
    parser.add_argument(
        "--explore", action="store_true", help="try further values where something fails, on a real target too"
    )
    parser.add_argument(
        "--correlate",
        action="store_true",
        help="send an id of its case in each request, in the header X-Conformance-Id",
    )
    parser.add_argument("--whole", action="store_true", help="let a run that leaves out a case end with 10")
    parser.add_argument("--plan", action="store_true", help="show what a run would send and could not reach, and stop")
    parser.add_argument("--allow-production", action="store_true", help="let the target be the production service")


def main(options: argparse.Namespace, rest: list[str]) -> int:
    """Run the suite. Raises `DataError` before pytest starts if the target is unusable."""
    if find_spec("xdist") is None and any(word.startswith(("-n", "--numprocesses")) for word in rest):
        raise DataError("-n", "", "takes pytest-xdist, which is not installed.", "Run: pip install pytest-xdist")
    profiles: list[str] = options.profile or []
    options.profile = profiles[0] if len(profiles) == 1 else None
    if "" in profiles:
        raise DataError("--profile", "", "is empty.", "Name the file that describes the target.")
    _check_targets(options, profiles, rest)
    folder = path_of(options.reports, "--reports")
    _check(options)
    arguments = ["-p", "slack_conformance.plugin", "--pyargs", "slack_conformance", *_OURS, *_QUIET]
    texts = ("target", "profile", "baseline", "previous", "ctrf", "seed", "edition", "max-time")
    flags = ("strict", "explore", "correlate", "whole", "plan", "allow-production")
    given = {name: getattr(options, name.replace("-", "_")) for name in (*texts, *flags)}
    if len(profiles) > 1:
        return _run_each(profiles, folder, given, rest)
    arguments += [f"--conformance-{name}={given[name]}" for name in texts if given[name]]
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
    reports = CommandReports(folder.absolute(), rest, regression=options.gate == "regression")
    arguments += [f"--conformance-reports={folder.absolute()}", *rest]
    try:
        code = int(pytest.main(arguments, plugins=[reports]))
    finally:
        leave(folder)
    if code == Exit.USAGE:
        words = [word.partition("=")[0] for word in rest if word.startswith("--")]
        near = {word: get_close_matches(word, _OPTIONS, n=1, cutoff=0.8) for word in words if word not in _OPTIONS}
        hints = [f"{word} is no option. Did you mean {found[0]}?" for word, found in near.items() if found]
        sys.stderr.writelines(f"slack-conformance: {hint}\n" for hint in hints)
    if reports.idle or (code == Exit.NO_TESTS and not reports.recorded):
        hint = " `slack-conformance list cases` has the ids for -k." if code == Exit.NO_TESTS and "-k" in rest else ""
        text = f"no case was tried, so nothing is known; earlier reports are kept.{hint}"
        sys.stderr.write(f"slack-conformance: {text}\n")
    if not reports.regression or not reports.recorded:
        return code
    run, (before, _) = reports.run, reports.run.previous
    account = run.account
    left_out = account is not None and bool(account.left_out or account.standing.broken)
    code, text = gate(before, folder / RESULTS, code, strict=run.options.strict, left_out=left_out)
    sys.stdout.write(text)
    return code


def _run_each(profiles: Sequence[str], folder: Path, given: Mapping[str, Any], rest: Sequence[str]) -> int:
    """Run the suite with each profile and with all other options; return the exit code that wins."""
    from .run_each import run_each  # noqa: PLC0415 - only here are the pages needed

    said = [f"--{name}" if value is True else f"--{name}={value}" for name, value in given.items() if value]
    return run_each(profiles, folder, [*said, *rest], plan=given["plan"], production=given["allow-production"])


def _check_targets(options: argparse.Namespace, profiles: Sequence[str], rest: Sequence[str]) -> None:
    """Raise `DataError` if the only target cannot be used, or if there are several and an option is about one."""
    if len(profiles) <= 1:
        asked = Options(options.target, options.profile, options.reports, allow_production=options.allow_production)
        find_profile(asked, load_catalog(), Path.cwd())
    else:
        named = [f"--{name}" for name in _OF_ONE_TARGET if getattr(options, name) is not None]
        named += ["--gate regression"] if options.gate == "regression" else []
        named += [name for name in _VARIABLES_OF_ONE_TARGET if os.environ.get(name)]
        named += [option for option in _FILES_OF_PYTEST if any(word.split("=")[0] == option for word in rest)]
        if named:
            hint = f"Run each alone, or leave out {named[0]}."
            raise DataError(named[0], "", "is about one target, and there are several profiles.", hint)
    if options.edition:
        require_edition(load_catalog(), options.edition, "--edition")


_OF_ONE_TARGET = ("target", "baseline", "previous", "ctrf")
_VARIABLES_OF_ONE_TARGET = ("CONFORMANCE_BASELINE", "CONFORMANCE_PREVIOUS", "CONFORMANCE_CTRF")
_FILES_OF_PYTEST = ("--junitxml", "--junit-xml", "--html", "--alluredir")
"""Options of pytest and its plugins that name one file or folder."""


def _check(options: argparse.Namespace) -> None:
    """Raise `DataError` if the text of an option cannot be read."""
    for name, read in NUMBERS.items():
        text = getattr(options, name.replace("-", "_"))
        try:
            _ = text and read(text)
        except ValueError as error:
            raise DataError(f"--{name}", "", str(error)) from None
    for name in ("baseline", "previous", "ctrf"):
        if getattr(options, name) is not None:
            path_of(getattr(options, name), f"--{name}")


_OPTIONS = ("--target", "--profile", "--baseline", "--previous", "--reports", "--edition", "--strict", "--explore")
"""Options of ours that a misspelt one may mean; pytest, which gets all others, cannot know them."""

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
