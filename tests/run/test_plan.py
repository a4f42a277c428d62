"""What a run tells before it starts is what it then does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load_catalog
from conformance.run.evidence import Examiner
from conformance.run.plan import plan
from conformance.sandbox.server import Sandbox
from conformance.target.pace import Pacer
from conformance.target.profile import profile_of_url
from tests.run.targets import closed_port

if TYPE_CHECKING:
    from tests.run.conftest import Runner


@pytest.mark.parametrize("part", ["", "oauth.access", "trigger", "ratelimited", "via-"])
def test_the_number_of_requests_is_exact(part: str) -> None:
    """Whatever is selected: base, edited, again, rechecks, and every control call."""
    catalog = load_catalog()
    cases = [case for case in catalog.cases if part in case.id]
    with Sandbox(catalog) as sandbox:
        profile = profile_of_url(sandbox.url, "plan", sandbox.control)
        planned = plan(catalog, profile, cases)
        examiner = Examiner(catalog, profile)
        for case in cases:
            assert examiner.examine(case).record["verdict"] == "PASS"
        assert examiner.session.broken_bases() == {}
        examiner.session.close()
    sent = (examiner.session.sender.count, examiner.session.control_sender.count)
    assert (planned.target, planned.control) == sent
    assert planned.seconds == 0


def test_the_whole_run_stays_small() -> None:
    """At most 300 cases and 700 requests, control calls included."""
    catalog = load_catalog()
    profile = replace(profile_of_url("http://127.0.0.1/"), control="http://127.0.0.1/conformance/v1")
    planned = plan(catalog, profile, catalog.cases)
    assert planned.cases <= 300
    assert planned.target + planned.control <= 700


def test_the_plan_sends_nothing(command: Runner) -> None:
    """It says what the profile's target cannot be brought to, and ends well though nothing listens there."""
    finished = command("run", "--plan", "--target", closed_port())
    assert finished.code == 0, finished.text
    assert "cannot be reached" in finished.text
    assert "[state.app-removed]" in finished.text
    assert not (finished.folder / "reports").exists()


class _Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(("pace", "expected"), [("tier", 3.0), (60, 1.0), ("none", 0.0)])
def test_requests_to_a_method_keep_their_distance(pace: float | str, expected: float) -> None:
    """Tier 2 is twenty a minute; two methods do not wait for each other."""
    catalog, clock = load_catalog(), _Clock()
    first, other = catalog.methods["apps.permissions.request"], catalog.methods["oauth.access"]
    pacer = Pacer(pace, clock)
    moments = []
    for method in (first, other, first, first):
        pacer.wait(method)
        moments.append(clock.now - 100)
    assert moments == [0, 0, expected, 2 * expected]


@pytest.mark.parametrize("selected", ["oauth.access.invalid_code", "no-case-of-this-name"])
def test_a_plan_is_told_without_a_terminal_reporter_too(command: Runner, selected: str) -> None:
    finished = command("run", "--plan", "-p", "no:terminal", "-k", selected)
    assert "INTERNALERROR" not in finished.text
    assert "Traceback" not in finished.text
    assert ("8 cases" in finished.text) is (finished.code == 0), finished.text
    assert finished.code == (5 if selected.startswith("no-case") else 0)
