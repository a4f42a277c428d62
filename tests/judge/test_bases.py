"""A case of a base itself: a refusal is blamed on the target only where no value explains it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from slack_conformance.judge.judge import judge
from slack_conformance.results.terms import Code, Kind, Level
from slack_conformance.wire.flaws import Flaw
from tests.judge.build import GARBLED, SILENCE, A, B, answer, by_gateway, shown
from tests.judge.named import (
    BASE,
    BASE_SHOULD,
    FAIL,
    INCONCLUSIVE,
    PASS,
    WARN,
    WORKS,
    case,
    cause,
    codes,
)


class TestBaseItself:
    """A refused base is blamed on the target only where it cannot be for want of good values."""

    def test_accepted(self) -> None:
        judged = judge(shown(case(BASE), answer(access_token="not-a-secret")))
        assert (judged.verdict, judged.findings, judged.seen) == (PASS, (), False)

    def test_accepted_in_a_wrong_shape(self) -> None:
        judged = judge(shown(case(BASE), answer()))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.SHAPE])

    @pytest.mark.parametrize("edited", [answer("bad_voucher"), GARBLED, SILENCE])
    def test_refused_with_values_that_may_be_wrong(self, edited: object) -> None:
        judged = judge(shown(case(BASE), edited))  # type: ignore[arg-type]  # answers all
        assert (judged.verdict, judged.findings) == (INCONCLUSIVE, ())

    @pytest.mark.parametrize("more", [{"others": WORKS}, {"minted": True}, {"others": WORKS, "minted": True}])
    def test_refused_with_good_values(self, more: dict[str, Any]) -> None:
        judged = judge(shown(case(BASE), answer("bad_voucher"), **more))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.REFUSED])
        mild = judge(shown(case(BASE_SHOULD), answer("bad_voucher"), **more))
        assert (mild.verdict, codes(mild)) == (WARN, [Code.REFUSED])

    def test_no_usable_answer_though_another_base_has_one(self) -> None:
        assert codes(judge(shown(case(BASE), SILENCE, others=WORKS))) == [Code.NO_ANSWER]
        judged = judge(shown(case(BASE), GARBLED, others=WORKS, minted=True))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.UNREADABLE])
        assert [finding.rule for finding in judged.findings] == [f"{B}.via-post-form"], "no success came"
        mild = judge(shown(case(BASE_SHOULD), GARBLED, others=WORKS))
        assert (mild.verdict, codes(mild)) == (WARN, [Code.UNREADABLE])

    def test_an_answer_of_the_method_itself_that_cannot_be_read(self) -> None:
        own = dataclasses.replace(GARBLED, status=200, body=b'{"ok":"true"}', flaw=Flaw.SHAPE)
        judged = judge(shown(case(BASE), own))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.UNREADABLE, Code.UNREADABLE])
        assert [finding.rule for finding in judged.findings] == [f"{B}.via-post-form", f"{B}.success-shape"]
        mild = judge(shown(case(BASE_SHOULD), own))
        assert [(finding.rule, finding.level) for finding in mild.findings] == [
            (f"{B}.via-get", Level.WARN),
            (f"{B}.success-shape", Level.WARN),
        ]

    def test_a_success_where_a_refusal_is_due_needs_no_other_base(self) -> None:
        """No value that the profile lacks can explain it."""
        judged = judge(shown(case(f"{A}.via-post-json-arguments.accepted"), answer()))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.NOT_REFUSED])

    @pytest.mark.parametrize(("edited", "kind"), [(GARBLED, Kind.ANOTHER_API), (SILENCE, Kind.TARGET_DOWN)])
    def test_no_usable_answer_and_no_other_base(self, edited: object, kind: Kind) -> None:
        judged = judge(shown(case(BASE), edited, minted=True))  # type: ignore[arg-type]  # answers both
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, kind)

    @pytest.mark.parametrize("status", [404, 405])
    def test_a_way_that_is_not_there_where_the_method_is(self, status: int) -> None:
        """No value explains that; where nothing of the method was seen, it may be another API."""
        judged = judge(shown(case(BASE), by_gateway(status), others={"get": answer("bad_voucher")}))
        assert (judged.verdict, codes(judged)[0]) == (FAIL, Code.UNREADABLE)
        nowhere = judge(shown(case(BASE), by_gateway(status), others={"get": by_gateway(404)}))
        assert (nowhere.verdict, cause(nowhere).kind) == (INCONCLUSIVE, Kind.WAY_NOT_TAKEN)
        broken = judge(shown(case(BASE), by_gateway(503), others={"get": answer("bad_voucher")}))
        assert broken.verdict is INCONCLUSIVE
