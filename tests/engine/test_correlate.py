"""`--correlate`: an id in each request, the same in base and edited, so that they differ in the edit alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.engine.plan import plan
from slack_conformance.engine.session import correlation
from slack_conformance.lab.deviations import find
from slack_conformance.report.html import render_html
from slack_conformance.report.reproduce import reproduction
from slack_conformance.results.exchange import CORRELATION
from slack_conformance.results.io import read_results
from slack_conformance.results.terms import Role
from slack_conformance.run.evidence import Examiner
from slack_conformance.run.options import EMBEDDED
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.profile import profile_of_url
from tests.baselines import CASE, NOT_REFUSED
from tests.targets import deviating

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.results.model import CaseResult
    from tests.running import Runner

CATALOG = load_catalog()
KINDS = {type(case.edit): case for case in CATALOG.cases if case.edit is not None}
"""A case for each kind of edit, so that every script is tried."""


def examined(*ids: str, correlate: bool, deviation: str = "") -> tuple[list[CaseResult], int]:
    """Return the results of these cases on a sandbox, with the number of requests."""
    fault = find(deviation, CATALOG) if deviation else None
    with Sandbox(CATALOG, deviation=fault) as sandbox:
        profile = profile_of_url(sandbox.url, EMBEDDED, sandbox.control)
        explore = bool(deviation)
        with Engine(CATALOG, profile, seed=5, correlate=correlate, explore=explore) as engine:
            examiner = Examiner(engine)
            cases = {case.id: case for case in CATALOG.cases}
            results = [examiner.examine(cases[one]).result for one in ids]
            engine.withdrawn()
            return results, engine.session.requests.target


def test_every_request_of_a_case_has_its_id_whatever_the_edit() -> None:
    """Also those of a script, of a repeated base, and malformed ones; verdicts are as without it."""
    ids = [case.id for case in KINDS.values()]
    results, marked = examined(*ids, correlate=True)
    plain, sent = examined(*ids, correlate=False)
    for result in results:
        assert {one.correlation for one in result.exchanges} <= {correlation(5, result.id)}, result.id
    assert Counter(one.verdict for one in results) == Counter(one.verdict for one in plain)
    assert [one.id for one in plain if any(exchange.correlation for exchange in one.exchanges)] == []
    assert any(one.exchanges for one in results)
    assert marked > sent  # a case has a base of its own


def test_base_and_edited_request_differ_in_the_edit_alone() -> None:
    """All headers but those that belong to the edit are equal, as without the id."""
    for correlate in (True, False):
        ((result,), _) = examined(CASE, correlate=correlate)
        base, edited = (
            next(one for one in result.exchanges if one.role is role).request.headers
            for role in (Role.BASE, Role.EDITED)
        )
        assert {name for (name, _) in set(base) ^ set(edited)} <= {"Content-Length"}
        assert (CORRELATION in dict(base)) is correlate


def test_a_base_s_own_case_has_an_id_of_its_own() -> None:
    case = next(one for one in CATALOG.cases if one.edit is None)
    ((base, _), _) = examined(case.id, CASE, correlate=True)
    assert {one.correlation for one in base.exchanges} == {correlation(5, case.id)}


def test_further_values_have_the_id_of_their_case() -> None:
    """The one that is shown may be one of them."""
    fault = "oauth.access.bad_redirect_uri--any-by-form"
    case = next(one for one in CATALOG.cases if one.id == "oauth.access.bad_redirect_uri.other-host")
    ((result,), _) = examined(case.id, correlate=True, deviation=fault)
    assert result.explored
    assert {one.correlation for one in result.exchanges} == {correlation(5, case.id)}


def test_the_id_gives_nothing_away_and_follows_from_seed_and_case() -> None:
    """A target that echoed the code of a case from a header would conform, and prove nothing."""
    ids = {correlation(5, case.id) for case in CATALOG.cases}
    assert len(ids) == len(CATALOG.cases)
    assert all(one.startswith("5-") and set(one[2:]) <= set("0123456789abcdef") for one in ids)
    assert correlation(6, CASE) not in ids


@pytest.mark.parametrize("correlate", [True, False])
def test_the_plan_counts_the_bases(correlate: bool) -> None:  # noqa: FBT001 - a parameter
    cases = [case for case in CATALOG.cases if case.rule.id == "oauth.access.bad_redirect_uri"]
    _, sent = examined(*(case.id for case in cases), correlate=correlate)
    profile = profile_of_url("http://127.0.0.1/api/", EMBEDDED, "http://127.0.0.1/conformance/v1")
    assert plan(CATALOG, profile, cases, 5, correlate=correlate).target == sent


def test_the_reports_show_it_beside_each_exchange(command: Runner, tmp_path: Path) -> None:
    with deviating(NOT_REFUSED, tmp_path) as profile:
        finished = command("run", "--profile", profile, "-k", CASE, "--seed", "5", "--correlate", "-vv")
    own = correlation(5, CASE)
    assert f"  --- base  {CORRELATION}: {own}" in finished.text
    assert f"  --- edited  {CORRELATION}: {own}" in finished.text
    assert "--seed 5 --correlate --reports" in finished.text
    results = read_results(tmp_path / "reports/results.jsonl")
    page = render_html(results)
    assert page.count(f"({CORRELATION} {own})") == 2
    assert "--seed 5 --correlate --reports" in page
    made = reproduction(results.cases[0])
    assert made is not None
    assert f"-H '{CORRELATION}: {own}'" in made.lines[-1]
