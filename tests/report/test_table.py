"""The table for spreadsheets: every case, and nothing that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from slack_conformance.report.table import COLUMNS, render_csv
from tests.report import build
from tests.report.pages import hostile_cases, whole

if TYPE_CHECKING:
    from pathlib import Path


def test_every_case_has_a_line_with_its_sentence(tmp_path: Path) -> None:
    cases = whole()
    lines = list(csv.DictReader(io.StringIO(render_csv(build.results(tmp_path, cases)))))
    assert [line["case"] for line in lines] == sorted(case["id"] for case in cases)
    by_verdict = {line["verdict"]: line for line in lines}
    assert by_verdict["FAIL"]["in_words"] == "`colour` is `none`: accepted, should be refused with `bad_2`"
    assert by_verdict["INCONCLUSIVE"]["needs"] == "a colour"
    assert (by_verdict["NEW"]["once_it_counts"], by_verdict["FAIL"]["once_it_counts"]) == ("FAIL", "")
    assert by_verdict["KNOWN"]["known_issue"] == "https://issues.example/1"
    assert by_verdict["PASS"]["in_words"] == by_verdict["PASS"]["cause"] == ""


@pytest.mark.parametrize("got", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(got: str, tmp_path: Path) -> None:
    case = build.case("bad_colour", verdict="FAIL", got=got)
    (line,) = csv.DictReader(io.StringIO(render_csv(build.results(tmp_path, [case]))))
    assert line["got"].startswith("'")


def test_a_hostile_target_gets_no_line_of_its_own(tmp_path: Path) -> None:
    cases = hostile_cases()
    lines = list(csv.reader(io.StringIO(render_csv(build.results(tmp_path, cases)))))
    assert len(lines) == len(cases) + 1
    assert {len(line) for line in lines} == {len(COLUMNS)}
