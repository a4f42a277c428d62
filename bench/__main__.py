"""Time whole processes, five of each in turn, and print medians and their ratios."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.many_servers import results_of
from slack_conformance.catalog.load import load_catalog

if TYPE_CHECKING:
    import resource

ROUNDS = 5
ROOT = Path(__file__).parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]
WITHOUT_US = ["--noconftest", "-p", "no:slack_conformance.plugin"]
"""Options that keep the suite out of the floor: no conftest.py of the checkout, no installed entry point."""


@dataclass(frozen=True)
class Subject:
    """One command to time."""

    name: str
    command: list[str]
    client: str = ""
    worlds: str = ""


class Cost(NamedTuple):
    """What a process costs: seconds until it has ended, seconds of the processor, and megabytes at the peak."""

    seconds: float
    cpu: float
    memory: float


def main(parts: list[str]) -> int:
    """Print the figures of these parts, `run`, `app` or `site`, by default all; exit if a command fails."""
    for part, measure in {"run": _of_a_run, "app": _of_an_apps_session, "site": _of_sites}.items():
        if not parts or part in parts:
            measure()
    return 0


def _of_an_apps_session() -> None:
    """Print what a sandbox and its worlds cost the tests of an app, and what the plugin costs other tests.

    In seconds of the processor: nothing waits for anything else, and what other processes do does not count.
    """
    session = [*PYTEST, "--noconftest", "-c", os.devnull, "--rootdir", str(ROOT), "bench/app_session.py"]
    bare, ours = ["-p", "no:slack_conformance.plugin"], ["-p", "slack_conformance.plugin"]
    subjects = [
        Subject("session without the plugin", [*session, *bare]),
        Subject("empty session", [*session, *ours]),
        Subject("session with a sandbox", [*session, *ours], worlds="0"),
        Subject("session with 100 worlds", [*session, *ours], worlds="100"),
    ]
    costs = _measured(subjects)
    _print(costs)
    without, empty, sandbox, worlds = (costs[subject.name].cpu for subject in subjects)
    print(f"(d) a sandbox                  {sandbox - empty:7.3f} s   aim 0.35   ratio {sandbox / empty:.2f}")
    print(f"(e) a world                    {(worlds - sandbox) / 100:7.4f} s  aim 0.003  ratio {worlds / sandbox:.2f}")
    print(f"(f) the plugin, unused         {empty - without:7.3f} s   aim 0      ratio {empty / without:.2f}")


def _of_a_run() -> None:
    """Print what a run of the suite costs."""
    with tempfile.TemporaryDirectory() as folder:
        recorded = Path(folder) / "requests.pickle"
        subprocess.run([sys.executable, "-m", "bench.requests_of_a_run", str(recorded)], cwd=ROOT, check=True)
        reports = str(Path(folder) / "reports")
        floor = [*PYTEST, *WITHOUT_US, "-c", os.devnull, "--rootdir", str(ROOT), "bench/floor.py"]
        suite = [*PYTEST, "src/slack_conformance", "--conformance-reports="]
        every = [
            *PYTEST,
            "src/slack_conformance",
            f"--conformance-reports={reports}",
            f"--html={reports}/pytest.html",
            "--self-contained-html",
            f"--junitxml={reports}/junit.xml",
            f"--alluredir={reports}/allure-results",
        ]
        subjects = [
            Subject("run without reports", suite),
            Subject("floor with requests.Session", floor, "requests"),
            Subject("run with every report", every),
            Subject("floor with http.client", floor, "http.client"),
            Subject("empty pytest", floor, "none"),
        ]
        costs = _measured(subjects, recorded)
    _print(costs)
    seconds = {name: cost.seconds for name, cost in costs.items()}
    run, with_all = seconds["run without reports"], seconds["run with every report"]
    print(f"(a) run / floor                {run / seconds['floor with requests.Session']:7.2f}  aim 1.4")
    print(f"(b) run with reports / run     {with_all / run:7.2f}  aim 1.6")
    peak = costs["run with every report"].memory / costs["empty pytest"].memory
    print(f"(c) peak memory / empty pytest {peak:7.2f}  aim 1.6")
    print(f"    run / floor by http.client {run / seconds['floor with http.client']:7.2f}  for the record")


def _of_sites() -> None:
    """Print what the site over 20, 100 and 500 files costs, and what verifying the first 20 adds."""
    with tempfile.TemporaryDirectory() as name:
        folder, command = Path(name), [sys.executable, "-m", "slack_conformance"]
        subprocess.run(
            [*command, "run", "-q", "--reports", str(folder / "run")], cwd=folder, env=_environment(), check=True
        )
        files = [str(path) for path in results_of(folder / "run/results.jsonl", folder, max(_FILES))]
        subjects = {
            number: Subject(
                f"site of {number} files",
                [*command, "site", *files[:number], "-o", f"{folder}/{number}", "--no-verify"],
            )
            for number in _FILES
        }
        first, *others = subjects.values()
        verified = Subject(f"{first.name}, verified", [*command, "site", *files[: _FILES[0]], "-o", f"{folder}/all"])
        costs = _measured([first]) | {one.name: _timed(one, None) for one in (verified, *others)}
    _print(costs)
    print(f"(g) {first.name}           {costs[first.name].seconds:7.2f} s   aim 2")
    for few, many in pairwise(_FILES):
        ratio = costs[subjects[many].name].cpu / costs[subjects[few].name].cpu
        print(f"(h) {many} files / {few} files      {ratio:7.2f}     aim {many / few:g}, as many more files")


_FILES = (20, 100, 500)


def _print(costs: dict[str, Cost]) -> None:
    for name, cost in costs.items():
        print(f"{name:<30}{cost.seconds:7.2f} s  {cost.cpu:7.3f} s of the processor  {cost.memory:7.1f} MB")


def _measured(subjects: list[Subject], recorded: Path | None = None) -> dict[str, Cost]:
    """Run all subjects in turn after a warm-up round, so that a slow moment of the machine affects all alike."""
    costs: dict[str, list[Cost]] = {subject.name: [] for subject in subjects}
    for number in range(ROUNDS + 1):
        for subject in subjects:
            cost = _timed(subject, recorded)
            if number:
                costs[subject.name].append(cost)
    return {name: Cost(*map(statistics.median, zip(*values, strict=True))) for name, values in costs.items()}


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def _timed(subject: Subject, recorded: Path | None) -> Cost:
    """Return what one process costs."""
    environment = {
        **_environment(),
        "BENCH_REQUESTS": str(recorded or ""),
        "BENCH_CASES": str(len(load_catalog().cases)),
        "BENCH_CLIENT": subject.client,
        "BENCH_WORLDS": subject.worlds,
    }
    begun = time.perf_counter()
    with subprocess.Popen(
        subject.command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    taken = time.perf_counter() - begun
    if process.returncode != 0:
        sys.exit(f"{subject.name} ended with {process.returncode}:\n{output[-2000:]}")
    return Cost(taken, usage.ru_utime + usage.ru_stime, _megabytes(usage))


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
