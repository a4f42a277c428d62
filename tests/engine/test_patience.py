"""Targets that hang: what that costs is bounded, is said, and is not held against what was never sent."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from slack_conformance.engine.adapting import OF_A_METHOD, OF_A_WAY
from slack_conformance.results.model import Kind
from slack_conformance.wire.answer import TIME_IS_UP, read_answer
from slack_conformance.wire.sender import Exchange, Sender
from tests.cases import case_of
from tests.engine.small_servers import SECRET, A, B, examine, profile
from tests.results.build import cause_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_conformance.results.model import CaseResult
    from slack_conformance.wire.request import Request

GOOD = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
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
