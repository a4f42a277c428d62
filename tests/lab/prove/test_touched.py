"""Which cases a fault can touch: with the fault, every other case is judged as it is without."""

from __future__ import annotations

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.deviations import all_deviations
from slack_conformance.lab.prove.touched import KINDS, touched
from slack_conformance.lab.prove.trial import examined
from slack_conformance.results.terms import Verdict
from slack_conformance.sandbox import Sandbox

pytestmark = pytest.mark.slow
CATALOG = load_catalog()
METHOD = CATALOG.methods["oauth.access"]
KNOWN = all_deviations(CATALOG)


@pytest.mark.parametrize(
    "name",
    [
        "oauth.access.bad_redirect_uri--any-by-form",
        "oauth.access.failure-shape--ok-missing",
        "oauth.access.real-clients--refuses-slack-go-73cf207",
    ],
)
def test_a_case_that_a_fault_cannot_touch_passes_in_spite_of_it(name: str) -> None:
    assert isinstance(KNOWN[name], KINDS)
    cases = [case for case in METHOD.cases if not case.is_copy]
    possible = touched(CATALOG, METHOD, cases, {name: KNOWN[name]})[name]
    with Sandbox(CATALOG, control=False, deviation=KNOWN[name]) as sandbox:
        judged, _ = examined(cases, CATALOG, sandbox)
    not_passed = {case.id for case, judgement in judged if judgement.verdict is not Verdict.PASS}
    assert not_passed
    assert not_passed <= {case.id for case in possible}
    assert len(possible) < len(cases)
