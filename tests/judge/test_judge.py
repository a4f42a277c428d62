"""The truth table of a verdict: gate, ladder and blame, on real cases and answers made by hand."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalog.model import Case, Gate, Strength
from conformance.judge.judge import judge
from conformance.results.model import Cause, Code, Kind, Level, Verdict
from conformance.wire.answer import Flaw
from tests.judge.build import GARBLED, SILENCE, A, B, answer, by_gateway, documented, method, shown, warned
from tests.judge.build import case as real_case

if TYPE_CHECKING:
    from conformance.judge.model import Judgement

MUST = f"{B}.bad_redirect_uri.other-host"
SHOULD = f"{MUST} as a should-rule"
MAY = f"{B}.single-channel.zero"
READINGS = f"{A}.invalid_trigger.never-issued-by-form"
HARMLESS = f"{B}.single-channel.true"
DIFFERS = f"{B}.invalid_charset.text-plain-utf-16"
DIFFERS_SHOULD = f"{A}.json_not_object.array"
SILENT = f"{A}.missing_charset.text-plain"
STAYS_SILENT = f"{A}.missing_charset.form-without-charset-is-silent"
WARNED = f"{A}.superfluous_charset.form-utf-8"
CUT = f"{B}.request_timeout.half-a-form"
DOWN = f"{B}.service_unavailable.maintenance"
BASE = f"{B}.via-post-form.accepted"
BASE_SHOULD = f"{B}.via-get.accepted"

WORKS = {"get": answer()}
"""Another base that succeeded."""

PASS, WARN, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.INCONCLUSIVE


def case(name: str, **changes: Any) -> Case:  # noqa: ANN401 - as the class has them
    """Return the case with this id, changed; that of a should-rule is one of a must-rule but for its strength."""
    if name == SHOULD:
        return real_case(MUST, strength=Strength.SHOULD, **changes)
    return real_case(name, **changes)


def codes(judged: Judgement) -> list[Code]:
    """Return the kinds of the findings."""
    return [finding.code for finding in judged.findings]


def cause(judged: Judgement) -> Cause:
    """Return the cause, which there must be."""
    assert judged.cause is not None
    return judged.cause


LADDER = [
    (MUST, "bad_redirect_uri", PASS, []),
    (MUST, "invalid_code", FAIL, [Code.WRONG_CODE]),
    (MUST, "bad_redirect_url", FAIL, [Code.UNDOCUMENTED_CODE]),
    (MUST, "ok", FAIL, [Code.NOT_REFUSED]),
    (SHOULD, "bad_redirect_uri", PASS, []),
    (SHOULD, "invalid_code", WARN, [Code.WRONG_CODE]),
    (SHOULD, "no_such_row", WARN, [Code.UNDOCUMENTED_CODE]),
    (SHOULD, "ok", FAIL, [Code.NOT_REFUSED]),
    (HARMLESS, "ok", PASS, []),
    (HARMLESS, "invalid_arguments", FAIL, [Code.REFUSED]),
    (HARMLESS, "no_such_row", FAIL, [Code.REFUSED]),
    (MAY, "ok", PASS, []),
    (MAY, "invalid_arguments", WARN, [Code.REFUSED]),
    (READINGS, "invalid_trigger", PASS, []),
    (READINGS, "invalid_trigger_id", PASS, []),
]


@pytest.mark.parametrize(("name", "outcome", "verdict", "kinds"), LADDER)
def test_ladder(name: str, outcome: str, verdict: Verdict, kinds: list[Code]) -> None:
    judged = judge(shown(case(name), documented(outcome)))
    assert (judged.verdict, codes(judged), judged.observed) == (verdict, kinds, outcome)
    assert (judged.cause, judged.differential) == (None, False)
    assert all(finding.rule == case(name).rule.id and finding.level == str(verdict) for finding in judged.findings)


def test_a_case_may_be_stricter_or_milder_than_its_rule() -> None:
    mild = case(MUST, strength=Strength.SHOULD)
    assert judge(shown(mild, answer("invalid_code"))).verdict is WARN
    milder = case(MUST, strength=Strength.MAY)
    assert judge(shown(milder, answer())).verdict is WARN


def test_own_code_is_seen_and_the_reading_that_was_followed_is_named() -> None:
    own = judge(shown(case(READINGS), answer("invalid_trigger")))
    assert (own.seen, own.reading) == (True, ("DOC-01", "table"))
    other = judge(shown(case(READINGS), answer("invalid_trigger_id")))
    assert (other.seen, other.reading) == (False, ("DOC-01", "example"))
    wrong = judge(shown(case(READINGS), answer("invalid_scope")))
    assert (wrong.seen, wrong.reading) == (False, None)


def test_a_seen_code_beside_a_broken_rule_is_not_seen() -> None:
    spoilt = case(f"{A}.ratelimited.second-of-a-bucket-of-one")
    judged = judge(shown(spoilt, answer("ratelimited", status=429)))
    assert (judged.verdict, judged.seen, codes(judged)) == (FAIL, False, [Code.RETRY_AFTER_MISSING])
    mild = judge(shown(dataclasses.replace(spoilt, strength=Strength.SHOULD), answer("ratelimited", status=429)))
    assert (mild.verdict, mild.seen, codes(mild)) == (WARN, True, [Code.RETRY_AFTER_MISSING])


def test_no_status_is_asked_of_a_refusal_for_the_rate() -> None:
    """The pages say nothing about it, so nothing is held against the target."""
    throttled = case(f"{A}.ratelimited.second-of-a-bucket-of-one")
    for status in (200, 429, 503):
        judged = judge(shown(throttled, answer("ratelimited", status=status, headers={"Retry-After": "3"})))
        assert (judged.verdict, judged.findings) == (PASS, ())


def test_expected_and_got_are_said_whatever_came() -> None:
    judged = judge(shown(case(MUST), answer("invalid_code")))
    assert (judged.expected, judged.got) == ('error "bad_redirect_uri"', 'error "invalid_code"')
    (finding,) = judged.findings
    assert (finding.expected, finding.got, finding.nearest) == (judged.expected, judged.got, None)
    (near,) = judge(shown(case(MUST), answer("bad_redirect_urls"))).findings
    assert near.nearest == "bad_redirect_uri"
    assert (
        judge(shown(case(WARNED), warned("superfluous_charset"))).got == 'ok:true, with warning "superfluous_charset"'
    )


def test_a_refusal_where_success_is_due_names_the_nearest_of_an_undocumented_code_only() -> None:
    (documented,) = judge(shown(case(HARMLESS), answer("invalid_arguments"))).findings
    (undocumented,) = judge(shown(case(HARMLESS), answer("invalid_argument"))).findings
    assert (documented.nearest, undocumented.nearest) == (None, "invalid_arguments")
    (success,) = judge(shown(case(MUST), answer())).findings
    assert success.nearest is None


class TestGateOk:
    """The base must have succeeded, or the edit must have changed the answer into the wanted one."""

    def test_a_refused_base_leaves_everything_open(self) -> None:
        judged = judge(shown(case(MUST), answer("invalid_code"), base=answer("invalid_code")))
        assert (judged.verdict, judged.findings, judged.differential) == (INCONCLUSIVE, (), False)
        assert cause(judged).kind == "base-refused"

    def test_the_wanted_code_after_another_proves_it(self) -> None:
        judged = judge(shown(case(MUST), answer("bad_redirect_uri"), base=answer("invalid_code")))
        assert (judged.verdict, judged.seen, judged.differential) == (PASS, True, True)

    def test_the_wanted_code_that_the_base_drew_too_proves_nothing(self) -> None:
        judged = judge(shown(case(MUST), answer("bad_redirect_uri"), base=answer("bad_redirect_uri")))
        assert (judged.verdict, judged.seen) == (INCONCLUSIVE, False)

    @pytest.mark.parametrize("outcome", ["ok", "invalid_client_id", "no_such_row"])
    def test_another_answer_than_the_wanted_one_is_no_failure(self, outcome: str) -> None:
        judged = judge(shown(case(MUST), answer(outcome), base=answer("invalid_code")))
        assert (judged.verdict, judged.findings) == (INCONCLUSIVE, ())

    def test_success_where_the_base_is_refused_proves_nothing(self) -> None:
        judged = judge(shown(case(HARMLESS), answer(), base=answer("invalid_code")))
        assert judged.verdict is INCONCLUSIVE

    def test_a_warning_that_the_edit_brought_proves_it(self) -> None:
        refused = warned("superfluous_charset", outcome="invalid_trigger")
        judged = judge(shown(case(WARNED), refused, base=answer("invalid_trigger")))
        assert (judged.verdict, judged.seen, judged.differential, judged.findings) == (PASS, True, True, ())

    def test_a_warning_that_the_base_drew_too_proves_nothing(self) -> None:
        refused = warned("superfluous_charset", outcome="invalid_trigger")
        assert judge(shown(case(WARNED), refused, base=refused)).verdict is INCONCLUSIVE

    def test_another_warning_than_the_wanted_one_proves_nothing(self) -> None:
        refused = warned("missing_charset", outcome="invalid_trigger")
        assert judge(shown(case(WARNED), refused, base=answer("invalid_trigger"))).verdict is INCONCLUSIVE

    def test_the_wanted_code_without_the_warning_proves_nothing(self) -> None:
        beside = case(f"{A}.superfluous_charset.beside-an-error", gate=Gate.OK)
        judged = judge(shown(beside, answer("invalid_trigger"), base=answer("invalid_auth")))
        assert judged.verdict is INCONCLUSIVE

    def test_silence_after_a_refused_base_proves_nothing(self) -> None:
        loud = warned("superfluous_charset", outcome="invalid_trigger")
        quiet = case(STAYS_SILENT, accept=frozenset({"ok", "invalid_trigger"}))
        assert judge(shown(quiet, answer("invalid_trigger"), base=loud)).verdict is INCONCLUSIVE

    def test_what_is_wrong_beside_the_wanted_code_is_kept_as_a_warn_only(self) -> None:
        throttled = case(f"{B}.ratelimited.second-of-a-bucket-of-one")
        judged = judge(shown(throttled, answer("ratelimited"), base=answer("invalid_auth")))
        assert (judged.verdict, codes(judged)) == (WARN, [Code.RETRY_AFTER_MISSING])
        assert judged.findings[0].level is Level.WARN


class TestGateSilent:
    """The base must not have drawn a documented warning; it need not succeed."""

    def test_a_base_that_warns_already_spoils_the_case(self) -> None:
        judged = judge(shown(case(SILENT), warned("missing_charset"), base=warned("missing_charset")))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, "base-not-silent")
        assert cause(judged).text == f"{A}: the base post-text already gets a warning."
        assert cause(judged).needs == "A base that gets no warning."

    def test_an_undocumented_warning_of_the_base_does_not(self) -> None:
        judged = judge(shown(case(SILENT), warned("missing_charset"), base=warned("of_another_kind")))
        assert (judged.verdict, judged.seen) == (PASS, True)

    def test_no_refusal_is_held_against_a_target_that_refuses_the_base(self) -> None:
        """What refuses the one may refuse the other."""
        asked = case(f"{B}.redirect-uri-only-if-sent.none-then-none-now")
        refused = answer("invalid_code")
        assert judge(shown(asked, refused, base=answer())).verdict is FAIL
        judged = judge(shown(asked, refused, base=answer("bad_redirect_uri")))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, Kind.BASE_REFUSED)
        assert judge(shown(asked, documented(), base=answer("bad_redirect_uri"))).verdict is PASS

    @pytest.mark.parametrize("base", ["ok", "invalid_post_type"])
    def test_a_silent_base_may_be_refused(self, base: str) -> None:
        good = judge(shown(case(SILENT), warned("missing_charset", outcome="invalid_post_type"), base=answer(base)))
        assert (good.verdict, good.seen, good.differential) == (PASS, True, False)
        bad = judge(shown(case(SILENT), answer(), base=answer(base)))
        assert (bad.verdict, bad.seen, codes(bad)) == (FAIL, False, [Code.WARNING_MISSING])
        # No page shows a refusal with a warning, so that one without it cannot be a FAIL.
        unclear = judge(shown(case(SILENT), answer("invalid_post_type"), base=answer(base)))
        assert (unclear.verdict, unclear.seen, codes(unclear)) == (WARN, False, [Code.WARNING_MISSING])

    def test_a_warning_decides_whether_the_row_was_seen(self) -> None:
        judged = judge(shown(case(WARNED), answer()))
        assert (judged.verdict, judged.seen, codes(judged)) == (FAIL, False, [Code.WARNING_MISSING])


class TestGateDiffers:
    """The page promises the base no success: only an unrefused fault weighs more than a WARN."""

    def test_with_a_good_base_it_is_a_ladder_like_any_other(self) -> None:
        judged = judge(shown(case(DIFFERS), answer("invalid_code")))
        assert (judged.verdict, judged.differential) == (FAIL, False)

    @pytest.mark.parametrize(
        ("name", "outcome", "verdict", "kinds"),
        [
            (DIFFERS, "invalid_charset", PASS, []),
            (DIFFERS, "invalid_code", WARN, [Code.WRONG_CODE]),
            (DIFFERS, "no_such_row", WARN, [Code.UNDOCUMENTED_CODE]),
            (DIFFERS, "ok", FAIL, [Code.NOT_REFUSED]),
            (DIFFERS_SHOULD, "invalid_auth", WARN, [Code.WRONG_CODE]),
            (DIFFERS_SHOULD, "ok", FAIL, [Code.NOT_REFUSED]),
        ],
    )
    def test_on_a_refused_base(self, name: str, outcome: str, verdict: Verdict, kinds: list[Code]) -> None:
        judged = judge(shown(case(name), answer(outcome), base=answer("invalid_post_type")))
        assert (judged.verdict, codes(judged), judged.differential) == (verdict, kinds, True)
        assert all(finding.level == str(verdict) for finding in judged.findings)

    def test_what_the_base_draws_too_does_not_come_from_the_edit(self) -> None:
        judged = judge(shown(case(DIFFERS), answer("invalid_charset"), base=answer("invalid_charset")))
        assert (judged.verdict, judged.seen, cause(judged).kind) == (INCONCLUSIVE, False, "base-refused")

    def test_a_reading_by_which_base_and_edited_request_are_refused_alike(self) -> None:
        refused = answer("invalid_post_type")
        judged = judge(shown(case(DIFFERS_SHOULD), refused, base=refused))
        assert (judged.verdict, judged.reading) == (PASS, ("DOC-02", "refused"))

    def test_without_values_an_equal_refusal_proves_nothing(self) -> None:
        refused, missing = answer("invalid_auth"), {"token": "the profile gives none"}
        judged = judge(shown(case(DIFFERS_SHOULD), refused, base=refused, missing=missing))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, "no-value")


class TestUnusableBase:
    """On a base without a usable answer nothing can be built."""

    @pytest.mark.parametrize("edited", [answer("bad_redirect_uri"), answer(), GARBLED, SILENCE])
    def test_whatever_came_after_it(self, edited: object) -> None:
        judged = judge(shown(case(MUST), edited, base=GARBLED))  # type: ignore[arg-type]  # answers all
        assert (judged.verdict, cause(judged).kind, judged.findings) == (INCONCLUSIVE, Kind.ANOTHER_API, ())
        assert cause(judged).text == (
            f"{B} gives no usable answer to its base post-form (POST, form, client id and secret as parameters): "
            "HTTP 502, no Content-Type: the body is HTML, not JSON: x."
        )


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
        refused = answer("invalid_post_type")
        judged = judge(shown(case(DIFFERS), SILENCE, base=refused, recheck=refused))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.NO_ANSWER])

    def test_base_as_before_but_refused(self) -> None:
        refused = answer("invalid_code")
        judged = judge(shown(case(MUST), SILENCE, base=refused, recheck=refused))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, "base-refused")

    @pytest.mark.parametrize("again", [None, SILENCE, GARBLED, answer("internal_error")])
    def test_base_broken_too(self, again: object) -> None:
        judged = judge(shown(case(MUST), SILENCE, recheck=again))
        assert (judged.verdict, cause(judged).kind, judged.findings) == (INCONCLUSIVE, Kind.TARGET_DOWN, ())
        assert cause(judged).text.startswith(f"{B}: the target stopped answering; its base post-form now gets ")
        assert cause(judged).needs == "A target that keeps answering."

    def test_the_cause_says_what_the_base_draws_now(self) -> None:
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
        [(CUT, 400, "DOC-46"), (CUT, 408, "DOC-46"), (DOWN, 503, "DOC-45")],
    )
    def test_a_status_that_a_reading_names(self, name: str, status: int, row: str) -> None:
        judged = judge(shown(case(name), by_gateway(status), recheck=answer()))
        assert (judged.verdict, judged.reading, judged.findings) == (PASS, (row, "gateway"), ())
        assert (judged.seen, judged.differential, judged.observed) == (False, False, "unreadable")

    @pytest.mark.parametrize(("name", "status"), [(CUT, 500), (CUT, 503), (CUT, 200), (DOWN, 400), (MUST, 400)])
    def test_another_status_or_another_case(self, name: str, status: int) -> None:
        judged = judge(shown(case(name), by_gateway(status), recheck=answer()))
        assert (judged.verdict, codes(judged), judged.reading) == (FAIL, [Code.UNREADABLE], None)

    def test_a_broken_answer_of_the_method_itself_is_no_gateways(self) -> None:
        own = dataclasses.replace(by_gateway(400), body=b'{"ok":"no"}', flaw=Flaw.SHAPE)
        judged = judge(shown(case(CUT), own, recheck=answer()))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.UNREADABLE])

    @pytest.mark.parametrize("again", [None, SILENCE, GARBLED, by_gateway(503), answer("internal_error")])
    def test_a_gateway_that_answers_the_base_too_has_no_target_behind_it(self, again: object) -> None:
        judged = judge(shown(case(DOWN), by_gateway(503), recheck=again))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, "target-down")

    def test_on_a_refused_base_it_is_the_difference_that_proves_it(self) -> None:
        refused = answer("invalid_code")
        judged = judge(shown(case(CUT), by_gateway(400), base=refused, recheck=refused))
        assert (judged.verdict, judged.reading, judged.differential) == (PASS, ("DOC-46", "gateway"), True)


class TestBaseItself:
    """A refused base is blamed on the target only where it cannot be for want of good values."""

    def test_accepted(self) -> None:
        judged = judge(shown(case(BASE), answer(access_token="not-a-secret")))
        assert (judged.verdict, judged.findings, judged.seen) == (PASS, (), False)

    def test_accepted_in_a_wrong_shape(self) -> None:
        judged = judge(shown(case(BASE), answer()))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.SHAPE])

    @pytest.mark.parametrize("edited", [answer("invalid_code"), GARBLED, SILENCE])
    def test_refused_with_values_that_may_be_wrong(self, edited: object) -> None:
        judged = judge(shown(case(BASE), edited))  # type: ignore[arg-type]  # answers all
        assert (judged.verdict, judged.findings) == (INCONCLUSIVE, ())

    @pytest.mark.parametrize("more", [{"others": WORKS}, {"minted": True}, {"others": WORKS, "minted": True}])
    def test_refused_with_good_values(self, more: dict[str, Any]) -> None:
        judged = judge(shown(case(BASE), answer("invalid_code"), **more))
        assert (judged.verdict, codes(judged)) == (FAIL, [Code.REFUSED])
        mild = judge(shown(case(BASE_SHOULD), answer("invalid_code"), **more))
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
        judged = judge(shown(case(BASE), by_gateway(status), others={"get": answer("invalid_code")}))
        assert (judged.verdict, codes(judged)[0]) == (FAIL, Code.UNREADABLE)
        nowhere = judge(shown(case(BASE), by_gateway(status), others={"get": by_gateway(404)}))
        assert (nowhere.verdict, cause(nowhere).kind) == (INCONCLUSIVE, Kind.WAY_NOT_TAKEN)
        broken = judge(shown(case(BASE), by_gateway(503), others={"get": answer("invalid_code")}))
        assert broken.verdict is INCONCLUSIVE


def test_judging_the_same_twice_says_the_same() -> None:
    evidence = shown(case(WARNED), warned("superfluous_charset", top="other"))
    assert judge(evidence) == judge(evidence)
    assert method(evidence.case).name == A
