"""Updating a baseline from a run: what is written by hand stays, and every change is reported."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some

from slack_conformance.baseline.entries import AcceptedOutcome, Baseline, outcome, read_baseline
from slack_conformance.baseline.update import Rebased, entry_text, quoted, rebased
from slack_conformance.catalog.datafile import DataError
from slack_conformance.results.model import Known
from slack_conformance.results.terms import Verdict
from tests.results.build import case_result, finding

from .build import CASE, CASES, FAR, OTHER, RULE, THIRD, entry, write

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.results.model import CaseResult

TERMS = Known("https://tracker.example/9", "Somebody", date.fromisoformat(FAR), "Later.")
OK = outcome("ok", ["not-refused"])
TEXTS = some.text(some.characters(exclude_categories=["Cs"]))


def _found(verdict: Verdict, outcome: AcceptedOutcome, terms: Known | None = None) -> CaseResult:
    """Return a result with this outcome; whose it is, its key in the mapping says."""
    findings = tuple(finding(code) for code in outcome.findings)
    return case_result(RULE, verdict=verdict, observed=outcome.observed, findings=findings, known=terms)


def _rebased(
    folder: Path, found: dict[str, CaseResult], *entries: str, strict: bool = False, partial: bool = True
) -> Rebased:
    return rebased(read_baseline(folder / write(folder, *entries), CASES), found, TERMS, strict=strict, partial=partial)


@given(TEXTS)
def test_any_text_survives(text: str) -> None:
    """Whatever a target says is written as TOML, on one line that holds nothing invisible."""
    written = quoted(text)
    assert tomllib.loads(f"value = {written}")["value"] == text
    assert written.isprintable()


def test_an_entry_is_read_back_as_it_was(tmp_path: Path) -> None:
    """Writer and reader agree."""
    (tmp_path / "new.toml").write_text(entry_text(CASE, OK, TERMS), encoding="utf-8")
    found = read_baseline(tmp_path / "new.toml", CASES).entries[CASE]
    assert (found.outcome, found.terms) == (OK, TERMS)


def test_new_entries_come_after_what_stands_there(tmp_path: Path) -> None:
    """Kept to the letter, comments included; the same results give the same text again."""
    standing = "# Ask the gateway team.\n" + entry() + "# The end."
    found = {CASE: _found(Verdict.FAIL, OK), OTHER: _found(Verdict.FAIL, OK), f"{RULE}.x": _found(Verdict.WARN, OK)}
    done = _rebased(tmp_path, found, standing)
    assert done.text == f"# Ours.\n\n{standing}\n\n{entry_text(OTHER, OK, TERMS)}\n"
    assert done.remarks == [f"added    {OTHER}: ok (not-refused)", f"kept     {CASE}: accepted until {FAR}"]
    (tmp_path / "baseline.toml").write_text(done.text, encoding="utf-8")
    again = rebased(read_baseline(tmp_path / "baseline.toml", CASES), found, None, strict=False, partial=True)
    assert again.text == done.text


def test_each_fault_gets_a_reason_of_its_own(tmp_path: Path) -> None:
    """What does not match stays as it is, entry or not, and what still has no entry is said."""
    standing = entry()
    found = {OTHER: _found(Verdict.FAIL, OK), THIRD: _found(Verdict.FAIL, OK), CASE: _found(Verdict.PASS, OK)}
    file = read_baseline(tmp_path / write(tmp_path, standing), CASES)
    done = rebased(file, found, TERMS, strict=False, partial=False, pattern="*.other")
    assert done.text == f"# Ours.\n\n{standing}\n{entry_text(OTHER, OK, TERMS)}\n"
    assert done.remarks == [
        f"added    {OTHER}: ok (not-refused)",
        f"left     {THIRD}: no entry, since --case does not match it",
    ]
    nothing = rebased(file, found, None, strict=False, partial=False, pattern="*.third")
    assert (nothing.added, nothing.kept, nothing.removed) == ([], [], [])


def test_strict_takes_warnings_too() -> None:
    """Without it, a WARN needs no entry."""
    found = {CASE: _found(Verdict.WARN, OK)}
    assert rebased(Baseline(), found, None, strict=False, partial=True).remarks == ["nothing to accept"]
    assert CASE in rebased(Baseline(), found, TERMS, strict=True, partial=True).text


@pytest.mark.parametrize(
    ("found", "partial", "remark", "stays"),
    [
        ({CASE: _found(Verdict.PASS, OK)}, True, "removed  {}: passes now", False),
        ({CASE: _found(Verdict.NOT_APPLICABLE, OK)}, True, "removed  {}: does not apply to this target", False),
        ({CASE: _found(Verdict.INCONCLUSIVE, OK)}, True, "kept     {}: was not exercised", True),
        ({CASE: _found(Verdict.ENGINE, OK)}, True, "kept     {}: was not exercised", True),
        ({CASE: _found(Verdict.KNOWN, OK)}, True, "kept     {}: accepted until " + FAR, True),
        ({CASE: _found(Verdict.WARN, OK)}, True, "kept     {}: accepted until " + FAR, True),
        ({}, True, "kept     {}: was not run", True),
        ({}, False, "removed  {}: no case of this run", False),
    ],
)
def test_what_becomes_of_an_entry(
    tmp_path: Path, found: dict[str, CaseResult], *, partial: bool, remark: str, stays: bool
) -> None:
    """It goes only when the results say that it must, and that is said."""
    done = _rebased(tmp_path, found, entry(), partial=partial)
    assert done.remarks == [remark.format(CASE)]
    assert (CASE in done.text) is stays
    assert done.text.startswith("# Ours.\n")


def test_another_outcome_keeps_the_terms_and_says_so(tmp_path: Path) -> None:
    """Reason and owner stay; the remark asks whether they still hold."""
    found = {CASE: _found(Verdict.FAIL, outcome("unreadable", ["unreadable"]))}
    standing = entry(owner='"Us"  # since May', observed='"ok"  # or so')
    done = _rebased(tmp_path, found, standing)
    now = standing.replace('"ok"', '"unreadable"').replace('"not-refused"', '"unreadable"')
    assert done.text == f"# Ours.\n\n{now}"
    (remark,) = done.remarks
    assert remark == f"changed  {CASE}: ok (not-refused) is now unreadable (unreadable); does the reason still hold?"


@pytest.mark.parametrize("expires", [FAR, f'"{FAR}"'])
@pytest.mark.parametrize("text", ["plain", "\u2028 and \x85 end no line of TOML"])
def test_comments_stay_however_the_values_are_written(tmp_path: Path, expires: str, text: str) -> None:
    """A date may be a string, and a string may contain what Python takes for the end of a line."""
    found = {CASE: _found(Verdict.FAIL, outcome("unreadable", ["unreadable"]))}
    standing = entry(expires=f"{expires}  # after the move", reason=f'"{text}"  # for now')
    done = _rebased(tmp_path, found, standing)
    assert done.remarks[0].endswith("does the reason still hold?")
    assert f"expires = {expires}  # after the move\n" in done.text
    assert f'reason = "{text}"  # for now\n' in done.text


def test_the_layout_of_an_entry_stays(tmp_path: Path) -> None:
    """Only values that differ are replaced, over however many lines they are written."""
    findings = '[\n  "not-refused",  # see the issue\n]'
    standing = "# Above.\n" + entry(findings=findings, reason='"""\nOne. # no comment\nTwo."""') + "# Below."
    same = {CASE: _found(Verdict.FAIL, outcome("unreadable", ["not-refused"]))}
    done = _rebased(tmp_path, same, standing)
    assert done.text == f"# Ours.\n\n{standing}\n".replace('"ok"', '"unreadable"')
    other = {CASE: _found(Verdict.FAIL, outcome("ok", ["status", "unreadable"]))}
    done = _rebased(tmp_path, other, standing)
    assert done.text == f"# Ours.\n\n{standing}\n".replace(findings, '["status", "unreadable"]')


