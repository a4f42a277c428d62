"""What happens once is reported as unstable, what comes again is the target's fault."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.lab.prove.local import LocalCaller
from slack_conformance.results.terms import Code, Kind, Level, Role, Verdict
from slack_conformance.sandbox import Sandbox
from slack_conformance.sandbox.deviation import Deviation
from slack_conformance.sandbox.reply import Reply
from slack_conformance.target.control import ControlClient
from slack_conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_conformance.catalog.model import Case
    from slack_conformance.engine.engine import JudgedCase
    from slack_conformance.sandbox.context import Context

CATALOG = load_catalog()
METHOD = CATALOG.methods["oauth.access"]
CASE = next(case for case in METHOD.cases if case.rule.name == "bad_client_secret" and case.base.name == "post-form")
ERROR = Reply({"ok": False, "error": METHOD.codes["storage.read"]})
PAGE = Reply(status=502, headers=(("Content-Type", "text/html"),), body=b"<p>Bad gateway</p>")


class _Now(Deviation):
    """Answers in another way whenever it is told to."""

    def __init__(self, instead: Reply, decides: Callable[[Context], bool]) -> None:
        self._instead, self._decides = instead, decides

    def reply(self, reply: Reply, context: Context) -> Reply:
        return self._instead if self._decides(context) else reply


def _run(cases: Sequence[Case], target: Deviation) -> list[JudgedCase]:
    with Sandbox(CATALOG, control=False, deviation=target) as sandbox:
        control = ControlClient(LocalCaller(sandbox, CATALOG))
        with Engine(CATALOG, profile_of_url(sandbox.url, "unstable"), control=control) as engine:
            return list(engine.results(cases))


def _nth_refusal(*numbers: int) -> Callable[[Context], bool]:
    seen = 0

    def decides(context: Context) -> bool:
        nonlocal seen
        seen += context.code is not None
        return context.code is not None and seen in numbers

    return decides


@pytest.mark.parametrize("instead", [ERROR, PAGE], ids=["error", "page"])
def test_what_does_not_come_again_is_unstable(instead: Reply) -> None:
    # The first refusals are those to the requests that are sent before the first case of the method.
    (known,) = _run([CASE], Deviation())
    assert known.judgement.verdict == "PASS"
    results = [_run([CASE], _Now(instead, _nth_refusal(number)))[0] for number in range(1, 8)]
    unstable = [result for result in results if result.judgement.verdict == "WARN"]
    assert unstable
    assert {result.judgement.verdict for result in results} <= {Verdict.PASS, Verdict.WARN}
    for result in unstable:
        (finding,) = result.judgement.findings
        assert (finding.code, finding.level, finding.rule) == (Code.UNSTABLE, Level.WARN, CASE.rule.id)
        assert result.trial is not None
        assert [step.role for step in result.trial.sent] == [Role.RECHECK, Role.BASE, Role.EDITED]


@pytest.mark.parametrize("instead", [ERROR, PAGE], ids=["error", "page"])
def test_what_comes_again_is_a_fault(instead: Reply) -> None:
    (result,) = _run([CASE], _Now(instead, lambda context: context.code == CASE.rule.code))
    assert result.judgement.verdict == "FAIL"
    assert Code.UNSTABLE not in {finding.code for finding in result.judgement.findings}


def test_two_errors_in_a_hundred_requests_fail_nothing() -> None:
    random = Random(7)  # noqa: S311 - nothing is secret here
    results = _run(METHOD.cases, _Now(ERROR, lambda _context: random.random() < 0.02))
    assert {result.judgement.verdict for result in results} <= {Verdict.PASS, Verdict.WARN, Verdict.INCONCLUSIVE}
    found = [finding for result in results for finding in result.judgement.findings]
    assert found
    assert {finding.code for finding in found} == {Code.UNSTABLE}
    causes = {result.judgement.cause.kind for result in results if result.judgement.cause}
    assert causes <= {Kind.BASE_REFUSED, Kind.NOT_AT_ONCE, Kind.NOT_REFUSED}
