"""Refusals that are asked for twice: a target that says yes to everything after a while does not get away with it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from slack_conformance.engine import Engine
from slack_conformance.engine.plan import plan
from slack_conformance.engine.twice import MOST, asked_twice
from slack_conformance.results.terms import Code, Role, Verdict
from slack_conformance.run.evidence import Examiner
from slack_conformance.target.sources import Source
from slack_conformance.target.stock import Listed
from tests.engine.small_servers import CATALOG, B, Mock, Said, ok, profile, served

if TYPE_CHECKING:
    from slack_conformance.results.model import CaseResult
    from tests.engine.small_servers import Asked

BASE = f"{B}.via-post-form.accepted"
CASE = f"{B}.bad_client_secret.wrong-by-form"
CASES = {case.id: case for case in CATALOG.cases}


@dataclass
class Moody(Mock):
    """Says yes to everything while it is tired."""

    tired: bool = False

    def oauth(self, asked: Asked) -> Said:
        """Exchange a code."""
        return ok() if self.tired and asked.arguments.get("client_secret") else super().oauth(asked)


def seeded(seed: int) -> Random:
    """Return numbers that are the same for the same seed."""
    return Random(seed)  # noqa: S311 - no secret


def examined(*, tired_at_first: bool = False, tired_at_last: bool = False) -> CaseResult:
    """Return the result of a case that is asked twice, with another case before it."""
    server = Moody()
    with served(server) as url:
        examiner = Examiner(Engine(CATALOG, profile(url), asked_twice=frozenset({CASE})))
        if tired_at_first:  # once the method is known to refuse something
            examiner.engine.session.base(CATALOG.methods[B], CASES[CASE].base)
            assert examiner.engine._preflight.cause(CATALOG.methods[B]) is None
            examiner.engine._preflight.trials.clear()
            server.tired = True
        assert examiner.examine(CASES[BASE]).result.verdict is Verdict.PASS
        server.tired = tired_at_last
        try:
            return examiner.examine(CASES[CASE]).result
        finally:
            examiner.engine.close()


def test_a_target_that_refuses_in_the_end_too_passes() -> None:
    result = examined()
    assert (result.verdict, result.got) == (Verdict.PASS, 'error "bad_client_secret"')
    assert [one.role for one in result.exchanges] == [Role.BASE, Role.AGAIN, Role.EDITED]


def test_one_that_accepts_everything_in_the_end_is_found_by_the_rule_of_the_case() -> None:
    result = examined(tired_at_last=True)
    assert [(one.rule, one.code) for one in result.findings] == [(f"{B}.bad_client_secret", Code.NOT_REFUSED)]
    assert result.got == 'ok:true (at the beginning of the run it got error "bad_client_secret")'
    assert ["bad_client_secret" in (one.answer.body if one.answer else "") for one in result.exchanges] == [
        False,
        True,
        False,
    ]


def test_so_is_one_that_accepted_it_at_first() -> None:
    result = examined(tired_at_first=True)
    assert [(one.rule, one.code) for one in result.findings] == [(f"{B}.bad_client_secret", Code.NOT_REFUSED)]
    assert result.got == 'ok:true (at the end of the run it got error "bad_client_secret")'


def test_a_share_is_drawn_and_none_of_a_few_cases() -> None:
    drawn = asked_twice(CATALOG.cases, CATALOG, None, seeded(1))
    assert len(drawn) == MOST
    assert (
        drawn
        == asked_twice(reversed(CATALOG.cases), CATALOG, None, seeded(1))
        != asked_twice(CATALOG.cases, CATALOG, None, seeded(2))
    )
    assert all("ok" not in CASES[name].accept and CASES[name].edit is not None for name in drawn)
    assert asked_twice([CASES[CASE]], CATALOG, None, seeded(1)) == frozenset()


def test_no_value_of_a_list_is_used_for_it() -> None:
    """Only a request that sends another value instead may be asked for twice."""
    listed = Source(
        str, fresh=True, secret=True, said="list", origin="x", once=True, stock=Listed("a list", ["code-1"])
    )
    target = profile("http://127.0.0.1:1/api/", code=listed)
    ours = [case for case in CATALOG.cases if case.method == B]
    for seed in range(20):
        for name in asked_twice(ours, CATALOG, target, seeded(seed)):
            assert getattr(CASES[name].edit, "name", "") == "code"


def test_the_plan_counts_them() -> None:
    cases = [case for case in CATALOG.cases if case.method == B]
    target = profile("http://127.0.0.1:1/api/")
    drawn = asked_twice(cases, CATALOG, target, seeded(1))
    once, twice = plan(CATALOG, target, cases), plan(CATALOG, target, cases, asked_twice=drawn)
    assert once.target < twice.target <= once.target + len(drawn)
