"""A handful of deviations from end to end, and what the prover makes of faulty ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.deviations import all_deviations
from slack_conformance.lab.deviations.kinds import Answers, DeliberateFault, Renames
from slack_conformance.lab.prove.model import TrialStanding
from slack_conformance.lab.prove.runner import outcomes
from slack_conformance.lab.prove.trial import attempt, examined
from slack_conformance.results.terms import Verdict
from slack_conformance.sandbox import Sandbox

if TYPE_CHECKING:
    from slack_conformance.sandbox.context import Context
    from slack_conformance.sandbox.reply import Reply

pytestmark = pytest.mark.slow
CATALOG = load_catalog()
METHOD = CATALOG.methods["oauth.access"]
KNOWN = all_deviations(CATALOG)


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("apps.permissions.request.invalid_scope--only-first-looked-at", "invalid_scope.one-of-two-does-not-exist"),
        ("apps.permissions.request.both-places--metadata-only", "superfluous_charset.form-utf-8"),
        ("apps.permissions.request.not-presented--in-spite-of-token", "invalid_auth.unknown-token-by-form"),
        ("oauth.access.code_already_used--used-up-by-a-refusal", "code_already_used.refused-request-uses-nothing"),
        ("oauth.access.request_timeout--hangs-up", "request_timeout.half-a-form"),
        ("oauth.access.retry-after--missing", "ratelimited.second-of-a-bucket-of-one"),
        ("oauth.access.ratelimited--other-documented-code", "ratelimited.second-of-a-bucket-of-one"),
        ("oauth.access.failure-shape--ok-missing", "invalid_client_id.unknown-by-form"),
        ("oauth.access.via-post-form-basic--basic-not-read", "via-post-form-basic.accepted"),
        ("oauth.access.real-clients--refuses-slack-go-73cf207", "real-clients.slack-go-73cf207"),
    ],
)
def test_a_deviation_is_killed_by_the_case_that_is_made_for_it(name: str, case: str) -> None:
    outcome = attempt(KNOWN[name], CATALOG)
    assert outcome.standing is TrialStanding.KILLED, outcome.why
    assert f"{KNOWN[name].method}.{case}" in {symptom.case for symptom in outcome.kills}
    assert outcome.undeclared == ()
    assert outcome.stale == ()
    assert outcome.requests > 0


def _bound(fault: DeliberateFault) -> DeliberateFault:
    return fault.bound(METHOD)


def test_a_deviation_that_does_nothing_is_void() -> None:
    fault = _bound(DeliberateFault(rule="bad_redirect_uri", fault="idle", summary="It does nothing."))
    assert attempt(fault, CATALOG).standing is TrialStanding.VOID


def test_a_deviation_that_nobody_sees_survives() -> None:
    def noted(reply: Reply) -> Reply:
        return replace(reply, headers=(*reply.headers, ("x-note", "1")))

    fault = _bound(Answers(rule="bad_redirect_uri", fault="noted", summary="A header more.", change=noted))
    assert attempt(fault, CATALOG).standing is TrialStanding.SURVIVED


def test_a_deviation_that_crashes_the_sandbox_is_broken() -> None:
    def crash(_context: Context) -> bool:
        raise KeyError("deliberate")

    met = "redirect_uri.mismatch"
    fault = Renames(rule="bad_redirect_uri", fault="crash", summary="It crashes.", found=met, code="", when=crash)
    outcome = attempt(_bound(fault), CATALOG)
    assert outcome.standing is TrialStanding.BROKEN
    assert "deliberate" in outcome.why


def test_collateral_that_is_not_declared_is_seen() -> None:
    everything = Answers(
        rule="bad_redirect_uri",
        fault="broad",
        summary="Every refusal has the same code.",
        change=lambda reply: type(reply)({"ok": False, "error": "bad_redirect"}),
        when=lambda context: context.code is not None,
    )
    outcome = attempt(_bound(everything), CATALOG)
    assert outcome.standing is TrialStanding.KILLED
    assert len({symptom.rule for symptom in outcome.undeclared}) > 1


def test_a_fault_sees_no_request_to_another_method() -> None:
    """That is why only the cases of its own method are sent."""
    fault = KNOWN["oauth.access.invalid_charset--utf-16-let-pass"]
    with Sandbox(CATALOG, control=False, deviation=fault) as sandbox:
        judged, _ = examined(CATALOG.methods["apps.permissions.request"].cases, CATALOG, sandbox)
        assert {said.verdict for _, said in judged} == {Verdict.PASS}
        assert not sandbox.took_effect


def test_one_process_and_two_come_to_the_same() -> None:
    names = ["oauth.access.bad_redirect_uri--not-needed", "oauth.access.bad_redirect_uri--any-by-get"]
    alone = {outcome.name: outcome.kills for outcome in outcomes(names, 1)}
    assert {outcome.name: outcome.kills for outcome in outcomes(names, 2)} == alone
    assert set(alone) == set(names)
