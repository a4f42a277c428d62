"""What a run tells before it starts is what it then does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import OK
from slack_conformance.commands.target import check
from slack_conformance.engine import Engine
from slack_conformance.engine.plan import plan
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.pace import Pacer
from slack_conformance.target.profile import profile_of_url
from tests.running import ROOT
from tests.targets import closed_port

if TYPE_CHECKING:
    from tests.running import Runner


@pytest.mark.slow
@pytest.mark.parametrize("part", ["", "oauth.access", "trigger", "ratelimited", "via-"])
def test_the_number_of_requests_is_exact(part: str) -> None:
    """Whatever is selected: base, edited, again, rechecks, and every control call."""
    catalog = load_catalog()
    cases = [case for case in catalog.cases if part in case.id]
    with Sandbox(catalog) as sandbox:
        profile = profile_of_url(sandbox.url, "plan", sandbox.control)
        planned = plan(catalog, profile, cases)
        examiner = Examiner(Engine(catalog, profile))
        for case in cases:
            assert examiner.examine(case).result.verdict == "PASS"
        assert examiner.engine.withdrawn() == {}
        examiner.engine.close()
    session = examiner.engine.session
    # What is refused, as some bases may be, is not sent once more at the end.
    refused = sum(shared.step.answer.outcome != OK and bool(shared.cases) for shared in session.bases.values())
    assert planned.target - session.requests.target == planned.control - session.requests.control == refused
    assert planned.seconds == 0


def test_the_whole_run_stays_small() -> None:
    """At most 750 cases and 900 requests to the target; a control call for about each of them at most."""
    catalog = load_catalog()
    profile = replace(profile_of_url("http://127.0.0.1/"), control="http://127.0.0.1/conformance/v1")
    planned = plan(catalog, profile, catalog.cases)
    assert planned.cases <= 750
    assert planned.target <= 900
    assert planned.control <= planned.target


def test_the_plan_sends_nothing(command: Runner) -> None:
    """It says what the profile's target cannot be brought to, and ends well though nothing listens there."""
    with closed_port() as url:
        finished = command("run", "--plan", "--target", url)
    assert finished.code == 0, finished.text
    assert f"0 of {len(load_catalog().cases)} cases have what they need" in finished.text
    assert "[state." in finished.text
    assert not (finished.folder / "reports").exists()


@pytest.mark.slow
def test_the_plan_names_the_values_that_are_missing() -> None:
    """With a URL alone, every case that a run cannot try is one of those that the plan has announced."""
    catalog = load_catalog()
    with Sandbox(catalog) as sandbox:
        profile = profile_of_url(sandbox.url, "plan")
        planned = plan(catalog, profile, catalog.cases)
        examiner = Examiner(Engine(catalog, profile))
        verdicts = {case.id: examiner.examine(case).result.verdict for case in catalog.cases}
        examiner.engine.close()
    foreseen = {case for cases in planned.unreachable.values() for case in cases}
    resting = {case for one in planned.missing_values for case in one.cases}
    assert not foreseen & resting
    tried = {case for case, verdict in verdicts.items() if verdict != "INCONCLUSIVE"}
    assert tried
    assert tried <= resting
    assert verdicts.keys() - tried <= foreseen | resting
    missing = {one.method: one.values for one in planned.missing_values}
    assert missing.keys() == set(catalog.methods)
    assert [{"token", "trigger"} <= missing[name] or "code" in missing[name] for name in missing] == [True, True]


def test_the_plan_of_a_target_that_gives_every_value_misses_none() -> None:
    """Nor does it foresee anything that cannot be reached."""
    catalog = load_catalog()
    profile = replace(profile_of_url("http://127.0.0.1/"), control="http://127.0.0.1/conformance/v1")
    planned = plan(catalog, profile, catalog.cases)
    assert (planned.missing_values, planned.unreachable) == ((), {})
    assert len(planned.lines()) == 1


def test_the_check_of_a_target_says_what_is_missing() -> None:
    """Before anything is filled in, nothing but what the edit alone changes can be proved."""
    text = check(str(ROOT / "fixtures/targets/example.toml"))
    assert f"0 of {len(load_catalog().cases)} cases have what they need" in text
    assert text.index("client_id in [values]") < text.index("a control API") < text.index("[state.")
    assert text.count("\nNext: ") == 1
    assert max(map(len, text.splitlines())) <= 100
    assert len(text.splitlines()) <= 40


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
def test_a_plan_is_printed_without_a_terminal_reporter_too(command: Runner, selected: str) -> None:
    finished = command("run", "--plan", "-p", "no:terminal", "-k", selected)
    assert "INTERNALERROR" not in finished.text
    assert "Traceback" not in finished.text
    count = sum(selected in case.id for case in load_catalog().cases)
    assert finished.text.startswith(f"{count} cases: ") is (count > 0), finished.text
    assert finished.code == (0 if count else 5)
