"""A soak: run after run against one `slack-conformance serve --control`, which must not grow.

A run is an engine of its own over a third of the cases, in an order of its own and with a seed of its own, with a
profile that has the control API's URL. At its end it deletes the worlds that it has ordered, as the control API offers:
worlds that nobody deletes are kept for five minutes, up to a number, and would hide any smaller growth.
"""

from __future__ import annotations

import contextlib
import http
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.results.terms import Verdict
from slack_conformance.target.control import ControlClient, HttpCaller
from slack_conformance.target.profile import Profile
from slack_conformance.wire.request import Request
from slack_conformance.wire.sender import Sender, Transport
from tests.fuzz.process import descriptors, megabytes, memory
from tests.running import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHARE = 3
"""A run has one in so many of the cases."""
MOST_GROWTH = 0.10
"""By this part the memory may grow after the warm-up, the first tenth of the runs."""
LIMIT_S = 30.0
PATIENCE_S = 60.0
"""Seconds within which the sandbox closes what its clients have closed."""
_CATALOG = load_catalog()


@dataclass
class Report:
    """What came of the runs."""

    runs: int = 0
    verdicts: int = 0
    worlds: int = 0
    warm: int = 0
    """The memory of the sandbox after the warm-up, in bytes."""
    most: int = 0
    """The most that was seen after it."""
    descriptors: tuple[int, int] = (0, 0)
    """The number of its open file descriptors before the first run and after the last."""
    problems: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """The part by which memory has grown since the warm-up."""
        return self.most / self.warm - 1 if self.warm else 0.0

    def line(self) -> str:
        """Return the report in one line."""
        return (
            f"{self.runs} runs, {self.verdicts} verdicts, {self.worlds} worlds: memory of the sandbox"
            f" {megabytes(self.warm)} after the warm-up, at most {megabytes(self.most)} later ({self.growth:+.1%});"
            f" descriptors {self.descriptors[0]} before, {self.descriptors[1]} after; {len(self.problems)} problems"
        )


class _Noting:
    """Carries calls to a control API, and notes the worlds that were ordered."""

    def __init__(self, caller: HttpCaller) -> None:
        self._caller = caller
        self.worlds: list[str] = []

    def __call__(self, verb: str, path: str, content: Mapping[str, Any] | None) -> tuple[int, Mapping[str, Any]]:
        status, document = self._caller(verb, path, content)
        if verb == "POST" and "world" in document:
            self.worlds.append(str(document["world"]))
        return status, document


@contextlib.contextmanager
def serving() -> Iterator[tuple[int, dict[str, Any]]]:
    """Start `slack-conformance serve --control`; yield the id of its process and what it printed."""
    command = [sys.executable, "-m", "slack_conformance", "serve", "--control"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            assert process.stdout is not None
            yield process.pid, json.loads(process.stdout.readline())
        finally:
            process.terminate()


def soaked(runs: int, seed: int, share: int = SHARE) -> Report:
    """Make so many runs, each with one in `share` of the cases, and return what came of them."""
    report = Report()
    warm_up = max(1, runs // 10)
    with serving() as (process, ready):
        before = _before(process, ready["control"])
        for number in range(runs):
            _run(report, ready, seed, number, share)
            now = memory(process)
            report.warm = now if number < warm_up else report.warm
            report.most = max(report.most, now) if number >= warm_up else now
        until = time.monotonic() + PATIENCE_S
        while (after := descriptors(process)) > before and time.monotonic() < until:
            time.sleep(0.02)
    report.descriptors = before, after
    if after > before:
        report.problems.append(f"the sandbox has {after} descriptors open, after {before} at the start")
    if report.growth > MOST_GROWTH:
        report.problems.append(f"the memory of the sandbox has grown by {report.growth:.1%} since the warm-up")
    return report


def _before(process: int, control: str) -> int:
    """Return how many descriptors the process has open once it has answered, and the connection is closed."""
    with Sender(Transport(limit_s=LIMIT_S)) as sender:
        sender.send(Request("GET", control, ()))
    least = descriptors(process)
    for _ in range(50):
        time.sleep(0.01)
        least = min(least, descriptors(process))
    return least


def _run(report: Report, ready: dict[str, Any], seed: int, number: int, share: int) -> None:
    """Make one run, and delete its worlds."""
    cases = list(_CATALOG.cases[number % share :: share])
    Random(f"{seed}/run/{number}").shuffle(cases)  # noqa: S311 - no secret
    profile = Profile(url=ready["url"], name="soaked", control=ready["control"], limit_s=LIMIT_S, wait_s=0)
    found = []
    with Sender(Transport(limit_s=LIMIT_S)) as sender:
        caller = _Noting(HttpCaller(ready["control"], sender))
        with Engine(_CATALOG, profile, control=ControlClient(caller, _CATALOG.value_names), seed=number) as engine:
            results = list(engine.results(cases))
            found += [f"{case}: {cause.text}" for case, cause in engine.withdrawn().items()]
        for one in results:
            if one.judgement.verdict is not Verdict.PASS:
                cause = one.error or one.judgement.cause
                found.append(f"{one.case.id}: {one.judgement.verdict}, got {one.judgement.got}; {cause}")
        for world in caller.worlds:
            answer = sender.send(Request("DELETE", f"{ready['control']}/worlds/{world}", ())).answer
            if answer.status != http.HTTPStatus.NO_CONTENT:
                found.append(f"DELETE of a world got {answer.status} {answer.why}")
    report.runs += 1
    report.verdicts += len(results)
    report.worlds += len(caller.worlds)
    report.problems += [f"seed {seed}, run {number}: {text}" for text in found]
