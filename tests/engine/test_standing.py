"""A target that breaks near the end: what rested on its bases is withdrawn, what it accepted before is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.lab.deviations import all_deviations
from slack_conformance.sandbox import Sandbox
from slack_conformance.sandbox.deviation import Deviation
from slack_conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from slack_conformance.results.terms import Verdict
    from slack_conformance.sandbox.context import Context
    from slack_conformance.sandbox.reply import Reply

CATALOG = load_catalog()
RULE = "oauth.access.bad_client_secret"
FAULT = all_deviations(CATALOG)[f"{RULE}--any-by-form"]
CASES = [case for case in CATALOG.cases if case.rule.id == RULE]


class _BreaksAfter(Deviation):
    """Accepts any secret in a form, and refuses everything after a number of requests."""

    def __init__(self, requests: int | None) -> None:
        self._left = requests

    def refusal(self, code: str, context: Context) -> str | None:
        return FAULT.refusal(code, context)

    def condemns(self, context: Context) -> str | None:
        del context
        return "fatal_error" if self._left is not None and self._left < 0 else None

    def reply(self, reply: Reply, context: Context) -> Reply:
        del context
        if self._left is not None:
            self._left -= 1
        return reply


def _examined(requests: int | None) -> tuple[int, dict[str, Verdict], set[str]]:
    """Return the requests sent before the end, the verdicts, and the cases that are withdrawn."""
    with Sandbox(CATALOG, deviation=_BreaksAfter(requests)) as sandbox:
        profile = profile_of_url(sandbox.url, "breaks", sandbox.control)
        with Engine(CATALOG, profile) as engine:
            verdicts = {case.id: engine.run(case).judgement.verdict for case in CASES}
            sent = engine.session.requests.target
            return sent, verdicts, engine.withdrawn().keys() & verdicts.keys()


def test_what_was_accepted_is_not_withdrawn() -> None:
    sent, whole, withdrawn = _examined(None)
    assert withdrawn == set()
    failed = {case for case, verdict in whole.items() if verdict == "FAIL"}
    assert failed
    _, verdicts, withdrawn = _examined(sent - 1)
    assert {case for case, verdict in verdicts.items() if verdict == "FAIL"} == failed
    assert withdrawn
    assert withdrawn.isdisjoint(failed)
    assert {verdicts[case] for case in withdrawn} == {"PASS"}


def test_a_case_that_was_only_asked_first_is_not_withdrawn() -> None:
    """With several processes, another one judges it; the base that fails at the end is this one's."""
    first, *others = [case for case in CASES if case.edit is not None and case.base.name == "post-form"]
    with Sandbox(CATALOG, deviation=_BreaksAfter(12)) as sandbox:
        profile = profile_of_url(sandbox.url, "breaks", sandbox.control)
        with Engine(CATALOG, profile, asked_twice=frozenset({first.id})) as engine:
            for case in others:
                engine.run(case)
            shared = engine.session.bases["oauth.access", "post-form"]
            while engine.session.requests.target < 14:
                engine.run(others[0])
            withdrawn = engine.withdrawn()
    assert first.id in shared.cases
    assert withdrawn
    assert first.id not in withdrawn
