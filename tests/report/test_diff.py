"""What changed between two runs, weighed and reported in text and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.report.diff import Category, diff, render_diff_text
from slack_conformance.report.html import render_diff_html, render_html
from slack_conformance.report.markdown import render_diff
from slack_conformance.results.io import CutError, Results, read_results
from tests.report import build

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.report.diff import Diff


def compared(folder: Path, old: list[build.Line], new: list[build.Line]) -> Diff:
    """Return the difference between two files of these cases."""
    return diff(build.results(folder, old), build.results(folder, new))


@pytest.mark.parametrize(
    ("before", "after", "category"),
    [
        ("PASS", "FAIL", Category.REGRESSED),
        ("PASS", "ENGINE", Category.REGRESSED),
        ("PASS", "WARN", Category.REGRESSED),
        ("PASS", "INCONCLUSIVE", Category.UNPROVED),
        ("WARN", "FAIL", Category.REGRESSED),
        ("WARN", "INCONCLUSIVE", Category.UNPROVED),
        ("INCONCLUSIVE", "FAIL", Category.REGRESSED),
        ("KNOWN", "FAIL", Category.REGRESSED),
        ("N/A", "FAIL", Category.REGRESSED),
        ("FAIL", "PASS", Category.FIXED),
        ("FAIL", "WARN", Category.FIXED),
        ("WARN", "PASS", Category.FIXED),
        ("KNOWN", "PASS", Category.FIXED),
        ("INCONCLUSIVE", "PASS", Category.PROVED),
        ("INCONCLUSIVE", "WARN", Category.PROVED),
        ("N/A", "PASS", Category.PROVED),
        ("KNOWN", "INCONCLUSIVE", Category.OTHER),
        ("ENGINE", "PASS", Category.FIXED),
        ("FAIL", "ENGINE", Category.OTHER),
        ("FAIL", "INCONCLUSIVE", Category.OTHER),
        ("FAIL", "KNOWN", Category.ACCEPTED),
        ("PASS", "N/A", Category.OTHER),
        ("PASS", "KNOWN", Category.OTHER),
        ("PASS", "NEW", Category.OTHER),
        ("FAIL", "NEW", Category.OTHER),
        ("NEW", "FAIL", Category.OTHER),
        ("NEW", "KNOWN", Category.ACCEPTED),
        ("NEW", "PASS", Category.FIXED),
        ("NEW", "ENGINE", Category.OTHER),
    ],
)
def test_each_change_has_its_category(before: str, after: str, category: Category, tmp_path: Path) -> None:
    found = compared(tmp_path, [build.case("bad_colour", verdict=before)], [build.case("bad_colour", verdict=after)])
    assert [change.category for change in found.changes] == [category]
    assert found.regressed is (category in {Category.REGRESSED, Category.UNPROVED})


def test_what_was_merely_never_tried_before_is_not_called_fixed(tmp_path: Path) -> None:
    old = [build.case("a", verdict="INCONCLUSIVE"), build.case("b")]
    new = [build.case("a"), build.case("b", verdict="INCONCLUSIVE")]
    found = compared(tmp_path, old, new)
    assert found.sentence == "1 no longer proved, 1 newly proved; 2 cases are in both runs."
    page = render_html(build.results(tmp_path, new), found)
    assert "<details open>\n<summary><b>1 no longer proved</b>" in page


@pytest.mark.parametrize("verdict", build.VERDICTS)
def test_a_case_that_is_as_it_was_is_not_a_change(verdict: str, tmp_path: Path) -> None:
    found = compared(
        tmp_path, [build.case("bad_colour", verdict=verdict, ms=1)], [build.case("bad_colour", verdict=verdict, ms=9)]
    )
    assert not found.changes
    assert not found.regressed
    assert found.sentence == "Nothing changed in 1 case."


def test_the_same_verdict_for_another_reason_is_reported(tmp_path: Path) -> None:
    old = build.case("bad_colour", verdict="FAIL")
    new = build.case("bad_colour", verdict="FAIL", observed="bad_name", got="refused with bad_name")
    (change,) = compared(tmp_path, [old], [new]).changes
    assert change.category is Category.OTHER
    assert (change.was, change.now) == ("accepted, ok: true", "refused with bad_name")


def test_another_reading_is_another_reason(tmp_path: Path) -> None:
    old = build.case("bad_colour", reading=["DOC-01", "table"])
    new = build.case("bad_colour", reading=["DOC-01", "example"])
    (change,) = compared(tmp_path, [old], [new]).changes
    assert change.category is Category.OTHER
    assert change.now.endswith("(DOC-01, reading example)")


def test_another_cause_is_another_reason(tmp_path: Path) -> None:
    cause = {"kind": "target-down", "text": "It is down.", "needs": ""}
    old, new = build.case("a", verdict="INCONCLUSIVE"), build.case("a", verdict="INCONCLUSIVE", cause=cause)
    (change,) = compared(tmp_path, [old], [new]).changes
    assert (change.was, change.now) == ("No colour was given.", "It is down.")


def test_new_and_vanished_cases_are_named_and_are_not_a_regression(tmp_path: Path) -> None:
    found = compared(tmp_path, [build.case("old_one")], [build.case("new_one", verdict="FAIL")])
    assert {change.id: change.category for change in found.changes} == {
        "things.make.new_one.one": Category.NEW,
        "things.make.old_one.one": Category.VANISHED,
    }
    assert not found.regressed
    assert found.sentence == "1 new, 1 vanished; 0 cases are in both runs."


def test_what_makes_two_runs_hard_to_compare_is_said(tmp_path: Path) -> None:
    cases = [build.case("bad_colour")]
    old = build.results(tmp_path, cases)
    head = {"catalog": "1" * 64, "cases": 264, "target": {"name": "ours", "url": "http://h/", "kind": "real"}}
    new = build.results(tmp_path, cases, head=head)
    assert diff(old, new).remarks == (
        "The new run was partial: 1 of 264 cases.",
        "The two runs were judged by different rules and cases.",
        "The targets differ: embedded sandbox (mock), then ours (real).",
    )


def test_a_cut_run_is_compared_and_said_to_be_cut(tmp_path: Path) -> None:
    lines = build.lines([build.case("bad_colour"), build.case("bad_name")])
    whole = read_results(build.written(tmp_path / "whole.jsonl", lines))
    with pytest.raises(CutError) as caught:
        read_results(build.written(tmp_path / "cut.jsonl", lines[:2]))
    found = diff(whole, caught.value.results)
    assert found.remarks == ("The new run was cut off after 1 of 2 cases.",)
    assert [change.category for change in found.changes] == [Category.VANISHED]


def _all(folder: Path) -> tuple[Results, Results]:
    hostile = "\x1b[31m|`x`</b>\n\u202e"
    names = ("regressed", "fixed", "other", "same")
    before, after = ("PASS", "FAIL", "FAIL", "PASS"), ("FAIL", "PASS", "FAIL", "PASS")
    old = [build.case(name, verdict=verdict) for name, verdict in zip(names, before, strict=True)]
    new = [build.case(name, verdict=verdict) for name, verdict in zip(names, after, strict=True)]
    new[2].update(observed="else", got=hostile)
    return build.results(folder, [*old, build.case("gone")]), build.results(folder, [*new, build.case("fresh")])


def test_the_text_names_every_change_and_is_safe_to_print(tmp_path: Path) -> None:
    text = render_diff_text(diff(*_all(tmp_path)))
    assert text.splitlines()[0] == "1 regressed, 1 fixed, 1 other reason, 1 new, 1 vanished; 4 cases are in both runs."
    assert "  things.make.regressed.one  PASS -> FAIL" in text
    assert "  things.make.gone.one  PASS -> not there" in text
    assert "same" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_markdown_names_every_change_and_is_escaped(tmp_path: Path) -> None:
    text = render_diff(diff(*_all(tmp_path)))
    assert text.startswith("# What changed\n\n1 regressed,")
    assert "- `things.make.regressed.one`: PASS → FAIL, `refused with regressed` → `accepted, ok: true`" in text
    assert "\x1b" not in text
    assert "``‹ESC›[31m\\|`x`</b>‹LF›‹U+202E›``" in text  # noqa: RUF001 - the tokens as they are shown


def test_the_page_names_every_change_and_is_escaped(tmp_path: Path) -> None:
    text = render_diff_html(diff(*_all(tmp_path)))
    assert "✕ What changed between two runs" in text
    assert "<h1>1 regressed, 1 fixed," in text
    assert "things.make.gone.one" in text
    assert "‹ESC›[31m|`x`&lt;/b&gt;" in text  # noqa: RUF001
    assert "default-src &#39;none&#39;" in text
    assert "href=" not in text


def test_the_page_of_two_equal_runs_is_green(tmp_path: Path) -> None:
    results = build.results(tmp_path, [build.case("bad_colour")])
    assert "✓ What changed" in render_diff_html(diff(results, results))
