"""A baseline is read strictly, and each entry accepts only what was observed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from slack_conformance.baseline.entries import Baseline, read_baseline
from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.schema import schema
from slack_conformance.results.model import CaseResult, Code, Known, Verdict
from tests.results.build import case_result, finding

from .build import CASE, CASES, OTHER, RULE, entry, write

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
    terms = Known("https://tracker.example/7", "The sandbox team", date(2999, 12, 31), "The gateway fills it in.")
    assert (judged.verdict, judged.known) == (Verdict(verdict), terms if verdict == "KNOWN" else None)


def test_comments_and_long_texts_do_not_confuse_the_lines(tmp_path: Path) -> None:
    """A comment above an entry belongs to it; a text that looks like one is refused before it can mislead."""
    first = "# Because of the old gateway.\n" + entry(reason='"""\nOne.\nTwo.\n"""')
    baseline = _read(tmp_path, first, entry(OTHER))
    assert (baseline.entries[CASE].block.first, baseline.entries[CASE].block.last) == (3, 14)
    assert baseline.entries[OTHER].block.header == 16
    with pytest.raises(DataError, match="Begin each with"):
        _read(tmp_path, entry(reason='"""\n[[known]]\n"""'))
