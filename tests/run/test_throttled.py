"""A target limited to its tier: the run keeps the pace that it announced, and nobody is accused of throttling."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from conformance.catalog.load import load_catalog
from conformance.run.evidence import Examiner
from conformance.run.plan import plan
from conformance.sandbox.deviation import Deviation
from conformance.sandbox.reply import Reply
from conformance.sandbox.server import Sandbox
from conformance.target.profile import Profile

if TYPE_CHECKING:
    from conformance.sandbox.intake import Call
    from conformance.sandbox.received import Received

SCALE = 60
"""A minute takes a second, at both ends."""


class _Tier2(Deviation):
    """No fault, but a limit over all worlds: twenty requests a minute, a few more in a burst, as a gateway has it."""

    name = "tier-2"

    def __init__(self, burst: int = 3) -> None:
        self._lock, self._credit, self._last, self._burst = threading.Lock(), float(burst), time.monotonic(), burst
        self.refused = 0

    def refuses(self, request: Received, call: Call) -> Reply | None:
        with self._lock:
            now = time.monotonic()
            self._credit = min(self._burst, self._credit + (now - self._last) * 20 * SCALE / 60)
            self._last = now
            if self._credit >= 1:
                self._credit -= 1
                return None
            self.refused += 1
        return Reply(document={"ok": False, "error": "ratelimited"}, status=429, headers=(("Retry-After", "1"),))


def test_a_run_against_a_limited_target() -> None:
    """To the end, with no throttled request counted as a failure, in the time that the plan told."""
    catalog = load_catalog()
    cases = [case for case in catalog.cases if case.method == "apps.permissions.request"]
    limited = _Tier2()
    with Sandbox(catalog, deviation=limited) as sandbox:
        profile = Profile(sandbox.url, "tier 2", control=sandbox.control, pace=20.0 * SCALE)
        planned = plan(catalog, profile, cases)
        begun = time.monotonic()
        examiner = Examiner(catalog, profile)
        records = [examiner.examine(case).record for case in cases]
        assert examiner.session.broken_bases() == {}
        examiner.session.close()
    assert {record["verdict"] for record in records} == {"PASS"}
    assert planned.target <= examiner.session.sender.count <= planned.target + limited.refused
    assert planned.seconds <= time.monotonic() - begun + 0.1
