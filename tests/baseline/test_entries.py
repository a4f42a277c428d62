"""A baseline is read strictly, and each entry accepts only what was observed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from slack_conformance.baseline.entries import Baseline, form_of, read_baseline
from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.schema import schema
from slack_conformance.results.exchange import RecordedAnswer, RecordedExchange, RecordedRequest
from slack_conformance.results.model import CaseResult, Known
from slack_conformance.results.terms import Code, Role, Verdict
from tests.results.build import case_result, finding

from .build import CASE, CASES, FAR, OTHER, RULE, entry, write

if TYPE_CHECKING:
    from pathlib import Path

INLINE = f"known = [{{{', '.join(entry().splitlines()[1:])}}}]"


def _read(folder: Path, *entries: str) -> Baseline:
    return read_baseline(folder / write(folder, *entries), CASES)


def _record(verdict: str, observed: str | None = "ok", *codes: str, case: str = CASE) -> CaseResult:
    findings = tuple(finding(code) for code in codes)
    return case_result(RULE, verdict=verdict, id=case, observed=observed, findings=findings)


def test_every_finding_can_be_accepted() -> None:
    """The schema's list of codes is the judge's."""
    known = schema("baseline.schema.json")["properties"]["known"]["items"]["properties"]["findings"]["items"]["enum"]
    assert known == [str(code) for code in Code]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (entry(ownr='"me"'), r"unknown key 'ownr'\. Did you mean 'owner'"),
        (entry(findings='["not-refusd"]'), r"'not-refusd' is not allowed here\. Did you mean 'not-refused'"),
        (entry(f"{RULE}.droped"), rf"baseline\.toml:4: case: there is no case .*\. Did you mean '{CASE}'"),
        (entry() + "\n" + entry(), r"baseline\.toml:13: case: .* already has an entry in line 4"),
        (entry(expires='"tomorrow"'), "a TOML date"),
        (entry(expires="2027-02-30"), "is not TOML"),
        (entry(expires='"2027-02-30"'), "is not a 'date'"),
        (entry(issue='"ABC-1"'), "Link to the issue"),
        (entry(reason='" "'), "Why it is accepted"),
        (entry(findings="[]"), "one more or one less"),
        (entry().replace('owner = "The sandbox team"\n', ""), "key 'owner' is missing"),
        (INLINE, r"Begin each with \[\[known\]\]"),
        ("[[knwon]]\n", "Did you mean 'known'"),
    ],
)
def test_slips_of_the_pen_are_refused(tmp_path: Path, text: str, words: str) -> None:
    """Each with file and place, and what was probably meant."""
    with pytest.raises(DataError, match=words):
        _read(tmp_path, text)


def test_an_empty_baseline_accepts_nothing(tmp_path: Path) -> None:
    """The last entry may go without the file."""
    assert not _read(tmp_path).entries
    assert not Baseline().entries


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        (_record("FAIL", "ok", "not-refused"), "KNOWN"),
        (_record("WARN", "ok", "not-refused"), "KNOWN"),
        (_record("FAIL", "ok", "not-refused", "not-refused"), "KNOWN"),
        (_record("FAIL", "ok", "not-refused", "status"), "FAIL"),
        (_record("FAIL", "invalid_code", "wrong-code"), "FAIL"),
        (_record("FAIL", "ok", "shape"), "FAIL"),
        (_record("PASS", "ok"), "PASS"),
        (_record("INCONCLUSIVE", "ok", "not-refused"), "INCONCLUSIVE"),
        (_record("ENGINE", "ok", "not-refused"), "ENGINE"),
        (_record("N/A", None), "N/A"),
        (_record("FAIL", "ok", "not-refused", case=OTHER), "FAIL"),
    ],
)
def test_an_entry_accepts_just_what_was_observed(tmp_path: Path, record: CaseResult, verdict: str) -> None:
    """Another code, one more finding, another case: nothing is hidden, and never what could not be judged."""
    judged = _read(tmp_path, entry()).judged(record)
    terms = Known("https://tracker.example/7", "The sandbox team", date.fromisoformat(FAR), "The gateway fills it in.")
    assert (judged.verdict, judged.known) == (Verdict(verdict), terms if verdict == "KNOWN" else None)


def _exchange(
    status: int = 200, kind: str = "application/json", body: str = '{"ok":true}', problem: str | None = None
) -> RecordedExchange:
    request = RecordedRequest("POST", "http://127.0.0.1/api/things.make", (), None, raw=False, note="")
    answer = RecordedAnswer(status, "OK", (("Content-Type", kind),), body) if status else None
    return RecordedExchange(Role.EDITED, request, answer, None, problem, 1.0)


@pytest.mark.parametrize(
    ("shown", "accepted"),
    [
        (_exchange(), True),
        (_exchange(kind="Application/JSON; charset=utf-8"), True),
        (_exchange(body='{ "ok" : true }'), True),
        (_exchange(status=500), False),
        (_exchange(kind="text/plain"), False),
        (_exchange(body='{"ok":true,"password":"fake"}'), False),
        (_exchange(body='{"ok":true,"warning":"superfluous_charset"}'), False),
        (_exchange(status=0, problem="no complete answer within the time limit"), False),
        (_exchange(problem="the body is not JSON"), False),
    ],
)
def test_an_entry_accepts_just_the_form_of_answer_that_was_observed(
    tmp_path: Path,
    shown: RecordedExchange,
    accepted: bool,  # noqa: FBT001 - a parameter
) -> None:
    """One that names none accepts any."""
    record = replace(_record("FAIL", "ok", "not-refused"), exchanges=(shown,))
    bound = _read(tmp_path, entry(answer='"200 application/json: ok"'))
    assert (bound.judged(record).verdict is Verdict.KNOWN) is accepted
    assert _read(tmp_path, entry()).judged(record).verdict is Verdict.KNOWN


def test_garbage_and_a_hang_are_told_apart_and_their_numbers_are_not() -> None:
    garbage, hang = (f"{text} ({{}} of 50 bytes)" for text in ("the body is cut", "no complete answer"))
    forms = [form_of(_exchange(problem=text.format(number))) for text in (garbage, hang) for number in (3, 4)]
    assert forms[0] == forms[1] != forms[2] == forms[3]


def test_nobody_accepts_anything_for_ever(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r":\d+: expires: more than two years from now\. Name a day until "):
        _read(tmp_path, entry(expires="9999-12-31"))


def test_comments_and_long_texts_do_not_confuse_the_lines(tmp_path: Path) -> None:
    """A comment above an entry belongs to it; a text that looks like one is refused before it can mislead."""
    first = "# Because of the old gateway.\n" + entry(reason='"""\nOne.\nTwo.\n"""')
    baseline = _read(tmp_path, first, entry(OTHER))
    assert (baseline.entries[CASE].block.first, baseline.entries[CASE].block.last) == (3, 14)
    assert baseline.entries[OTHER].block.header == 16
    with pytest.raises(DataError, match="Begin each with"):
        _read(tmp_path, entry(reason='"""\n[[known]]\n"""'))
