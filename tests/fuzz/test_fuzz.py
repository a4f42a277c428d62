"""The short form of the fuzz and of the soak, and what their own checks can see."""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.judge.model import Judgement
from slack_conformance.results.terms import Verdict
from slack_conformance.sandbox import Sandbox
from slack_conformance.sandbox.control import ControlApi
from slack_conformance.target.profile import profile_of_url
from slack_conformance.wire.answer import read_answer
from tests.fuzz import answers, server, soak
from tests.fuzz.answer_drafts import AnswerDraft
from tests.fuzz.answers import material, mutated_answer
from tests.fuzz.mutation import MUTATIONS, Problem
from tests.fuzz.reader import WellFormed, simply_read
from tests.wire.framing import GOOD, framed, zipped

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow
SEED = 1


def _shown(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))


def test_the_sandbox_survives_requests_that_no_client_sends() -> None:
    with Sandbox(load_catalog()) as sandbox:
        sent, combined = server.fuzzed(sandbox, SEED, requests=300, combinations=100)
    assert not sent.problems, _shown(sent.problems)
    assert not combined.problems, _shown(combined.problems)
    assert (sent.sent, combined.sent) == (300, 100)
    assert {200, 201, 400, 404} <= sent.statuses.keys()


def test_parser_and_judge_survive_answers_that_no_server_gives() -> None:
    report = answers.fuzzed(SEED, 250, cases=30)
    assert not report.problems, _shown(report.problems)
    assert report.judged == 250
    assert min(report.readings[one.value] for one in WellFormed) > 0
    assert {Verdict.PASS, Verdict.FAIL, Verdict.WARN} <= report.verdicts.keys()


def test_a_few_runs_leave_nothing_behind() -> None:
    report = soak.soaked(3, SEED, share=20)
    assert not report.problems, report.problems
    assert (report.runs, report.descriptors[0]) == (3, report.descriptors[1])


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
def test_a_mutation_follows_from_its_seed(mutation: Callable[[bytes, Random], bytes]) -> None:
    """Each changes something for some seed, and takes bytes of any number, none included."""
    drawn = {mutation(GOOD, Random(number)) for number in range(20)}  # noqa: S311 - no secret
    assert drawn == {mutation(GOOD, Random(number)) for number in range(20)}  # noqa: S311 - no secret
    assert drawn - {GOOD}
    for number in range(20):
        mutation(b"", Random(number))  # noqa: S311 - no secret


def test_mutated_answers_follow_from_their_seed() -> None:
    received = framed(GOOD, "Server: x")
    some = [[mutated_answer(received, Random(number)) for number in range(100)] for _ in range(2)]  # noqa: S311 - no secret
    assert some[0] == some[1]
    assert len(set(some[0])) > 50
    draft = AnswerDraft.of(received)
    assert draft is not None
    assert draft.written() == received


READ = {
    "a success": (framed(GOOD), WellFormed.YES),
    "gzip": (zipped(GOOD), WellFormed.YES),
    "a refusal": (framed(b'{"ok":false,"error":"x"}'), WellFormed.YES),
    "nothing": (b"", WellFormed.NO),
    "another version": (framed(GOOD).replace(b"HTTP/1.1", b"HTTP/2.0"), WellFormed.NO),
    "a byte is missing": (framed(GOOD)[:-1], WellFormed.NO),
    "a byte of gzip is missing": (zipped(GOOD)[:-1], WellFormed.NO),
    "no gzip": (framed(GOOD, "Content-Encoding: gzip"), WellFormed.NO),
    "more behind the gzip": (framed(gzip.compress(GOOD) + b"x", "Content-Encoding: gzip"), WellFormed.NO),
    "without ok": (framed(b'{"xk":true}'), WellFormed.NO),
    "ok as a number": (framed(b'{"ok":1}'), WellFormed.NO),
    "without error": (framed(b'{"ok":false}'), WellFormed.NO),
    "a key twice": (framed(b'{"ok":true,"ok":true}'), WellFormed.NO),
    "NaN": (framed(b'{"ok":true,"a":NaN}'), WellFormed.NO),
    "no UTF-8": (framed(b"\xff" + GOOD), WellFormed.NO),
    "very deep": (framed(b"[" * 100_000), WellFormed.NO),
    "a coding that Python lacks": (framed(GOOD, "Content-Encoding: br"), WellFormed.DOUBT),
    "an interim answer": (framed(GOOD, status="101 Switching"), WellFormed.DOUBT),
    "large when decompressed": (zipped(GOOD + b" " * 600_000), WellFormed.DOUBT),
}


@pytest.mark.parametrize("name", READ)
def test_the_simple_reader_says_no_only_where_it_is_sure(name: str) -> None:
    received, expected = READ[name]
    assert simply_read(received, "GET")[0] is expected


def test_a_lenient_parser_or_judge_would_be_seen() -> None:
    """A success without `ok` that is read as one, a PASS for it, and a PASS for a code that is not accepted."""
    catalog = load_catalog()
    case = next(one for one in catalog.cases if one.edit is not None and one.accept == {one.rule.code})
    with Sandbox(catalog) as sandbox:
        shown = material(sandbox, profile_of_url(sandbox.url, "sandbox"), [case])[0].shown
    passed = Judgement(Verdict.PASS, "", "", "")
    good, broken = read_answer(framed(GOOD)), read_answer(framed(b"{}"))
    say = answers.wrong
    assert say(replace(shown, edited=good), passed, WellFormed.NO, {}) == "usable, though not well-formed"
    assert say(replace(shown, edited=broken), passed, WellFormed.NO, {}) == "PASS, though not well-formed"
    assert say(replace(shown, edited=good), passed, WellFormed.YES, {"ok": True}).startswith("PASS for 'ok'")
    assert say(replace(shown, edited=good), passed, WellFormed.YES, {"ok": 1, "a": 2}) == "another document was read"
    assert not say(replace(shown, edited=broken), replace(passed, verdict=Verdict.FAIL), WellFormed.NO, {})


def test_a_failing_sandbox_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request to its control API raises; the problem tells seed, number and bytes."""
    with Sandbox(load_catalog()) as sandbox:
        fuzz = server.Fuzz(sandbox, SEED)
        hands = server._Hands(fuzz, 0)
        monkeypatch.setattr(ControlApi, "_admit", lambda *_: 1 / 0)
        assert sandbox.control is not None
        request = b"GET /conformance/v1 HTTP/1.1\r\nHost: x\r\n\r\n"
        hands.exchange(sandbox.control, request, 7, "half closed")
    assert [type(failure) for failure in sandbox.failures] == [ZeroDivisionError]
    assert fuzz.report.statuses == Counter({500: 1})
    text = str(fuzz.report.problems[0])
    assert "status 500" in text
    assert "seed 1, number 7" in text
    assert repr(request) in text


@pytest.mark.parametrize(
    "received", [b"x", b"HTTP/1.1 200 OK\r\n", framed(GOOD).replace(b"C", b"c")[:-1], b"HTTP/1.1 99 OK\r\n\r\n"]
)
def test_what_is_not_http_would_be_seen(received: bytes) -> None:
    with pytest.raises(ValueError, match=r"not HTTP|an answer has"):
        list(server.answers_in(received))
