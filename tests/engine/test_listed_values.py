"""Values of a profile that run out, were used before, or never worked: no target is accused of what they cause."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.edits.arguments import SetArgument
from slack_conformance.catalog.edits.orders import Again, AgainAfterRefusal, AtOnce, Then, Twice
from slack_conformance.catalog.values import AlteredValue
from slack_conformance.engine.plan import plan
from slack_conformance.sandbox.deviation import Deviation
from slack_conformance.sandbox.reply import Reply
from slack_conformance.target.profile import read_profile
from tests.engine.seeded import CATALOG, ONE_SHOT, carried, examined, target
from tests.results.build import cause_of, kind_of

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.catalog.edits.edit import Edit
    from slack_conformance.sandbox.context import Context
    from slack_conformance.sandbox.intake import Call, Received

pytestmark = pytest.mark.slow
METHOD = CATALOG.methods["oauth.access"]
REFUSABLE = [base for base in METHOD.bases.values() if METHOD.may_refuse(base)]
"""Bases that may take a code more, since what may be refused is confirmed with another."""
ABOUT_CODES = [case for case in CATALOG.cases if case.method == "oauth.access" and not case.is_copy]


class _Tireless(Deviation):
    """Takes the same value as often as it comes."""

    def spends(self, context: Context) -> bool:
        del context
        return False


@pytest.mark.parametrize("count", [1, 3, 20])
def test_lists_that_run_out(tmp_path: Path, count: int) -> None:
    """Nothing is judged with a value that nobody has given, and no made-up one reaches an edited request."""
    with target(tmp_path) as found:
        run = examined(found.write(**{name: found.listed(name, count) for name in ONE_SHOT}))
    assert run.having("FAIL", "WARN", "ENGINE") == []
    assert run.having("PASS")
    assert run.withdrawn == {}
    causes = {cause_of(record).text for record in run.records.values() if record.cause}
    assert any(f"has none left after {count}" in text for text in causes)
    assert not [request.body for request in run.requests if b"=no-" in (request.body or b"")]


def _sends_a_value_twice(edit: Edit | None) -> bool:
    """Whether a code is sent twice; a refusal in a state that the profile lacks is not sent at all."""
    if isinstance(edit, Twice):
        return isinstance(edit.edit, SetArgument) and edit.edit.name != "code"
    return isinstance(edit, AgainAfterRefusal) or edit == Again("same") or getattr(edit, "carries", "") == "same"


def _alters_the_code(edit: Edit | None) -> bool:
    """Whether a code is taken, but another text is sent that does not contain it."""
    return isinstance(edit, SetArgument) and isinstance(edit.value, AlteredValue) and edit.name == "code"


def test_as_many_values_are_taken_as_requests_carry_one(tmp_path: Path) -> None:
    """And as many as the plan foresees: none for the other method, nor for an edit that replaces or drops it."""
    taken: dict[str, list[str]] = {name: [] for name in ONE_SHOT}
    with target(tmp_path) as found:
        profile = read_profile(found.write(**{name: found.listed(name) for name in ONE_SHOT}), CATALOG)
        more = {name: iter(found.values[name] * 3) for name in ONE_SHOT}

        def draw(name: str) -> str:
            taken[name].append(next(more[name]))
            return taken[name][-1]

        planned = plan(CATALOG, profile, ABOUT_CODES)
        assert taken == {"trigger": [], "code": []}
        minted = {name: replace(profile.values[name], draw=partial(draw, name)) for name in ONE_SHOT}
        run = examined(replace(profile, values={**profile.values, **minted}), ABOUT_CODES)
    assert run.having("FAIL", "WARN") == []
    assert taken["trigger"] == []
    (need,) = planned.needs
    assert len(taken["code"]) <= need.needed <= len(taken["code"]) + len(REFUSABLE)
    assert len(taken["code"]) == len(set(taken["code"])) < len(run.requests)
    carrying = [request for request in run.requests if any(carried(request, code) for code in taken["code"])]
    twice = [case for case in ABOUT_CODES if _sends_a_value_twice(case.edit)]
    at_once = [case.edit for case in ABOUT_CODES if isinstance(case.edit, AtOnce)]
    thrice = [case for case in ABOUT_CODES if case.edit == Again("same-twice")]
    raced = sum(edit.rounds * (edit.requests - 1) for edit in at_once)
    altered = [case for case in ABOUT_CODES if _alters_the_code(case.edit)]
    assert len(carrying) == len(taken["code"]) + len(twice) + 2 * len(thrice) + raced - len(altered)


def test_a_second_run_with_the_same_values(tmp_path: Path) -> None:
    """A file that is kept gives used values; one that is not goes on where the first run ended."""
    kept = [case for case in ABOUT_CODES if "redirect_uri" in case.id or "code" in case.rule.name]
    with target(tmp_path) as found:
        path = found.write(code=found.in_file("code", keep=True))
        first = examined(path, kept)
        assert (first.having("FAIL", "WARN"), "used-value" in first.kinds()) == ([], False)
        second = examined(path, kept)
        assert second.having("FAIL", "WARN") == []
        assert "used-value" in second.kinds()
        found.values["code"] = found.values["code"][-40:]
        path = found.write(code=found.in_file("code"))
        third = examined(path, kept)
        assert third.having("FAIL", "WARN") == []
        assert len((tmp_path / "codes.txt").read_text("utf-8").split()) < 40


def test_one_value_that_stays_the_same(tmp_path: Path) -> None:
    """A target that takes it once is not accused of anything; one that takes it again is, for just that."""
    with target(tmp_path) as found:
        run = examined(found.write(code=json.dumps(found.values["code"][0])), ABOUT_CODES)
        assert run.having("FAIL", "WARN") == []
        assert run.withdrawn == {}
        assert "used-value" in run.kinds()
    with target(tmp_path, _Tireless()) as found:
        run = examined(found.write(code=json.dumps(found.values["code"][0])), ABOUT_CODES)
        wrong = run.having("FAIL", "WARN")
        at_once = "sent 8 times at once with the same values, in 5 rounds: 40 attempts"
        as_another = {case.edit.words() for case in ABOUT_CODES if isinstance(case.edit, Then)}
        assert {run.records[case].edit_text for case in wrong} == {"sent again, byte for byte", at_once, *as_another}
        assert len(run.having("PASS")) > 60


def test_values_that_never_worked_among_those_that_do(tmp_path: Path) -> None:
    """A refusal is asked for once more, with other values, before it counts."""
    with target(tmp_path) as found:
        mixed = [code if number % 4 else f"1.2.fake-code-{number}" for number, code in enumerate(found.values["code"])]
        run = examined(found.write(code=f"{{ list = {json.dumps(mixed)} }}"), ABOUT_CODES)
    assert run.having("FAIL", "WARN") == []
    assert run.withdrawn == {}
    assert len(run.having("PASS")) > 30


class _QuotedCharset(Deviation):
    """Refuses a charset in quotes as if the code were bad: nobody but the target is to blame."""

    def refuses(self, request: Received, call: Call) -> Reply | None:
        del call
        quoted = 'charset="' in (request.header("Content-Type") or "")
        return Reply(document={"ok": False, "error": "invalid_code"}) if quoted else None


def test_a_fault_that_looks_like_a_bad_value_is_found_all_the_same(tmp_path: Path) -> None:
    case = "oauth.access.invalid_charset.quoted-is-valid"
    with target(tmp_path, _QuotedCharset()) as found:
        path = found.write(code=found.listed("code", 200))
        run = examined(path, ABOUT_CODES)
        assert run.having("FAIL", "WARN") == [case]
        roles = [exchange.role for exchange in run.records[case].exchanges]
        assert roles == ["recheck", "base", "edited"]


def test_without_another_value_to_confirm_it_nobody_is_accused(tmp_path: Path) -> None:
    (case,) = [case for case in ABOUT_CODES if case.id.endswith("quoted-is-valid")]
    found_with = {}
    for count in range(1, 20):
        with target(tmp_path, _QuotedCharset()) as found:
            run = examined(found.write(code=found.listed("code", count)), [case])
        record = run.records[case.id]
        found_with[record.verdict, kind_of(record)] = count
    assert list(found_with) == [("INCONCLUSIVE", "no-value"), ("INCONCLUSIVE", "value-in-doubt"), ("WARN", None)]


def test_the_plan_counts_values_beforehand(tmp_path: Path) -> None:
    with target(tmp_path) as found:
        path = found.write(
            "[state.email-unverified]", f"code = {found.listed('code', 2)}", code=found.listed("code", 60)
        )
        lines = plan(CATALOG, read_profile(path, CATALOG), ABOUT_CODES).lines(whole=True)
        run = examined(path, ABOUT_CODES)
    (line,) = [line for line in lines if line.startswith("code: ")]
    found_in = re.fullmatch(
        r"code: at most (\d+) needed, 60 in the list values.code: at least (\d+) cases will lack one", line
    )
    assert found_in is not None
    lacking = [one for one in run.records.values() if one.cause and "none left after 60" in cause_of(one).text]
    assert 0 <= len(lacking) - int(found_in[2]) <= len(REFUSABLE)
    assert "code of email-unverified: at most 2 needed, 2 in the list state.email-unverified.code" in lines
