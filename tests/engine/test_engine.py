"""Cases run by any program: results come from an iterator, and a failure of the suite is a result too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.results.terms import Verdict
from slack_conformance.sandbox import Sandbox
from slack_conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_conformance.engine.composing import Composed
    from slack_conformance.wire.sender import Exchange

CATALOG = load_catalog()
CASES = CATALOG.methods["oauth.access"].cases[:3]


def test_results_come_one_by_one_and_bases_are_sent_again_at_the_end() -> None:
    with Sandbox(CATALOG) as sandbox:
        profile = profile_of_url(sandbox.url, "sandbox", sandbox.control)
        with Engine(CATALOG, profile) as engine:
            results = engine.results(CASES)
            first = next(results)
            sent = engine.session.requests.target
            assert (first.case.id, first.judgement.verdict) == (CASES[0].id, Verdict.PASS)
            assert [result.judgement.verdict for result in results] == [Verdict.PASS] * 2
            assert engine.session.requests.target > sent > 0
            assert engine.withdrawn() == {}


class _Breaks:
    """A sender with a fault of its own."""

    count, closed = 0, False

    def send(self, request: Composed) -> Exchange:
        raise LookupError(request.verb)

    def send_together(self, requests: Sequence[Composed]) -> list[Exchange]:
        return [self.send(request) for request in requests]

    def close(self) -> None:
        self.closed = True


def test_a_failure_of_the_suite_is_a_result_with_its_exception() -> None:
    sender = _Breaks()
    with Engine(CATALOG, profile_of_url("http://127.0.0.1:1/api/", "nowhere"), sender=sender) as engine:
        result = engine.run(CASES[0])
    assert result.judgement.verdict is Verdict.ENGINE
    assert isinstance(result.error, LookupError)
    assert result.judgement.cause is not None
    assert "LookupError" in result.judgement.cause.text
    assert sender.closed
