"""Answers that cannot be used: the base, asked again, shows whose fault it is; a gateway may speak for the method."""

from __future__ import annotations

import dataclasses

import pytest

from slack_conformance.judge.judge import judge
from slack_conformance.results.terms import Code, Kind, Verdict
from slack_conformance.wire.answer import read_answer
from slack_conformance.wire.flaws import Flaw
from tests.judge.build import GARBLED, SILENCE, B, answer, by_gateway, shown
from tests.judge.named import (
    CUT,
    DIFFERS,
    DOWN,
    FAIL,
    INCONCLUSIVE,
    MAY,
    MUST,
    PASS,
    SHOULD,
    WARN,
    case,
    cause,
    codes,
)


class TestUnusableBase:
    """On a base without a usable answer nothing can be built."""

    @pytest.mark.parametrize("edited", [answer("bad_address"), answer(), GARBLED, SILENCE])
    def test_whatever_came_after_it(self, edited: object) -> None:
        judged = judge(shown(case(MUST), edited, base=GARBLED))  # type: ignore[arg-type]  # answers all
        assert (judged.verdict, cause(judged).kind, judged.findings) == (INCONCLUSIVE, Kind.ANOTHER_API, ())
        assert cause(judged).text == (
            f"{B} gives no usable answer to its base post-form (POST, form, client id and secret as parameters): "
            "HTTP 502, no Content-Type: the body is HTML, not JSON: x."
        )


def test_a_compression_that_the_request_asks_for_is_no_fault() -> None:
    """Nor does it prove anything."""
    body = b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx"
    judged = judge(shown(case(MUST), read_answer(body, accepted="gzip, br"), recheck=answer()))
    assert (judged.verdict, cause(judged).kind, judged.findings) == (INCONCLUSIVE, Kind.CODING, ())
    assert "Content-Encoding 'br', which was asked for, cannot be read by this suite" in cause(judged).text
    blamed = judge(shown(case(MUST), read_answer(body), recheck=answer()))
    assert (blamed.verdict, codes(blamed)) == (FAIL, [Code.UNREADABLE])


class TestNoAnswer:
    """The base, asked again, tells whose fault it is."""

    @pytest.mark.parametrize(("edited", "code"), [(SILENCE, Code.NO_ANSWER), (GARBLED, Code.UNREADABLE)])
    @pytest.mark.parametrize(("name", "verdict"), [(MUST, FAIL), (SHOULD, WARN), (MAY, WARN)])
    def test_base_as_before(self, edited: object, code: Code, name: str, verdict: Verdict) -> None:
        judged = judge(shown(case(name), edited, recheck=answer()))  # type: ignore[arg-type]  # answers both
        assert (judged.verdict, codes(judged), judged.cause) == (verdict, [code], None)
        (finding,) = judged.findings
        assert (str(finding.level), finding.rule) == (verdict, case(name).rule.id)
        assert (finding.expected, finding.got) == (judged.expected, judged.got)

    def test_base_as_before_and_refused_where_the_gate_allows_it(self) -> None:
        refused = answer("wrong_wrapping")
        judged = judge(shown(case(DIFFERS), SILENCE, base=refused, recheck=refused))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.NO_ANSWER])

    def test_base_as_before_but_refused(self) -> None:
        refused = answer("bad_voucher")
        judged = judge(shown(case(MUST), SILENCE, base=refused, recheck=refused))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, "base-refused")

    @pytest.mark.parametrize("again", [None, SILENCE, GARBLED, answer("internal_error")])
    def test_base_broken_too(self, again: object) -> None:
        judged = judge(shown(case(MUST), SILENCE, recheck=again))
        assert (judged.verdict, cause(judged).kind, judged.findings) == (INCONCLUSIVE, Kind.TARGET_DOWN, ())
        assert cause(judged).text.startswith(f"{B}: the target stopped answering; its base post-form now gets ")
        assert cause(judged).needs == "A target that keeps answering."

    def test_the_cause_says_what_the_base_gets_now(self) -> None:
        assert cause(judge(shown(case(MUST), SILENCE, recheck=answer("internal_error")))).text.endswith(
            'now gets error "internal_error".',
        )
        assert cause(judge(shown(case(MUST), SILENCE))).text.endswith(
            "now gets no answer: the connection was closed without an answer.",
        )
        assert cause(judge(shown(case(MUST), SILENCE, recheck=GARBLED))).text.endswith(
            "now gets HTTP 502, an answer that cannot be read: the body is HTML, not JSON: x.",
        )


class TestGateway:
    """Where a reading lets a gateway answer in the method's place, its status is the outcome, and nothing else is."""

    @pytest.mark.parametrize(
        ("name", "status", "row"),
        [(CUT, 400, "DOC-89"), (CUT, 408, "DOC-89"), (DOWN, 503, "DOC-98")],
    )
    def test_a_status_that_a_reading_names(self, name: str, status: int, row: str) -> None:
        judged = judge(shown(case(name), by_gateway(status), recheck=answer()))
        assert (judged.verdict, judged.reading, judged.findings) == (PASS, (row, "gateway"), ())
        assert (judged.seen, judged.differential, judged.observed) == (False, False, "unreadable")

    @pytest.mark.parametrize(("name", "status"), [(CUT, 500), (CUT, 503), (CUT, 200), (DOWN, 400), (MUST, 400)])
    def test_another_status_or_another_case(self, name: str, status: int) -> None:
        judged = judge(shown(case(name), by_gateway(status), recheck=answer()))
        assert (judged.verdict, codes(judged), judged.reading) == (FAIL, [Code.UNREADABLE], None)

    def test_a_broken_answer_of_the_method_itself_is_not_a_gateways(self) -> None:
        own = dataclasses.replace(by_gateway(400), body=b'{"ok":"no"}', flaw=Flaw.SHAPE)
        judged = judge(shown(case(CUT), own, recheck=answer()))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.UNREADABLE])

    @pytest.mark.parametrize("again", [None, SILENCE, GARBLED, by_gateway(503), answer("internal_error")])
    def test_a_gateway_that_answers_the_base_too_has_no_target_behind_it(self, again: object) -> None:
        judged = judge(shown(case(DOWN), by_gateway(503), recheck=again))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, "target-down")

    def test_on_a_refused_base_it_is_the_difference_that_proves_it(self) -> None:
        refused = answer("bad_voucher")
        judged = judge(shown(case(CUT), by_gateway(400), base=refused, recheck=refused))
        assert (judged.verdict, judged.reading, judged.differential) == (PASS, ("DOC-89", "gateway"), True)
