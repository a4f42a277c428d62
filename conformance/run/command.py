"""`slack-conformance run`: pytest on our package, with every report."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from conformance.catalog.load import load_catalog
from conformance.run.options import Options, find_profile


def run(target: str | None, profile: str | None, reports: str, rest: list[str]) -> int:
    """Run the suite and return its exit code. Raises `DataError` before pytest starts if the target is unusable."""
    find_profile(Options(target, profile, reports), load_catalog(), Path.cwd())
    folder = Path(reports)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"slack-conformance: --reports {reports}: cannot be made ({error.strerror}).\n")
        return pytest.ExitCode.USAGE_ERROR
    arguments = [
        "--pyargs",
        "conformance",
        "--conformance-reports",
        reports,
        f"--html={folder / 'pytest.html'}",
        "--self-contained-html",
        f"--junitxml={folder / 'junit.xml'}",
        f"--alluredir={folder / 'allure-results'}",
        "--clean-alluredir",
        "-o",
        "python_files=test_*.py",
        "-o",
        "python_functions=test_*",
        "-o",
        "junit_family=xunit2",
    ]
    if target:
        arguments += ["--conformance-target", target]
    if profile:
        arguments += ["--conformance-profile", profile]
    return int(pytest.main([*arguments, *rest]))
