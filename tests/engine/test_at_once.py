"""Once means once: requests with one single-use value that are completed at the same moment, at small servers."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.engine.plan import plan
from slack_conformance.results.terms import Code, Kind, Level, Verdict
from slack_conformance.summary.faults import faults
from slack_conformance.target.profile import Profile
from tests.engine.small_servers import CATALOG, A, B, Mock, Said, error, examine, ok, profile, served
from tests.results.build import cause_of

if TYPE_CHECKING:
    from slack_conformance.results.model import CaseResult
    from tests.engine.small_servers import Asked

pytestmark = pytest.mark.slow
CASES = {A: f"{A}.one-use-at-once.eight-at-once", B: f"{B}.one-use-at-once.eight-at-once"}
PAUSE_S = 0.05


@dataclass
class ChecksFirst(Mock):
    """Looks whether a value was used, and marks it a moment later."""

    def once(self, value: str) -> Said | None:
        """Return a refusal of a value that is marked as used."""
        if value in self.used:
            return error("code_already_used" if value.startswith("code-") else "trigger_exchanged")
        time.sleep(PAUSE_S)
        self.used.add(value)
        return None


@dataclass
class Busy(Mock):
    """Lets one request in at a time, and refuses all others that come meanwhile."""

    code: str = "internal_error"
    door: threading.Lock = field(default_factory=threading.Lock)

    def once(self, value: str) -> Said | None:
        """Return a refusal of a value that was used, or that cannot be looked up now."""
        if not self.door.acquire(blocking=False):
            return error(self.code)
        try:
            time.sleep(PAUSE_S)
            return super().once(value)
        finally:
            self.door.release()


class Throttles(Busy):
    """Throttles what comes while another request is answered."""

    def once(self, value: str) -> Said | None:
        """Return a refusal of a value that was used, or of a request that comes too soon."""
        refused = super().once(value)
        return error("ratelimited", 429, Retry_After="1") if refused and "internal" in refused.body else refused


@dataclass
class Crowded(Mock):
    """Refuses all requests that come at the same time."""

    inside: int = 0
    crowded: bool = False

    def once(self, value: str) -> Said | None:
        """Return a refusal of a value that was used, or that is asked for by several."""
        with self.lock:
            self.inside += 1
            self.crowded |= self.inside > 1
        time.sleep(PAUSE_S)
        with self.lock:
            crowded, self.inside = self.crowded, self.inside - 1
            self.crowded &= self.inside > 0
        return error("internal_error") if crowded else super().once(value)


def examined(server: Mock, **changes: object) -> dict[str, CaseResult]:
    """Return the results of the two cases at this server."""
    with served(server) as url:
        return examine(replace(profile(url), **changes), CASES.values())  # type: ignore[arg-type]  # fields of a profile


def test_a_server_that_checks_first_and_spends_later_is_found() -> None:
    for name, result in examined(ChecksFirst()).items():
        assert result.verdict is Verdict.FAIL
        assert [(one.rule, one.code) for one in result.findings] == [(result.rule, Code.NOT_REFUSED)]
        assert result.rule == name.rpartition(".")[0]
        assert "attempts succeeded)" in result.got
        assert result.findings[0].got == result.got
        assert "in 5 rounds: 40 attempts" in result.edit_text
        assert [one.answer and '"ok": true' in one.answer.body for one in result.exchanges] == [True] * 3


@pytest.mark.parametrize("server", [Mock(), Busy()], ids=["atomic", "busy"])
def test_a_server_that_spends_once_passes(server: Mock) -> None:
    for result in examined(server).values():
        assert (result.verdict, result.findings) == (Verdict.PASS, ())
        assert "(5 of 40 attempts succeeded)" in result.got


def test_another_refusal_is_a_warning() -> None:
    for result in examined(Busy(code="try_again")).values():
        assert [(one.code, one.level) for one in result.findings] == [(Code.UNDOCUMENTED_CODE, Level.WARN)]


def test_throttled_requests_are_no_attempts() -> None:
    for result in examined(Throttles()).values():
        assert (result.verdict, result.findings) in {(Verdict.PASS, ()), (Verdict.INCONCLUSIVE, ())}


def test_a_server_that_takes_one_connection_at_a_time_is_not_accused() -> None:
    """It waits for the first request to be completed, and so do the other requests."""
    with served(Mock(), threads=False) as url:
        results = examine(replace(profile(url), limit_s=2.0), CASES.values())
    assert {cause_of(result).kind for result in results.values()} == {Kind.NOT_AT_ONCE}
    assert "8 requests at the same moment: not all requests" in cause_of(results[CASES[A]]).text


def test_rounds_in_which_nothing_succeeds_are_no_evidence() -> None:
    assert {cause_of(result).kind for result in examined(Crowded()).values()} == {Kind.NOT_AT_ONCE}


def test_the_profile_may_forbid_it() -> None:
    assert [Profile("", "", real=True).races, Profile("", "", pace=20).races, Profile("", "").races] == [False] * 2 + [
        True
    ]
    for changes in ({"race": False}, {"real": True}, {"pace": 6000}):
        results = examined(Mock(), **changes)
        assert {cause_of(result).kind for result in results.values()} == {Kind.NOT_ALLOWED}
    assert {one.verdict for one in examined(Mock(), real=True, race=True).values()} == {Verdict.PASS}


def test_the_plan_counts_requests_and_values() -> None:
    """Eight requests and one value in each of five rounds, beside the bases."""
    cases = [case for case in CATALOG.cases if case.id in CASES.values()]
    with_it = plan(CATALOG, profile("http://127.0.0.1:1/api/"), cases)
    bases = plan(CATALOG, profile("http://127.0.0.1:1/api/"), [case for case in CATALOG.cases if case.edit is None])
    assert with_it.target >= 80
    assert {need.name: need.needed >= 5 for need in with_it.needs} == {"trigger": True, "code": True}
    assert bases.target < 80


def test_a_bare_success_is_found_wherever_it_comes() -> None:
    """Only real clients get it: the rule about the form is broken, and no other one."""

    class Bare(Mock):
        def oauth(self, asked: Asked) -> Said:
            said = super().oauth(asked)
            return Said('{"ok": true}') if said == ok() and asked.client else said

    with served(Bare()) as url:
        results = examine(profile(url), [f"{B}.real-clients", f"{B}.via-post-form."])
    succeeded = [one for one in results.values() if one.observed == "ok"]
    found = {finding.rule for result in succeeded for finding in result.findings}
    assert (found, len([one for one in succeeded if one.findings]) > 10) == ({f"{B}.success-shape"}, True)
    (fault,) = [one for one in faults(results.values()) if f"{B}.success-shape" in one.rules]
    assert len(fault.cases) > 10, "one fault, however many cases show it"
