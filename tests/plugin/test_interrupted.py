"""Ended before its time, at one point or another: everything recorded is kept, every report is written, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from slack_conformance.results.io import read_results

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

POINTS = [(1, "SIGINT"), (2, "SIGTERM"), (5, "SIGHUP"), (13, "SIGTERM"), (34, "SIGINT"), (89, "SIGHUP")]
"""After how many recorded cases which signal comes."""

STOPS = '''
"""Sends the run its signal from within, at one point exactly, however fast or slow the machine is."""
import itertools, signal
import pytest

finished = itertools.count(1)

@pytest.hookimpl(trylast=True)
def pytest_runtest_logfinish():
    if next(finished) == {point}:
        signal.raise_signal(signal.{name})
'''


@pytest.mark.parametrize(("point", "name"), POINTS)
def test_a_run_that_is_ended(command: Runner, tmp_path: Path, name: str, point: int) -> None:
    """Exit 2, a footer that names the signal, and exactly the cases that were recorded by then, in every report."""
    (tmp_path / "stops.py").write_text(STOPS.format(name=name, point=point), encoding="utf-8")
    finished = command("run", "-p", "stops", "-m", "must")
    assert finished.code == finished.footer["exit"] == 2, finished.text
    assert finished.footer["cut"] == name
    assert len(finished.verdicts) == point
    assert sum(finished.footer["counts"].values()) == point
    assert finished.footer["sentence"].startswith("Partial run:")
    assert read_results(tmp_path / "reports/results.jsonl")
    assert name in (tmp_path / "reports/conformance.html").read_text("utf-8")
    suite = ET.parse(tmp_path / "reports/junit.xml").getroot()[0]  # noqa: S314 - written by our own run
    assert int(suite.attrib["tests"]) == point
    assert "</html>" in (tmp_path / "reports/pytest.html").read_text("utf-8")


def test_a_signal_that_is_ignored_stays_ignored(command: Runner, tmp_path: Path) -> None:
    """A run under `nohup` survives the end of its terminal."""
    ignores = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    (tmp_path / "stops.py").write_text(ignores + STOPS.format(name="SIGHUP", point=2), encoding="utf-8")
    finished = command("run", "-p", "stops", "-k", "not_authed")
    assert finished.code == finished.footer["exit"] == 0, finished.text
    assert finished.footer["cut"] is None
