"""Ended before its time, at twenty points: everything recorded is kept, every report is written, and says so."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from conformance.report.results import read_results
from conformance.sandbox.server import Sandbox
from tests.run.conftest import _environment

if TYPE_CHECKING:
    from pathlib import Path

POINTS = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
"""After this many recorded cases the signal is sent."""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("point", POINTS)
def test_a_run_that_is_ended(tmp_path: Path, name: str, point: int) -> None:
    """Exit 2, a footer that names the signal, and as many cases as were recorded by then, or more."""
    with Sandbox() as sandbox:
        (tmp_path / "slow.toml").write_text(
            f'url = "{sandbox.url}"\ncontrol = "{sandbox.control}"\npace = 6000\n', encoding="utf-8"
        )
        arguments = ["-m", "conformance", "run", "--profile", "slow.toml", "-p", "no:randomly", "-m", "must"]
        with subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=_environment(None),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            results = tmp_path / "reports/results.jsonl"
            recorded = _wait_for(results, point, process)
            process.send_signal(getattr(signal, name))
            text = process.communicate(timeout=60)[0]
    assert process.returncode == 2, text
    lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    assert lines[-1]["type"] == "footer"
    assert lines[-1]["cut"] == name
    assert sum(line["type"] == "case" for line in lines) >= recorded >= point
    assert lines[-1]["sentence"].startswith("Partial run:")
    assert read_results(results)
    assert name in (tmp_path / "reports/conformance.html").read_text("utf-8")
    suite = ET.parse(tmp_path / "reports/junit.xml").getroot()[0]  # noqa: S314 - written by our own run
    assert int(suite.attrib["tests"]) >= point
    assert "</html>" in (tmp_path / "reports/pytest.html").read_text("utf-8")


def _wait_for(results: Path, point: int, process: subprocess.Popen[str]) -> int:
    for _ in range(1200):
        count = results.read_text("utf-8").count('"type":"case"') if results.is_file() else 0
        if count >= point:
            return count
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    pytest.fail(f"{point} cases were not recorded in a minute")
