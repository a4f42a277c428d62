"""`slack-conformance baseline`: what a run showed goes into the file, and nothing leaves it in silence."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as some

from conformance.catalog.datafile import DataError
from conformance.catalog.load import load_catalog
from conformance.cli import main
from conformance.commands.baseline import terms_of
from conformance.gate.baseline import Baseline, Terms, outcome, read_baseline
from conformance.gate.rewriting import Found, Rebased, entry_text, quoted, rebased
from conformance.judge.model import Verdict
from tests.run.baselines import CASE, NOT_REFUSED, RULE, entry, write
from tests.run.targets import deviating

if TYPE_CHECKING:
    from pathlib import Path

    from tests.run.conftest import Runner

CASES = tuple(case.id for case in load_catalog().cases)
OTHER = f"{RULE}.other-host"
TERMS = Terms("https://tracker.example/9", "Somebody", date(2999, 1, 31), "Later.")
OK = outcome("ok", ["not-refused"])
GIVEN = ("--issue", TERMS.issue, "--owner", TERMS.owner, "--expires", "2999-01-31", "--reason", TERMS.reason)


def _rebased(
    folder: Path, found: dict[str, Found], *entries: str, strict: bool = False, partial: bool = True
) -> Rebased:
    return rebased(read_baseline(folder / write(folder, *entries), CASES), found, TERMS, strict=strict, partial=partial)


@given(some.text(some.characters(exclude_categories=["Cs"])))
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
    found = {CASE: Found(Verdict.FAIL, OK), OTHER: Found(Verdict.FAIL, OK), f"{RULE}.x": Found(Verdict.WARN, OK)}
    done = _rebased(tmp_path, found, standing)
    assert done.text == f"# Ours.\n\n{standing}\n\n{entry_text(OTHER, OK, TERMS)}\n"
    assert done.remarks == [f"added    {OTHER}: ok (not-refused)", f"kept     {CASE}: accepted until 2999-12-31"]
    (tmp_path / "baseline.toml").write_text(done.text, encoding="utf-8")
    again = rebased(read_baseline(tmp_path / "baseline.toml", CASES), found, None, strict=False, partial=True)
    assert again.text == done.text


def test_each_fault_gets_a_reason_of_its_own(tmp_path: Path) -> None:
    """What does not match stays as it is, entry or not, and what still has no entry is said."""
    standing = entry()
    found = {OTHER: Found(Verdict.FAIL, OK), CASES[0]: Found(Verdict.FAIL, OK), CASE: Found(Verdict.PASS, OK)}
    file = read_baseline(tmp_path / write(tmp_path, standing), CASES)
    done = rebased(file, found, TERMS, strict=False, partial=False, pattern="*.other-host")
    assert done.text == f"# Ours.\n\n{standing}\n{entry_text(OTHER, OK, TERMS)}\n"
    assert done.remarks == [
        f"added    {OTHER}: ok (not-refused)",
        f"left     {CASES[0]}: no entry, as it was not asked for",
    ]
    nothing = rebased(file, found, None, strict=False, partial=False, pattern="*.expired")
    assert (nothing.added, nothing.kept, nothing.removed) == ([], [], [])


def test_a_pattern_that_matches_no_case_is_a_slip(
    command: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written, and it is said; one that matches writes its entry and no other."""
    with deviating(NOT_REFUSED, tmp_path) as profile:
        assert command("run", "--profile", profile, "-k", RULE).code == 1
    results, file = tmp_path / "reports/results.jsonl", tmp_path / "accepted.toml"
    assert main(["baseline", str(results), "--file", str(file), *GIVEN, "--case", "oauth.acces.*"]) == 4
    assert "--case: no case is called 'oauth.acces.*'" in capsys.readouterr().err
    assert not file.exists()
    assert main(["baseline", str(results), "--file", str(file), *GIVEN, "--case", f"{RULE}.other-*"]) == 0
    assert capsys.readouterr().out == f"left     {CASE}: no entry, as it was not asked for\n"
    assert main(["baseline", str(results), "--file", str(file), *GIVEN, "--case", f"{RULE}.*"]) == 0
    assert list(read_baseline(file, CASES).entries) == [CASE]


def test_strict_takes_warnings_too() -> None:
    """Without it, a WARN needs no entry."""
    found = {CASE: Found(Verdict.WARN, OK)}
    assert rebased(Baseline(), found, None, strict=False, partial=True).remarks == ["nothing to accept"]
    assert CASE in rebased(Baseline(), found, TERMS, strict=True, partial=True).text


@pytest.mark.parametrize(
    ("found", "partial", "remark", "stays"),
    [
        ({CASE: Found(Verdict.PASS, OK)}, True, "removed  {}: passes now", False),
        ({CASE: Found(Verdict.NOT_APPLICABLE, OK)}, True, "removed  {}: does not apply to this target", False),
        ({CASE: Found(Verdict.INCONCLUSIVE, OK)}, True, "kept     {}: was not exercised", True),
        ({CASE: Found(Verdict.ENGINE, OK)}, True, "kept     {}: was not exercised", True),
        ({CASE: Found(Verdict.KNOWN, OK)}, True, "kept     {}: accepted until 2999-12-31", True),
        ({CASE: Found(Verdict.WARN, OK)}, True, "kept     {}: accepted until 2999-12-31", True),
        ({}, True, "kept     {}: was not run", True),
        ({}, False, "removed  {}: no case of this run", False),
    ],
)
def test_what_becomes_of_an_entry(
    tmp_path: Path, found: dict[str, Found], *, partial: bool, remark: str, stays: bool
) -> None:
    """It goes only when the results say that it must, and that is said."""
    done = _rebased(tmp_path, found, entry(), partial=partial)
    assert done.remarks == [remark.format(CASE)]
    assert (CASE in done.text) is stays
    assert done.text.startswith("# Ours.\n")


