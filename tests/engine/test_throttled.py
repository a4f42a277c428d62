"""A target limited to its tier: the run keeps the pace that it announced, and nobody is accused of throttling.

The run and the target share one clock, which goes on only when the run waits: what is counted here is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.edits.orders import AtOnce
from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.engine.adapting import asked_wait_s, named_wait_s
from slack_conformance.engine.plan import plan
from slack_conformance.engine.scripts import runs_last
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.deviation import Deviation
from slack_conformance.sandbox.reply import Reply
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.profile import Profile
from slack_conformance.wire.answer import read_answer
from slack_conformance.wire.request import Request
from slack_conformance.wire.sender import Exchange

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Case
    from slack_conformance.engine.plan import Plan
    from slack_conformance.results.model import CaseResult
    from slack_conformance.sandbox.intake import Call, Received

CATALOG = load_catalog()
CASES = tuple(case for case in CATALOG.cases if case.method == "apps.permissions.request")
TIER_2 = 20
"""Requests a minute."""


class Clock:
    """Time that passes only when somebody sleeps."""

    now = 1000.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.now += seconds


class Tier2(Deviation):
    """No fault, but a limit over all worlds: twenty requests a minute, a few more in a burst, as a gateway has it."""

    name = "tier-2"

    def __init__(self, clock: Clock, burst: int = 3) -> None:
        """Begin with the whole burst to spend."""
        self._clock, self._credit, self._last, self._burst = clock, float(burst), clock.monotonic(), burst
        self.refused = 0

    def refuses(self, request: Received, call: Call) -> Reply | None:
        """Refuse what comes too soon. The run sends one request after the other, so nothing is locked."""
        now = self._clock.monotonic()
        self._credit = min(self._burst, self._credit + (now - self._last) * TIER_2 / 60)
        self._last = now
        if self._credit >= 1:
            self._credit -= 1
            return None
        self.refused += 1
        return Reply(document={"ok": False, "error": "ratelimited"}, status=429, headers=(("Retry-After", "1"),))


def _run(cases: tuple[Case, ...], pace: float) -> tuple[Plan, list[CaseResult], int, int, float]:
    """Run the cases; return plan, records, requests sent, how many of them were refused, and the seconds it took."""
    clock = Clock()
    limited, begun = Tier2(clock), clock.now
    with Sandbox(CATALOG, deviation=limited) as sandbox:
        profile = Profile(sandbox.url, "tier 2", control=sandbox.control, pace=pace)
        planned = plan(CATALOG, profile, cases)
        examiner = Examiner(Engine(CATALOG, profile, clock=clock))
        records = [examiner.examine(case).result for case in cases]
        assert examiner.engine.withdrawn() == {}
        examiner.engine.close()
    return planned, records, examiner.engine.session.sender.count, limited.refused, clock.now - begun


@pytest.mark.slow
def test_a_run_at_the_pace_of_the_tier_is_never_throttled() -> None:
    """To the end, with as many requests as the plan announced, and in the time that it announced."""
    cases = tuple(case for case in CASES if not isinstance(case.edit, AtOnce))
    planned, records, sent, refused, seconds = _run(cases, float(TIER_2))
    assert {record.verdict for record in records} == {"PASS"}
    assert (sent, refused) == (planned.target, 0)
    assert planned.seconds == pytest.approx(seconds, rel=0.1)


@pytest.mark.slow
def test_no_throttled_request_is_counted_as_a_failure() -> None:
    """A run that is too fast is told to wait, waits, and gets the same verdicts.

    Without the few that are about throttling: they do not wait.
    """
    cases = tuple(case for case in CASES if not runs_last(case))
    assert len(cases) > len(CASES) - 6
    planned, records, sent, refused, seconds = _run(cases, 1.5 * TIER_2)
    assert {record.verdict for record in records} == {"PASS"}
    assert refused > 0
    assert sent == planned.target + refused
    assert seconds > planned.seconds


@pytest.mark.parametrize(("header", "named"), [("Retry-After: 3\r\n", 3), ("Retry-After: soon\r\n", None), ("", None)])
def test_a_time_that_no_answer_names_is_the_window_of_a_tier(header: str, named: int | None) -> None:
    received = f"HTTP/1.1 429 Too Many Requests\r\n{header}Content-Length: 0\r\n\r\n".encode()
    exchange = Exchange(Request("GET", "http://127.0.0.1/", ()), b"", received, read_answer(received, "GET"), 1.0)
    assert named_wait_s(exchange) == named
    assert asked_wait_s(exchange) == (named or 60)
