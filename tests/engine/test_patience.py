"""Targets that hang: what that costs is bounded, is said, and is not held against what was never sent."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest

from slack_conformance.engine import Engine
from slack_conformance.engine.adapting import OF_A_METHOD, OF_A_WAY, Throttling
from slack_conformance.results.terms import Kind
from slack_conformance.target.world import Unreachable
from slack_conformance.wire.answer import TIME_IS_UP, read_answer
from slack_conformance.wire.request import Request
from slack_conformance.wire.sender import Exchange, Sender
from tests.cases import case_of
from tests.engine.small_servers import CATALOG, SECRET, A, B, examine, profile
from tests.results.build import cause_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_conformance.results.model import CaseResult

GOOD = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
REFUSED = GOOD[:-17] + b'43\r\n\r\n{"ok":false,"error":"bad_redirect_uri"}     '
LIMIT_S = 10.0
_BY_BASIC = ("Authorization", "Basic ")
ELSEWHERE = case_of(f"{B}.bad_redirect_uri")


class Hangs(Sender):
    """Sends nothing: a request for which `hangs` holds runs into the time limit at once, any other one succeeds."""

    def __init__(self, hangs: Callable[[Request], bool]) -> None:
        """Note nothing yet."""
        super().__init__()
        self._hangs, self.hung = hangs, 0

    def send(self, request: Request) -> Exchange:
        """Answer without a socket."""
        self.count += 1
        hangs = self._hangs(request)
        self.hung += hangs
        answer = read_answer(b"", request.verb, TIME_IS_UP) if hangs else read_answer(GOOD, request.verb)
        return Exchange(request, b"-", b"" if hangs else GOOD, answer, LIMIT_S * 1000 if hangs else 1.0)


def _examined(hangs: Callable[[Request], bool], *wanted: str) -> tuple[dict[str, CaseResult], Hangs, list[str]]:
    sender, lines = Hangs(hangs), list[str]()

    return examine(profile("http://127.0.0.1:1/api/"), wanted, lines.append, sender=sender), sender, lines


def _is_wrong(request: Request) -> bool:
    """Whether a request carries one of the values by which the cases provoke a refusal."""
    basic = [base64.b64decode(value[6:]).decode() for name, value in request.headers if (name, value[:6]) == _BY_BASIC]
    sent = "\n".join([request.url, (request.body or b"").decode(), *basic])
    return not all(re.search(rf"(?<![\w-]){right}(?![\w-])", sent) for right in (r"code-\d+", SECRET))


class _Slow(Sender):
    """Sends nothing: what is wrong is refused, anything else succeeds, and each request takes as long as it may."""

    def __init__(self) -> None:
        """Start at no time."""
        super().__init__()
        self.now = 0.0

    def send(self, request: Request) -> Exchange:
        """Answer without a socket."""
        self.count += 1
        self.now += LIMIT_S
        received = REFUSED if _is_wrong(request) else GOOD
        return Exchange(request, b"-", received, read_answer(received, request.verb), LIMIT_S * 1000)

    def monotonic(self) -> float:
        """Be the clock, too."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.now += seconds


@pytest.mark.parametrize("limit_s", [0.5, 25.0, 95.0])
def test_when_the_time_of_the_run_is_up_nothing_more_is_sent(limit_s: float) -> None:
    """What was begun is judged, the rest has that cause, and no case is withdrawn for it."""
    slow = _Slow()
    cases = [case for case in CATALOG.cases if case.method == B and "redirect_uri" in case.id]
    with Engine(CATALOG, profile("http://127.0.0.1:1/api/"), sender=slow, clock=slow, limit_s=limit_s) as engine:
        results = list(engine.results(cases))
        assert engine.withdrawn() == {}
    assert slow.now <= limit_s + LIMIT_S
    causes = {one.judgement.cause.kind for one in results if one.judgement.cause is not None}
    assert Kind.TIME_IS_UP in causes
    tried = [one for one in results if one.judgement.cause is None or one.judgement.cause.kind is not Kind.TIME_IS_UP]
    assert (len(tried) > 0) is (limit_s == 95.0)


def test_the_waits_for_a_method_that_throttles_are_bounded_in_all() -> None:
    """Each of them is short enough, and helps."""
    received = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n"
    exchange = Exchange(Request("GET", "http://127.0.0.1/", ()), b"", received, read_answer(received, "GET"), 1.0)
    throttling = Throttling(B)
    for _ in range(50):
        assert throttling.wait_s(exchange, 0, 5.0) == 2.0
        throttling.answered(1)
    with pytest.raises(Unreachable, match="has waited 100 s for it, and waits no longer than 20 times wait_s"):
        throttling.wait_s(exchange, 0, 5.0)


def test_a_target_that_hangs_costs_a_few_limits_and_says_so() -> None:
    """Three ways in for each method, whatever the number of cases; each line says how much time was lost."""
    records, sender, lines = _examined(lambda _: True, f"{A}.", f"{B}.")
    assert sender.hung == sender.count == 6
    assert {cause_of(record).kind for record in records.values()} == {Kind.TOO_SLOW}
    assert "no complete answer within the time limit" in cause_of(records[f"{B}.via-get.accepted"]).text
    assert lines[0] == f"{A} gives no complete answer to a GET within 10 s; 10 s in all" or B in lines[0]
    assert 2 <= len(lines) <= 6


def test_one_verb_that_hangs_does_not_hide_the_other() -> None:
    """The method is tested by what answers."""
    records, sender, _ = _examined(lambda request: request.verb == "GET", f"{B}.via-", ELSEWHERE)
    assert records[ELSEWHERE].verdict == "FAIL"
    assert sender.hung <= 2 * OF_A_WAY


def test_refusals_that_hang_are_found_and_given_up() -> None:
    """The first ones are faults of the target; the rest is not sent, and says why."""
    records, sender, _ = _examined(_is_wrong, f"{B}.invalid_code", f"{B}.bad_client_secret", f"{B}.not_authed")
    found = [record for record in records.values() if record.verdict == "FAIL"]
    given_up = [record for record in records.values() if kind_of(record) == Kind.TOO_SLOW]
    silent = [record for record in found if record.findings[0].code == "no-answer"]
    assert len(silent) >= OF_A_WAY
    assert given_up
    assert "in a row" in cause_of(given_up[-1]).text
    assert sender.hung <= 2 * OF_A_METHOD


def test_an_answer_begins_the_count_anew() -> None:
    """A target that hangs now and then is tested to the end."""
    requests = iter(range(10_000))
    records, _, _ = _examined(
        lambda request: _is_wrong(request) and next(requests) % 3 == 2, f"{B}.invalid_", f"{B}.bad_"
    )
    assert Kind.TOO_SLOW not in {kind_of(record) for record in records.values()}
