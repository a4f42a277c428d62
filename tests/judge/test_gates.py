"""Gates: what a base must show before its edited request is judged."""

from __future__ import annotations

import pytest

from slack_conformance.catalog.model import Gate
from slack_conformance.judge.judge import judge
from slack_conformance.results.terms import Code, Kind, Level, Verdict
from tests.judge.build import A, B, answer, documented, shown, warned
from tests.judge.named import (
    DIFFERS,
    DIFFERS_SHOULD,
    FAIL,
    HARMLESS,
    INCONCLUSIVE,
    MUST,
    PASS,
    SILENT,
    STAYS_SILENT,
    WARN,
    WARNED,
    case,
    cause,
    codes,
)


class TestGateOk:
    """The base must have succeeded, or the edit must have changed the answer into the wanted one."""

    def test_a_refused_base_leaves_everything_open(self) -> None:
        judged = judge(shown(case(MUST), answer("bad_voucher"), base=answer("bad_voucher")))
        assert (judged.verdict, judged.findings, judged.differential) == (INCONCLUSIVE, (), False)
        assert cause(judged).kind == "base-refused"

    def test_the_wanted_code_after_another_proves_it(self) -> None:
        judged = judge(shown(case(MUST), answer("bad_address"), base=answer("bad_voucher")))
        assert (judged.verdict, judged.seen, judged.differential) == (PASS, True, True)

    def test_the_wanted_code_that_the_base_drew_too_proves_nothing(self) -> None:
        judged = judge(shown(case(MUST), answer("bad_address"), base=answer("bad_address")))
        assert (judged.verdict, judged.seen) == (INCONCLUSIVE, False)

    @pytest.mark.parametrize("outcome", ["ok", "unknown_guest", "no_such_row"])
    def test_an_answer_other_than_the_wanted_one_is_not_a_failure(self, outcome: str) -> None:
        judged = judge(shown(case(MUST), answer(outcome), base=answer("bad_voucher")))
        assert (judged.verdict, judged.findings) == (INCONCLUSIVE, ())

    def test_success_where_the_base_is_refused_proves_nothing(self) -> None:
        judged = judge(shown(case(HARMLESS), answer(), base=answer("bad_voucher")))
        assert judged.verdict is INCONCLUSIVE

    def test_a_warning_that_the_edit_brought_proves_it(self) -> None:
        refused = warned("needless_napkin", outcome="bad_ticket")
        judged = judge(shown(case(WARNED), refused, base=answer("bad_ticket")))
        assert (judged.verdict, judged.seen, judged.differential, judged.findings) == (PASS, True, True, ())

    def test_a_warning_that_the_base_drew_too_proves_nothing(self) -> None:
        refused = warned("needless_napkin", outcome="bad_ticket")
        assert judge(shown(case(WARNED), refused, base=refused)).verdict is INCONCLUSIVE

    def test_another_warning_than_the_wanted_one_proves_nothing(self) -> None:
        refused = warned("missing_napkin", outcome="bad_ticket")
        assert judge(shown(case(WARNED), refused, base=answer("bad_ticket"))).verdict is INCONCLUSIVE

    def test_the_wanted_code_without_the_warning_proves_nothing(self) -> None:
        beside = case(f"{A}.needless_napkin.beside-an-error", gate=Gate.OK)
        judged = judge(shown(beside, answer("bad_ticket"), base=answer("bad_badge")))
        assert judged.verdict is INCONCLUSIVE

    def test_silence_after_a_refused_base_proves_nothing(self) -> None:
        loud = warned("needless_napkin", outcome="bad_ticket")
        quiet = case(STAYS_SILENT, accept=frozenset({"ok", "bad_ticket"}))
        assert judge(shown(quiet, answer("bad_ticket"), base=loud)).verdict is INCONCLUSIVE

    def test_what_is_wrong_beside_the_wanted_code_is_kept_as_a_warn_only(self) -> None:
        throttled = case(f"{B}.kitchen_busy.second-of-a-bucket-of-one")
        judged = judge(shown(throttled, answer("kitchen_busy"), base=answer("bad_badge")))
        assert (judged.verdict, codes(judged)) == (WARN, [Code.RETRY_AFTER_MISSING])
        assert judged.findings[0].level is Level.WARN