def test_another_outcome_keeps_the_terms_and_says_so(tmp_path: Path) -> None:
    """Reason and owner stand; whoever wrote them is asked whether they still hold."""
    found = {CASE: Found(Verdict.FAIL, outcome("unreadable", ["unreadable"]))}
    standing = entry(owner='"Us"  # since May', observed='"ok"  # or so')
    done = _rebased(tmp_path, found, standing)
    now = standing.replace('"ok"', '"unreadable"').replace('"not-refused"', '"unreadable"')
    assert done.text == f"# Ours.\n\n{now}"
    (remark,) = done.remarks
    assert remark == f"changed  {CASE}: ok (not-refused) is now unreadable (unreadable); does the reason still hold?"


@pytest.mark.parametrize("expires", ["2999-12-31", '"2999-12-31"'])
@pytest.mark.parametrize("text", ["plain", "\u2028 and \x85 end no line of TOML"])
def test_comments_stay_however_the_values_are_written(tmp_path: Path, expires: str, text: str) -> None:
    """A date may be a text, and a text may hold what Python takes for the end of a line."""
    found = {CASE: Found(Verdict.FAIL, outcome("unreadable", ["unreadable"]))}
    standing = entry(expires=f"{expires}  # after the move", reason=f'"{text}"  # for now')
    done = _rebased(tmp_path, found, standing)
    assert done.remarks[0].endswith("does the reason still hold?")
    assert f"expires = {expires}  # after the move\n" in done.text
    assert f'reason = "{text}"  # for now\n' in done.text


def test_an_entry_that_is_laid_out_otherwise_is_written_anew(tmp_path: Path) -> None:
    """Values over several lines cannot be replaced by line; what they say is kept."""
    found = {CASE: Found(Verdict.FAIL, outcome("unreadable", ["unreadable"]))}
    done = _rebased(tmp_path, found, "# Above.\n" + entry(findings='[\n  "not-refused",\n]'))
    assert "# Above.\n[[known]]\n" in done.text
    assert done.remarks[0].endswith("Written anew: look for comments beside its values.")
    known = tomllib.loads(done.text)["known"]
    assert [(one["observed"], one["findings"], one["owner"]) for one in known] == [
        ("unreadable", ["unreadable"], "The sandbox team")
    ]


def test_a_run_that_knew_better_lends_its_terms() -> None:
    """A KNOWN case that the file does not have comes with the terms on which it was known."""
    done = rebased(Baseline(), {CASE: Found(Verdict.KNOWN, OK, TERMS)}, None, strict=False, partial=True)
    assert entry_text(CASE, OK, TERMS) in done.text


def test_no_entry_without_terms() -> None:
    """Nobody is made the owner of something by default."""
    with pytest.raises(DataError, match="Give --issue, --owner, --expires and --reason"):
        rebased(Baseline(), {CASE: Found(Verdict.FAIL, OK)}, None, strict=False, partial=True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("https://x.example/1", None, "2999-01-01", "so"), "--owner: is missing"),
        (("https://x.example/1", "me", "2999-13-01", "so"), "--expires: '2999-13-01' is no date"),
        (("https://x.example/1", "me", "2020-01-01", "so"), "--expires: 2020-01-01 is over"),
        (("ABC-1", "me", "2999-01-01", "so"), "--issue: 'ABC-1' is no link"),
    ],
)
def test_half_of_the_terms_will_not_do(given: tuple[str | None, ...], words: str) -> None:
    """Each is named."""
    with pytest.raises(DataError, match=words):
        terms_of(*given)
    assert terms_of(None, None, None, None) is None


def test_from_a_run_to_a_green_one(command: Runner, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run, accept, run again: what is accepted is KNOWN; printed without a file, written with one."""
    with deviating(NOT_REFUSED, tmp_path) as profile:
        assert command("run", "--profile", profile, "-k", RULE).code == 1
        results, file = tmp_path / "reports/results.jsonl", tmp_path / "accepted.toml"
        assert main(["baseline", str(results), *GIVEN]) == 0
        printed = capsys.readouterr()
        assert main(["baseline", str(results), "--file", str(file), *GIVEN]) == 0
        assert capsys.readouterr().out == printed.err == f"added    {CASE}: ok (not-refused)\n"
        assert printed.out == file.read_text("utf-8")
        again = command("run", "--profile", profile, "-k", RULE, "--baseline", "accepted.toml")
    assert again.code == 0, again.text
    assert again.verdicts[CASE] == "KNOWN"
    before = file.read_text("utf-8")
    assert main(["baseline", str(results), "--file", str(file)]) == 0
    assert file.read_text("utf-8") == before


def test_bad_input_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No results, no traceback."""
    assert main(["baseline", str(tmp_path / "nowhere.jsonl")]) == 4
    assert "nowhere.jsonl: cannot be read" in capsys.readouterr().err
