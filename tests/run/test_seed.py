"""What a run draws follows from its seed; and no target passes because it knows what we send."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import OK
from slack_conformance.catalog.values import AlteredValue, BorrowedValue
from slack_conformance.engine import Engine
from slack_conformance.engine.scripts import exhausts
from slack_conformance.lab.prove.local import LocalCaller
from slack_conformance.results.terms import Verdict
from slack_conformance.run.cases import in_drawn_order
from slack_conformance.sandbox import Sandbox
from slack_conformance.target.control import ControlClient
from slack_conformance.target.profile import profile_of_url
from slack_conformance.wire.answer import read_answer
from slack_conformance.wire.sender import Exchange, Sender, Transport
from tests.run.lookup import record, replay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_conformance.catalog.model import Case
    from slack_conformance.engine.composing import Composed
    from slack_conformance.engine.engine import JudgedCase
    from slack_conformance.wire.answer import Answer
    from tests.running import Runner

pytestmark = pytest.mark.slow
CATALOG = load_catalog()
CASES = {case.id: case for case in CATALOG.cases}
RULE = "apps.permissions.request.invalid_array_arg"
AT_LEAST = 100
SUCCESS = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 33\r\n\r\n{"ok":true,"access_token":"fake"}'
)


def drawn(results: list[JudgedCase]) -> dict[str, str]:
    """Return the edit of each case with a class, in words, and the User-Agent of its request."""
    return {
        one.case.id: f"{one.case.edit.words()}, {dict(one.trial.sent[-1].exchange.request.headers)['User-Agent']}"
        for one in results
        if (edit := CASES[one.case.id].edit) is not None and edit.classes and one.case.edit and one.trial
    }


@cache
def recorded(seed: int) -> tuple[dict[str, str], dict[str, Answer]]:
    """Run against the sandbox with this seed, and return what was drawn, and the table of the answers."""
    table: dict[str, Answer] = {}
    results = record(CATALOG, table, seed)
    assert {one.judgement.verdict for one in results} == {Verdict.PASS}
    return drawn(results), table


def test_one_seed_draws_the_same_in_each_run_and_another_seed_does_not() -> None:
    """Also from other values of the target, since only their form counts."""
    again = drawn(record(CATALOG, {}, 1))
    assert again == recorded(1)[0]
    other = recorded(2)[0]
    assert sum(again[case] != other[case] for case in again) > len(again) / 2


def test_a_case_draws_the_same_alone_and_in_any_order() -> None:
    some = [CASES[name] for name in list(recorded(1)[0])[-8:]]
    with Sandbox(CATALOG, control=False) as sandbox:
        control = ControlClient(LocalCaller(sandbox, CATALOG))
        with Engine(CATALOG, profile_of_url(sandbox.url), control=control, seed=1) as engine:
            alone = drawn(list(engine.results(reversed(some))))
    assert alone == {name: text for name, text in recorded(1)[0].items() if name in alone}


def test_a_table_of_recorded_answers_does_not_pass() -> None:
    """It knows three runs by heart; what it accuses itself of are requests that it had never seen.

    Those of its own runs that it cannot know are near misses of values that are fresh in each run, and what a second
    request with a value from another world is answered.
    """
    table = recorded(1)[1] | recorded(2)[1] | recorded(3)[1]
    known, _ = replay(CATALOG, table, 3)
    assert all(cannot_be_known(CASES[one.case.id]) for one in known if one.judgement.verdict is Verdict.FAIL)
    results, target = replay(CATALOG, table, 4)
    failed = [one for one in results if one.judgement.verdict is Verdict.FAIL]
    assert AT_LEAST <= len(failed) <= target.missed
    for one in failed:
        case = CASES[one.case.id]
        assert cannot_be_known(case) or (case.edit and case.edit.classes)
        assert OK not in case.accept
        assert one.judgement.observed == OK


def cannot_be_known(case: Case) -> bool:
    """Return whether the case sends a value of the target, altered a little, or borrows one for a second request."""
    values = case.edit.values if case.edit is not None else ()
    return any(isinstance(value, AlteredValue | BorrowedValue) for value in values)


class AnyOfTheForm:
    """Sends to a sandbox, but takes every client secret and code that has the form of its own."""

    def __init__(self, form: dict[str, str]) -> None:
        """Take the pattern of each value that is not looked up."""
        self._form, self._sender, self.count = form, Sender(Transport()), 0

    def send(self, request: Composed) -> Exchange:
        """Turn a refusal of a well-formed value into a success."""
        self.count += 1
        exchange = self._sender.send(request)
        code = exchange.answer.outcome if exchange.answer.usable else ""
        texts = [*parse_qsl(urlsplit(request.url).query), *parse_qsl((request.body or b"").decode("latin-1"))]
        if code in self._form and any(re.fullmatch(self._form[code], text) for _, text in texts):
            return Exchange(request, exchange.sent, SUCCESS, read_answer(SUCCESS), 0.0)
        return exchange

    def send_together(self, requests: Sequence[Composed]) -> list[Exchange]:
        """Send one after the other."""
        return [self.send(request) for request in requests]

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()


def test_a_target_that_looks_at_the_form_only_is_caught_by_the_right_rules() -> None:
    form = {"bad_client_secret": r"[a-z0-9]{20,30}", "invalid_code": r"\d+\.\d+\.[a-z0-9]{12,30}"}
    cases = [
        case for case in CATALOG.methods["oauth.access"].cases if case.rule.name in {*form, "via-get", "via-post-form"}
    ]
    with Sandbox(CATALOG, control=False) as sandbox:
        control = ControlClient(LocalCaller(sandbox, CATALOG))
        with Engine(CATALOG, profile_of_url(sandbox.url), sender=AnyOfTheForm(form), control=control, seed=9) as engine:
            results = list(engine.results(cases))
    failed = {one.case.id.removeprefix("oauth.access.") for one in results if one.judgement.verdict is Verdict.FAIL}
    assert {"bad_client_secret.wrong-by-form", "bad_client_secret.wrong-by-get"} <= failed
    assert {"invalid_code.never-issued-by-form", "invalid_code.never-issued-by-get"} <= failed
    assert {name.partition(".")[0] for name in failed} == set(form)


def test_the_seed_stands_wherever_somebody_looks_for_it(command: Runner) -> None:
    done = command("run", "--seed", "77", "-k", RULE)
    header, *cases, _ = done.lines
    assert header["seed"] == 77
    assert "conformance: seed 77" in done.text
    assert "\nseed: 77\n" in done.text
    junit = ET.parse(done.folder / "reports/junit.xml")  # noqa: S314 - our own file
    assert {"name": "conformance-seed", "value": "77"} in [one.attrib for one in junit.iter("property")]
    assert "seed 77" in (done.folder / "reports/summary.md").read_text("utf-8")
    again = command("run", "--seed", "77", "-k", RULE)
    assert [(case["id"], case["edit"]) for case in cases] == [(case["id"], case["edit"]) for case in again.lines[1:-1]]


def test_each_run_draws_a_seed_of_its_own(command: Runner) -> None:
    fresh = {"CONFORMANCE_SEED": ""}
    seeds = {command("run", "-k", f"{RULE}.index", env=fresh).lines[0]["seed"] for _ in range(2)}
    assert len(seeds) == 2


def test_all_processes_have_one_seed(suite: Runner) -> None:
    done = suite("-n", "2", "-k", RULE, env={"CONFORMANCE_SEED": "77"})
    alone = suite("-k", RULE, "--conformance-seed=77")
    edits = [{case["id"]: case["edit"] for case in one.lines[1:-1]} for one in (done, alone)]
    assert edits[0] == edits[1]
    assert done.lines[0]["seed"] == 77


def test_a_seed_is_a_whole_number(command: Runner) -> None:
    done = command("run", "--seed", "x")
    assert done.code == 4
    assert "--seed: 'x' is not a whole number." in done.text


class Item:
    """As much of a pytest item as its order needs."""

    def __init__(self, case: str, path: str) -> None:
        """Run this case of a module."""
        self.nodeid, self.path = f"{path}::test[{case}]", path
        self.callspec = type("Spec", (), {"params": {"case": CASES.get(case)}})


def test_the_order_follows_from_the_seed_and_leaves_other_suites_alone() -> None:
    items = [Item(case.id, case.rule.concern) for case in CATALOG.cases]
    items.insert(3, Item("", "another"))

    def order(seed: int, given: list[Item]) -> list[Item]:
        return in_drawn_order(given, seed)  # type: ignore[arg-type, return-value]

    first = order(1, items)
    assert first[3].path == "another"
    assert sorted(map(id, first)) == sorted(map(id, items))
    assert [item.nodeid for item in order(1, items)] == [item.nodeid for item in first]
    assert [item.nodeid for item in order(2, items)] != [item.nodeid for item in first]
    modules = [item.path for item in first if item.path != "another"]
    assert sum(one != other for one, other in pairwise(modules)) == len(set(modules)) - 1


def test_cases_that_use_up_a_rate_limit_stay_last(suite: Runner) -> None:
    listed = [line for line in suite("--collect-only", "-q", "--conformance-seed=5").text.splitlines() if "[" in line]
    last = [line.partition("[")[2].rstrip("]") for line in listed]
    exhausting = {case.id for case in CATALOG.cases if exhausts(case)}
    assert exhausting == set(last[-len(exhausting) :])