class TestGateSilent:
    """The base must not have drawn a documented warning; it need not succeed."""

    def test_a_base_that_warns_already_spoils_the_case(self) -> None:
        judged = judge(shown(case(SILENT), warned("missing_napkin"), base=warned("missing_napkin")))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, "base-not-silent")
        assert cause(judged).text == f"{A}: the base post-text already gets a warning."
        assert cause(judged).needs == "A base that gets no warning."

    def test_an_undocumented_warning_of_the_base_does_not(self) -> None:
        judged = judge(shown(case(SILENT), warned("missing_napkin"), base=warned("of_another_kind")))
        assert (judged.verdict, judged.seen) == (PASS, True)

    def test_no_refusal_is_held_against_a_target_that_refuses_the_base(self) -> None:
        """What refuses the one may refuse the other."""
        asked = case(f"{B}.address-only-if-sent.none-then-none-now")
        refused = answer("bad_voucher")
        assert judge(shown(asked, refused, base=answer())).verdict is FAIL
        judged = judge(shown(asked, refused, base=answer("bad_address")))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, Kind.BASE_REFUSED)
        assert judge(shown(asked, documented(), base=answer("bad_address"))).verdict is PASS

    @pytest.mark.parametrize("base", ["ok", "wrong_wrapping"])
    def test_a_silent_base_may_be_refused(self, base: str) -> None:
        good = judge(shown(case(SILENT), warned("missing_napkin", outcome="wrong_wrapping"), base=answer(base)))
        assert (good.verdict, good.seen, good.differential) == (PASS, True, False)
        bad = judge(shown(case(SILENT), answer(), base=answer(base)))
        assert (bad.verdict, bad.seen, codes(bad)) == (FAIL, False, [Code.WARNING_MISSING])
        # No page shows a refusal with a warning, so that one without it cannot be a FAIL.
        unclear = judge(shown(case(SILENT), answer("wrong_wrapping"), base=answer(base)))
        assert (unclear.verdict, unclear.seen, codes(unclear)) == (WARN, False, [Code.WARNING_MISSING])

    def test_a_warning_decides_whether_the_row_was_seen(self) -> None:
        judged = judge(shown(case(WARNED), answer()))
        assert (judged.verdict, judged.seen, codes(judged)) == (FAIL, False, [Code.WARNING_MISSING])


class TestGateDiffers:
    """The page promises the base no success: only an unrefused fault weighs more than a WARN."""

    def test_with_a_good_base_it_is_a_ladder_like_any_other(self) -> None:
        judged = judge(shown(case(DIFFERS), answer("bad_voucher")))
        assert (judged.verdict, judged.differential) == (FAIL, False)

    @pytest.mark.parametrize(
        ("name", "outcome", "verdict", "kinds"),
        [
            (DIFFERS, "wrong_alphabet", PASS, []),
            (DIFFERS, "bad_voucher", WARN, [Code.WRONG_CODE]),
            (DIFFERS, "no_such_row", WARN, [Code.UNDOCUMENTED_CODE]),
            (DIFFERS, "ok", FAIL, [Code.NOT_REFUSED]),
            (DIFFERS_SHOULD, "bad_badge", WARN, [Code.WRONG_CODE]),
            (DIFFERS_SHOULD, "ok", FAIL, [Code.NOT_REFUSED]),
        ],
    )
    def test_on_a_refused_base(self, name: str, outcome: str, verdict: Verdict, kinds: list[Code]) -> None:
        judged = judge(shown(case(name), answer(outcome), base=answer("wrong_wrapping")))
        assert (judged.verdict, codes(judged), judged.differential) == (verdict, kinds, True)
        assert all(finding.level == str(verdict) for finding in judged.findings)

    def test_what_the_base_gets_too_does_not_come_from_the_edit(self) -> None:
        judged = judge(shown(case(DIFFERS), answer("wrong_alphabet"), base=answer("wrong_alphabet")))
        assert (judged.verdict, judged.seen, cause(judged).kind) == (INCONCLUSIVE, False, "base-refused")

    def test_a_reading_by_which_base_and_edited_request_are_refused_alike(self) -> None:
        refused = answer("wrong_wrapping")
        judged = judge(shown(case(DIFFERS_SHOULD), refused, base=refused))
        assert (judged.verdict, judged.reading) == (PASS, ("DOC-92", "refused"))

    def test_without_values_an_equal_refusal_proves_nothing(self) -> None:
        refused, missing = answer("bad_badge"), {"token": "the profile gives none"}
        judged = judge(shown(case(DIFFERS_SHOULD), refused, base=refused, missing=missing))
        assert (judged.verdict, cause(judged).kind) == (INCONCLUSIVE, "no-value")
