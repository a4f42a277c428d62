"""Each check, both ways: what it finds where a rule is broken, and that it finds nothing where it is kept."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import Strength
from slack_conformance.judge.checks import CHECKS, findings
from slack_conformance.judge.model import Shown
from slack_conformance.results.model import Finding
from slack_conformance.results.terms import Code, Level
from tests.invented import INVENTED
from tests.judge.build import A, B, answer, case, documented, shown, warned

if TYPE_CHECKING:
    from slack_conformance.wire.answer import Answer

RULES = {rule.id: rule for rule in INVENTED.rules}
ERROR, HARMLESS = f"{B}.bad_address.elsewhere", f"{B}.extra-cheese.true"
"""Characters of a text that was cut, the sign for it included."""


def found(check: str, edited: Answer, *, strength: Strength = Strength.MUST, **more: Any) -> list[Finding]:  # noqa: ANN401 - as `Shown` has them
    """Return what one check alone finds in an answer to a case of `pizza.order`."""
    rule = dataclasses.replace(RULES[f"{B}.status"], id="the.rule", check=check)
    each = list(CHECKS[check](shown(case(ERROR), edited, **more), rule, strength))
    assert all(finding.rule == "the.rule" and finding.nearest is None for finding in each)
    return each


def test_every_check_of_the_data_has_its_function() -> None:
    assert {rule.check for rule in load_catalog().rules} <= set(CHECKS)
    assert len(set(CHECKS.values())) == len(CHECKS)


def broken(check: str, edited: Answer, **more: Any) -> Finding:  # noqa: ANN401 - as `Shown` has them
    """Return the only finding, the same for every strength but for its level."""
    (must,) = found(check, edited, **more)
    (should,) = found(check, edited, strength=Strength.SHOULD, **more)
    assert (must.level, should.level) == (Level.FAIL, Level.WARN)
    assert structs.replace(should, level=Level.FAIL) == must
    return must


class TestRetryAfter:
    """A throttled answer says when to come again, in one of two forms."""

    @pytest.mark.parametrize("value", ["0", "30", " 7 ", "Fri, 31 Dec 1999 23:59:59 GMT", "2678400"])
    @pytest.mark.parametrize("name", ["Retry-After", "retry-after"])
    def test_readable(self, name: str, value: str) -> None:
        assert found("retry-after", answer("kitchen_busy", headers={name: value})) == []

    def test_missing(self) -> None:
        finding = broken("retry-after", answer("kitchen_busy"))
        assert (finding.code, finding.expected, finding.got) == (
            Code.RETRY_AFTER_MISSING,
            "a Retry-After header",
            "none",
        )

    @pytest.mark.parametrize("value", ["", "soon", "-1", "1.5", "٣", "2099-12-31T23:59:59Z"])
    def test_unreadable(self, value: str) -> None:
        finding = broken("retry-after", answer("kitchen_busy", headers={"Retry-After": value}))
        assert (finding.code, finding.got) == (Code.RETRY_AFTER_UNREADABLE, repr(value))
        assert finding.expected == "Retry-After: seconds or an HTTP date"

    @pytest.mark.parametrize("value", ["2678401", "1924905600", "Fri, 31 Dec 2099 23:59:59 GMT"])
    def test_of_no_use(self, value: str) -> None:
        """The second is the moment itself, in seconds since 1970."""
        finding = broken("retry-after", answer("kitchen_busy", headers={"Retry-After": value}))
        assert (finding.code, finding.got) == (Code.RETRY_AFTER_UNREADABLE, repr(value))
        assert finding.expected == "Retry-After: seconds or an HTTP date, within a month"

    def test_nothing_is_asked_of_a_success_or_of_a_refusal_for_something_else(self) -> None:
        assert found("retry-after", answer()) == []
        assert found("retry-after", answer("bad_voucher")) == []

    def test_a_status_tells_of_the_rate_too(self) -> None:
        assert broken("retry-after", answer("slow_down", status=429)).code is Code.RETRY_AFTER_MISSING


class TestStatus:
    """A success comes with 200; no page says anything about the status of a refusal."""

    def test_as_it_should_be(self) -> None:
        assert found("status", answer()) == []
        assert found("status", answer("bad_voucher", status=400)) == []

    @pytest.mark.parametrize("status", [199, 201, 429, 500])
    def test_another(self, status: int) -> None:
        finding = broken("status", answer(status=status))
        assert (finding.code, finding.expected, finding.got) == (
            Code.STATUS,
            "HTTP status 200",
            f"HTTP status {status}",
        )


class TestMediaType:
    """JSON is said to be JSON."""

    @pytest.mark.parametrize("value", ["application/json", "Application/JSON; charset=utf-8", " application/json ;x"])
    def test_json(self, value: str) -> None:
        assert found("media-type", answer(headers={"Content-Type": value})) == []

    @pytest.mark.parametrize("value", ["text/html", "application/json2", "x/y; application/json", "text/json"])
    def test_another(self, value: str) -> None:
        finding = broken("media-type", answer(headers={"Content-Type": value}))
        assert (finding.code, finding.expected, finding.got) == (
            Code.MEDIA_TYPE,
            "Content-Type: application/json",
            value,
        )

    def test_none(self) -> None:
        finding = broken("media-type", dataclasses.replace(answer(), headers=()))
        assert finding.got == "none"


class TestShape:
    """A success and a failure each look as their schema says; what is found shows no value."""

    def test_fitting(self) -> None:
        good = answer(access_token="not-a-secret", more={"a": [1]})
        assert found("success-shape", good) == []
        assert found("failure-shape", answer("bad_voucher", needed="a")) == []

    def test_each_looks_at_its_own_kind_of_answer_only(self) -> None:
        assert found("success-shape", answer("bad_voucher", warning=5)) == []
        assert found("failure-shape", answer(warning=5)) == []

    def test_a_missing_field(self) -> None:
        finding = broken("success-shape", answer(scope="a"))
        assert finding.code is Code.SHAPE
        assert finding.expected == "the answer: required ['ok', 'access_token']"
        assert finding.got == "the answer: an object with the keys ok, scope"

    @pytest.mark.parametrize(
        ("value", "sort"),
        [
            (5, "a number"),
            (1.5, "a number"),
            (None, "null"),
            (True, "true"),
            ({}, "an empty object"),
            (["not-a-secret"], "an array of 1"),
            ({"b": 1, "a": 2}, "an object with the keys a, b"),
        ],
    )
    def test_a_field_of_another_type(self, value: object, sort: str) -> None:
        finding = broken("success-shape", answer(access_token=value))
        assert (finding.expected, finding.got) == ("access_token: type 'string'", f"access_token: {sort}")

    def test_a_field_that_no_page_mentions_gets_a_warn_only(self) -> None:
        (finding,) = found("failure-shape", answer("bad_voucher", response_metadata={"messages": ["a", 7]}))
        assert (finding.level, finding.expected, finding.got) == (
            Level.WARN,
            "response_metadata.messages[1]: type 'string'",
            "response_metadata.messages[1]: a number",
        )

    def test_of_two_fields_the_promised_one_counts(self) -> None:
        finding = broken("success-shape", answer(warning=5, access_token=7))
        assert finding.got == "access_token: a number"

    @pytest.mark.parametrize("outcome", ["ok", "bad_voucher"])
    @pytest.mark.parametrize(
        "more",
        [
            {"warning": None},
            {"warning": "", "response_metadata": {"warnings": []}},
            {"response_metadata": None},
            {"response_metadata": {"warnings": None, "messages": None}},
            {"needed": None, "provided": None},
        ],
    )
    def test_a_field_that_is_empty_is_as_good_as_none(self, outcome: str, more: dict[str, Any]) -> None:
        said = answer(outcome, access_token="not-a-secret", **more)
        assert found("success-shape", said) + found("failure-shape", said) + found("both-places", said) == []

    def test_an_error_beside_success(self) -> None:
        (finding,) = found("success-shape", answer(access_token="not-a-secret", error="internal_error"))
        assert (finding.level, finding.got) == (Level.WARN, "error: a string of 14 characters")
        assert found("success-shape", answer(access_token="not-a-secret", error=None)) == []

    def test_an_empty_text(self) -> None:
        finding = broken("success-shape", answer(access_token=""))
        assert finding.got == "access_token: a string of 0 characters"


class TestNotPresented:
    """One permission request is shown to the user for a success, none for a refusal; only a journal can tell."""

    @pytest.mark.parametrize(("outcome", "requests"), [("ok", [{}]), ("bad_voucher", []), ("bad_voucher", None)])
    def test_as_it_should_be(self, outcome: str, requests: object) -> None:
        assert found("not-presented", answer(outcome), journal={"permission_requests": requests}) == []

    def test_without_a_journal_nothing_is_said(self) -> None:
        assert found("not-presented", answer("bad_voucher")) == []
        assert found("not-presented", answer()) == []

    @pytest.mark.parametrize(
        ("outcome", "requests", "expected"),
        [
            ("ok", [], "one permission request was presented to the user"),
            ("ok", [{}, {}], "one permission request was presented to the user"),
            ("ok", "many", "one permission request was presented to the user"),
            ("bad_voucher", [{}], "nothing was presented to the user"),
        ],
    )
    def test_too_many_or_too_few(self, outcome: str, requests: object, expected: str) -> None:
        finding = broken("not-presented", answer(outcome), journal={"permission_requests": requests})
        count = len(requests) if isinstance(requests, list) else 0
        said = "ok:true" if outcome == "ok" else 'error "bad_voucher"'
        assert (finding.code, finding.expected) == (Code.PRESENTED, expected)
        presented = "1 permission request" if count == 1 else f"{count} permission requests"
        assert finding.got == f"the journal of this world shows {presented} after {said}"

    def test_a_journal_without_the_key_shows_none(self) -> None:
        assert "shows 0 permission requests" in broken("not-presented", answer(), journal={}).got


class TestBothPlaces:
    """A warning stands in two places, in the right shape."""

    @pytest.mark.parametrize("edited", [answer(), warned("a"), warned("a", "b"), warned("a", "b", top=" b , a ")])
    def test_in_both_or_none(self, edited: Answer) -> None:
        assert found("both-places", edited) == []

    def test_in_one_only(self) -> None:
        finding = broken("both-places", warned("b", "a", top="c"))
        assert finding.code is Code.WARNING_ONE_PLACE
        assert finding.expected == "the same warnings in both places"
        assert finding.got == '\'warning\' says "c", \'response_metadata.warnings\' "a", "b"'
        assert broken("both-places", answer(warning="a")).code is Code.WARNING_ONE_PLACE
        assert broken("both-places", answer(response_metadata={"warnings": ["a"]})).code is Code.WARNING_ONE_PLACE

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"warning": 5}, "'warning' is not a string"),
            ({"warning": ["a"]}, "'warning' is not a string"),
            ({"warning": " , "}, "'warning' names nothing"),
            ({"response_metadata": []}, "'response_metadata' is not an object"),
            ({"response_metadata": {"warnings": "a"}}, "'response_metadata.warnings' is not a list of strings"),
            ({"response_metadata": {"warnings": ["a", 5]}}, "'response_metadata.warnings' is not a list of strings"),
            ({"warning": 5, "response_metadata": 5}, "'warning' is not a string"),
        ],
    )
    def test_of_another_shape(self, more: dict[str, Any], words: str) -> None:
        finding = broken("both-places", answer(**more))
        assert (finding.code, finding.got) == (Code.WARNING_SHAPE, words)
        assert finding.expected == "'warning' a string, 'response_metadata.warnings' a list of strings"

    def test_null_is_as_good_as_nothing(self) -> None:
        assert found("both-places", answer(warning=None, response_metadata=None)) == []
        assert found("both-places", answer(response_metadata={"warnings": None})) == []
        assert found("both-places", answer(response_metadata={"warnings": []})) == []


WARNED, STAYS_SILENT = f"{A}.needless_napkin.form-utf-8", f"{A}.missing_napkin.form-without-charset-is-silent"


def warning_findings(name: str, edited: Answer, strength: Strength = Strength.MUST) -> list[Finding]:
    """Return what the check of warnings finds in an answer to this case."""
    tried = case(name)
    return list(CHECKS["warning"](shown(tried, edited), tried.rule, strength))


class TestWarning:
    """A warning comes where it is due, in either place, and not where it is not."""

    @pytest.mark.parametrize(
        "edited",
        [
            warned("needless_napkin"),
            answer(warning="x, needless_napkin"),
            warned("needless_napkin", top=""),
        ],
    )
    def test_it_came(self, edited: Answer) -> None:
        assert warning_findings(WARNED, edited) == []

    def test_it_is_missing(self) -> None:
        (finding,) = warning_findings(WARNED, answer())
        assert finding == Finding(
            f"{A}.needless_napkin",
            Code.WARNING_MISSING,
            Level.FAIL,
            'warning "needless_napkin"',
            "ok:true",
            None,
        )
        (mild,) = warning_findings(WARNED, answer(), Strength.SHOULD)
        assert mild.level is Level.WARN

    def test_another_came(self) -> None:
        (finding,) = warning_findings(WARNED, warned("needless_napkins", "zzz"))
        assert finding.nearest == "needless_napkin"
        assert finding.got == 'ok:true, with warning "needless_napkins", "zzz"'
        (other,) = warning_findings(WARNED, warned("aaa", "needless_napkins"))
        assert other.nearest is None

    def test_a_silent_case_stays_silent(self) -> None:
        assert warning_findings(STAYS_SILENT, answer()) == []
        assert warning_findings(STAYS_SILENT, warned("of_another_kind")) == []
        assert warning_findings(WARNED, warned("needless_napkin", "missing_napkin")) == []

    def test_a_silent_case_does_not(self) -> None:
        (finding,) = warning_findings(STAYS_SILENT, warned("missing_napkin"))
        assert finding == Finding(
            f"{A}.missing_napkin",
            Code.WARNING_UNEXPECTED,
            Level.FAIL,
            "no documented warning",
            'ok:true, with warning "missing_napkin"',
            None,
        )
        (mild,) = warning_findings(STAYS_SILENT, warned("missing_napkin"), Strength.MAY)
        assert mild.level is Level.WARN


def test_findings_go_through_every_rule_of_the_case() -> None:
    throttled = case(f"{B}.kitchen_busy.second-of-a-bucket-of-one")
    kinds = [
        (finding.rule, finding.code, finding.level)
        for finding in findings(shown(throttled, answer("bad_voucher", status=429)))
    ]
    assert kinds == [
        (f"{B}.kitchen_busy", Code.WRONG_CODE, Level.FAIL),
        (f"{B}.retry-after", Code.RETRY_AFTER_MISSING, Level.WARN),
    ]


def test_findings_weigh_the_own_rule_as_the_case_says_and_others_no_more_than_that() -> None:
    shaped = case(f"{B}.success-shape.old-guest", strength=Strength.SHOULD)
    assert [(f.code, f.level) for f in findings(shown(shaped, answer()))] == [(Code.SHAPE, Level.WARN)]
    for name, verdict in (("via-post-form", Level.FAIL), ("via-get", Level.WARN)):
        beside = Shown(case(f"{B}.{name}.accepted"), INVENTED.methods[B], answer(status=500))
        levels = {f.rule: f.level for f in findings(beside)}
        assert levels == {f"{B}.success-shape": verdict, f"{B}.status": Level.WARN}


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("extra-cheese.true", Level.FAIL),
        ("list_not_wanted.brackets-in-a-value-are-valid", Level.FAIL),
        ("voucher_used.refused-request-uses-nothing", Level.WARN),
    ],
)
def test_every_success_is_held_against_its_form(name: str, weight: Level) -> None:
    """Whatever the case is about; the finding stands under the rule about the form alone."""
    found = findings(shown(case(f"{B}.{name}"), answer()))
    assert [(one.rule, one.code, one.level) for one in found] == [(f"{B}.success-shape", Code.SHAPE, weight)]
    assert findings(shown(case(f"{B}.{name}"), documented())) == []


def test_a_success_that_had_to_be_refused_has_no_form() -> None:
    assert [one.code for one in findings(shown(case(ERROR), answer()))] == [Code.NOT_REFUSED]


def test_the_outcome_of_another_rule_is_looked_at_as_well() -> None:
    both = case(f"{A}.no_badge.get-without-header")
    assert [rule.check for rule in both.also][:1] == ["outcome"]
    rules = [finding.rule for finding in findings(shown(both, answer()))]
    assert rules == [both.rule.id, both.also[0].id]


def test_a_rule_with_a_check_of_its_own_is_held_to_the_outcome_too() -> None:
    shaped = case(f"{B}.success-shape.old-guest")
    (refused,) = findings(shown(shaped, answer("bad_voucher")))
    assert (refused.code, refused.rule) == (Code.REFUSED, f"{B}.via-post-form"), "no success came that has a form"
