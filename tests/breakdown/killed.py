"""A run that is killed at a random moment, in a folder with the reports of a good run."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from slack_conformance.results.io import ResultsError, read_even_cut
from tests.breakdown.runs import CHOSEN, REPORTS, SHORT, Broken, command, files, words
from tests.running import environment

_PATIENCE_S = 20
"""Seconds after which a worker should have noticed that its controller is dead."""

_EXIT_CUT = 4


@dataclass(frozen=True)
class Earlier:
    """A good run, and how long one takes."""

    reports: dict[str, bytes]
    seconds: float


def prepared(folder: Path) -> Earlier:
    """Make the good run in this folder."""
    begun = time.monotonic()
    code, text = command(folder, "run", "-k", CHOSEN)
    assert code == 0, text
    return Earlier(files(folder / "reports"), time.monotonic() - begun)


def killed(seed: int, folder: Path, target: Path, earlier: Earlier) -> Broken:
    """Kill a run against the target in this folder, which holds nothing yet, and look at what it leaves."""
    random = Random(seed)  # noqa: S311 - no secret
    processes = 1 + seed % 2
    # A fifth of the runs is killed some time after the start. The others have written so many lines by then, which is
    # the same on a slow machine, and all of them in a third of the runs, so that some of the reports are there.
    most = earlier.reports["results.jsonl"].count(b"\n") - 1
    lines = min(int(random.uniform(1, 1.5 * most)), most) if random.random() > 0.2 else 0
    pause = random.uniform(0, 0.05 if 0 < lines < most else 0.3 if lines else earlier.seconds)
    for name, content in earlier.reports.items():
        path = folder / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    run = subprocess.Popen(  # noqa: S603 - our own command
        words(*_second(target, processes)),
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while run.poll() is None and _lines(folder / "reports/results.jsonl", earlier) < lines:
        time.sleep(0.001)
    try:
        run.wait(pause)
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait()
    problems = list(_survivors(run.pid))
    left, found = _looked_at(folder, earlier)
    problems += [*found, *_tried_again(folder, earlier)]
    name = f"seed {seed}, killed {pause:.2f} s after line {lines}, -n {processes}"
    return Broken(name, left, tuple(problems))


def _lines(path: Path, earlier: Earlier) -> int:
    """Return how many lines the results file of the run that will be killed has."""
    content = path.read_bytes() if path.exists() else b""
    return 0 if content == earlier.reports[path.name] else content.count(b"\n")


def _second(target: Path, processes: int) -> list[str]:
    several = ["-n", str(processes)] if processes > 1 else []
    return ["run", "-k", CHOSEN, f"--profile={target}", *several]


def _survivors(session: int) -> list[str]:
    """Return a problem if a process of the session outlives its leader for long; it is killed then."""
    limit = time.monotonic() + _PATIENCE_S
    while (alive := _alive(session)) and time.monotonic() < limit:
        time.sleep(0.1)
    if not alive:
        return []
    with contextlib.suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)
    return [f"{len(alive)} workers outlived their controller by {_PATIENCE_S} s"]


def _alive(session: int) -> list[str]:
    """Return the numbers of the session's processes that have not ended; without `/proc`, none."""
    alive = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, owner, *_ = path.read_text("utf-8").rpartition(")")[2].split()
            if int(owner) == session and state not in "ZX":
                alive.append(path.parent.name)
    return alive


def _looked_at(folder: Path, earlier: Earlier) -> tuple[str, list[str]]:
    """Return what the folder holds, and what is wrong with it."""
    found, good = files(folder / "reports"), earlier.reports
    kept = {name for name, content in found.items() if good.get(name) == content}
    if "results.jsonl" in kept:
        newer = sorted(found.keys() - kept)
        wrong = [f"{name} stands beside the results of the run before" for name in newer]
        return ("the run before" if kept == good.keys() else "a part of the run before"), wrong
    wrong = [f"{name} of the run before stands beside newer results" for name in sorted(kept)]
    if "results.jsonl" not in found:
        return "no results", [*wrong, "there are no results"]
    try:
        results, _ = read_even_cut(folder / "reports/results.jsonl")
    except ResultsError as error:
        return "unreadable results", [*wrong, str(error)]
    (folder / "good.jsonl").write_bytes(good["results.jsonl"])
    code, text = command(folder, "report", "reports/results.jsonl")
    if results.footer is None and (code != _EXIT_CUT or "the run was cut off after" not in text):
        wrong.append(f"report ended with {code}: {text}")
    if results.footer is not None and code != 0:
        wrong.append(f"report of a run that ended ended with {code}: {text}")
    code, text = command(folder, "diff", "good.jsonl", "reports/results.jsonl")
    if code == 0:
        wrong.append(f"diff ended with 0: {text}")
    if results.footer is not None:
        return ("all" if found.keys() >= {*REPORTS} else "all results and a part of the reports"), wrong
    return ("some cases" if results.cases else "no case yet"), wrong


SAME = {f"allure-results/{name}" for name in ("categories.json", "environment.properties")}
"""Files that may be the same after two runs."""


def _tried_again(folder: Path, earlier: Earlier) -> list[str]:
    """Return what is wrong with an ordinary run in this folder."""
    before = files(folder / "reports").keys()
    code, text = command(folder, "run", "-k", SHORT)
    wrong = [] if code == 0 else [f"the next run ended with {code}: {text}"]
    after = files(folder / "reports")
    wrong += [f"the next run has no {name}" for name in REPORTS if name not in after]
    old = {name for name in before & after.keys() if name.startswith("allure-results") and name not in SAME}
    wrong += [f"{name} outlived the next run" for name in sorted(old)]
    wrong += [f"the next run left {name}" for name in after.keys() - SAME if earlier.reports.get(name) == after[name]]
    if (folder / "reports/.unfinished").exists():
        wrong.append("the next run left what was unfinished")
    shutil.rmtree(folder)
    return wrong
