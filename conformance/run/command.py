"""`slack-conformance run`: pytest on our package, with every report."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from conformance.catalog.load import load_catalog
from conformance.run.options import Options, find_profile


def run(target: str | None, profile: str | None, reports: str, rest: list[str]) -> int:
    """Run the suite and return its exit code. Raises `DataError` before pytest starts if the target is unusable."""
    allowed = "--conformance-allow-production" in rest
    find_profile(Options(target, profile, reports, allow_production=allowed), load_catalog(), Path.cwd())
    folder = Path(reports)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"slack-conformance: --reports {reports}: cannot be made ({error.strerror}).\n")
        return pytest.ExitCode.USAGE_ERROR
    arguments = ["-p", "conformance.plugin", "--pyargs", "conformance", *_OURS]
    if "--conformance-plan" not in rest:
        arguments += _reports(folder)
    if target:
        arguments += ["--conformance-target", target]
    if profile:
        arguments += ["--conformance-profile", profile]
    return int(pytest.main([*arguments, *rest]))


def _reports(folder: Path) -> list[str]:
    return [
        f"--conformance-reports={folder}",
        f"--html={folder / 'pytest.html'}",
        "--self-contained-html",
        f"--junitxml={folder / 'junit.xml'}",
        f"--alluredir={folder / 'allure-results'}",
        "--clean-alluredir",
    ]


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
"""Settings on which verdicts or reports depend: whatever ini file lies where the user runs us must not change them."""
