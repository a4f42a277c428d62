"""Every behaviour of the battery in both forms: the right verdict, the cause in words, in time, and nothing worse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.schema import validator
from slack_conformance.engine import Engine
from slack_conformance.results.io import to_text
from slack_conformance.results.terms import Kind, Verdict
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.profile import Profile
from tests.hostile.behaviours import BATTERY
from tests.hostile.patience import LIMIT_S, Watchful
from tests.hostile.target import BadTarget, Talk
from tests.results.build import cause_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_conformance.results.model import CaseResult

pytestmark = pytest.mark.slow
CATALOG = load_catalog()
BASE = "oauth.access.via-post-form.accepted"
MALFORMED = (
    "oauth.access.missing_post_type.form-without-header",
    "oauth.access.request_timeout.half-a-form",
    "oauth.access.invalid_charset.utf-16",
)
CASES = {case.id: case for case in CATALOG.cases if case.id in {BASE, *MALFORMED}}
SPEAKS_OF_OK = {
    "an-array",
    "byte-order-mark",
    "control-character",
    "duplicate-keys",
    "error-as-object",
    "hostile-key-twice",
    "huge-integer",
    "huge-number",
    "infinity",
    "lone-surrogate",
    "nested-arrays",
    "no-error",
    "not-a-number",
    "ok-as-text",
    "two-documents",
}
"""Behaviours in which the method itself answers, if wrongly: its bases are to blame, and what rests on them is not."""
NOTHING_OF_THE_METHOD = {
    Kind.NOTHING_THERE,
    Kind.TOO_SLOW,
    Kind.TARGET_DOWN,
    Kind.ANOTHER_API,
    Kind.INDISCRIMINATE,
}
"""What is said of all other behaviours where they are all that is seen."""
MOST_EXCHANGES = 40
LONGEST_RECORD = 250_000


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Run a conforming target behind the bad one."""
    with Sandbox(CATALOG) as running:
        yield running


def examined(target: BadTarget, sandbox: Sandbox, *, silent: bool = False) -> dict[str, CaseResult]:
    """Return the records of all cases, after a check of what holds for each whatever the target does.

    No exchange goes on beyond its limit: what hangs would do so for twice as long, and is cut off after a moment.
    """
    profile = Profile(url=target.url, name="bad", control=sandbox.control, limit_s=LIMIT_S, wait_s=0)
    examiner = Examiner(Engine(CATALOG, profile, sender=Watchful(target, silent=silent)), rerun="again {}".format)
    try:
        found = {name: examiner.examine(case) for name, case in CASES.items()}
    finally:
        examiner.engine.close()
    assert examiner.engine.session.sender.count <= MOST_EXCHANGES
    for evidence in found.values():
        record = evidence.result
        assert record.verdict != Verdict.ENGINE, evidence.proof
        line = to_text(record)
        validator("results.schema.json").validate(json.loads(line))
        assert len(line.encode()) <= LONGEST_RECORD
        assert all(exchange.ms <= LIMIT_S * 1000 for exchange in record.exchanges)
        assert "\x1b" not in evidence.proof
        assert "\u202e" not in evidence.proof
    return {name: evidence.result for name, evidence in found.items()}


@pytest.mark.parametrize("name", BATTERY)
def test_always(name: str, sandbox: Sandbox) -> None:
    behaviour = BATTERY[name]
    with BadTarget(sandbox.url, behaviour.act) as target:
        records = examined(target, sandbox, silent=behaviour.silent)
    assert (target.acted > 0, target.visitors) == (True, 0)
    for name_of_case, record in records.items():
        blamed = name in SPEAKS_OF_OK and name_of_case == BASE
        assert record.verdict == (Verdict.FAIL if blamed else behaviour.always), record.got
        if behaviour.always is Verdict.INCONCLUSIVE and not blamed:
            kinds = {Kind.UNREADABLE} if name in SPEAKS_OF_OK else NOTHING_OF_THE_METHOD
            assert cause_of(record).kind in kinds
            words = behaviour.words if behaviour.always_words is None else behaviour.always_words
            assert words in cause_of(record).text
            assert len(cause_of(record).text) < 700


@pytest.mark.parametrize("name", BATTERY)
def test_on_malformed_requests_only(name: str, sandbox: Sandbox) -> None:
    behaviour = BATTERY[name]
    with BadTarget(sandbox.url, behaviour.act, malformed=True) as target:
        records = examined(target, sandbox, silent=behaviour.silent)
    assert (target.acted > 0, target.visitors) == (True, 0)
    assert records[BASE].verdict == Verdict.PASS
    for case in MALFORMED:
        record = records[case]
        assert record.verdict == behaviour.malformed, record.got
        if behaviour.malformed is Verdict.FAIL:
            assert behaviour.code in {finding.code for finding in record.findings}
            assert behaviour.words in record.got
            assert record.cause is None
        if behaviour.malformed is Verdict.INCONCLUSIVE:
            assert cause_of(record).kind == "target-down"
            assert behaviour.words in cause_of(record).text


def test_the_battery_is_as_large_as_promised() -> None:
    assert len(BATTERY) >= 30


def test_a_conforming_answer_through_the_same_door_passes(sandbox: Sandbox) -> None:
    def behave(talk: Talk) -> bool:
        talk.send(talk.good())
        return True

    for malformed in (False, True):
        with BadTarget(sandbox.url, behave, malformed=malformed) as target:
            records = examined(target, sandbox)
        assert {record.verdict for record in records.values()} == {Verdict.PASS}
        assert target.acted > 0