@given(TEXTS, TEXTS.filter(bool))
def test_any_outcome_replaces_any_other(tmp_path_factory: pytest.TempPathFactory, before: str, after: str) -> None:
    """The file then says the new outcome, and nothing else changes."""
    file = tmp_path_factory.mktemp("any") / "baseline.toml"
    file.write_text(entry_text(CASE, outcome(before, ["status"]), TERMS), encoding="utf-8")
    now = outcome(after, ["shape", "status"])
    done = rebased(read_baseline(file, CASES), {CASE: _found(Verdict.FAIL, now)}, None, strict=False, partial=True)
    file.write_text(done.text, encoding="utf-8")
    [(case, found)] = read_baseline(file, CASES).entries.items()
    assert (case, found.outcome, found.terms) == (CASE, now, TERMS)


def test_a_comment_goes_with_the_entry_below_it(tmp_path: Path) -> None:
    """The comment of the entry that stays is kept, whichever of the two is removed."""
    first, second = f"# About the first.\n{entry()}", f"# About the second.\n{entry(OTHER)}"
    for gone, kept in ((CASE, second), (OTHER, first)):
        found = {case: _found(Verdict.PASS if case == gone else Verdict.FAIL, OK) for case in (CASE, OTHER)}
        assert _rebased(tmp_path, found, first, second).text == f"# Ours.\n\n{kept}"


def test_a_byte_order_mark_is_not_part_of_the_first_entry(tmp_path: Path) -> None:
    """Some editors on Windows write one."""
    (tmp_path / "marked.toml").write_text("\ufeff" + entry(), encoding="utf-8")
    assert list(read_baseline(tmp_path / "marked.toml", CASES).entries) == [CASE]


def test_a_run_that_knew_better_lends_its_terms() -> None:
    """A KNOWN case that the file does not have comes with the terms on which it was known."""
    done = rebased(Baseline(), {CASE: _found(Verdict.KNOWN, OK, TERMS)}, None, strict=False, partial=True)
    assert entry_text(CASE, OK, TERMS) in done.text


def test_no_entry_without_terms() -> None:
    """Nobody is made the owner of something by default."""
    with pytest.raises(DataError, match="Give --issue, --owner, --expires and --reason"):
        rebased(Baseline(), {CASE: _found(Verdict.FAIL, OK)}, None, strict=False, partial=True)
