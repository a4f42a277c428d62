"""The standing of a rule: the worst of its cases, and only what is held against the rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.model import Concern
from slack_conformance.report.standing import SIGNS, WORDS, RuleVerdict, matrix, standings
from tests.report import build

if TYPE_CHECKING:
    from pathlib import Path


def found(folder: Path, cases: list[build.Line], rules: list[build.Line], **foot: object) -> dict[str, RuleVerdict]:
    """Return the standing of every rule by its name."""
    return {entry.rule.name: entry.standing for entry in standings(build.results(folder, cases, rules, foot=foot))}


@pytest.mark.parametrize(
    ("verdicts", "standing"),
    [
        (("PASS", "FAIL", "ENGINE"), RuleVerdict.FAIL),
        (("PASS", "ENGINE", "WARN"), RuleVerdict.ENGINE),
        (("PASS", "WARN", "INCONCLUSIVE"), RuleVerdict.WARN),
        (("PASS", "INCONCLUSIVE", "KNOWN"), RuleVerdict.PARTLY),
        (("INCONCLUSIVE", "KNOWN"), RuleVerdict.INCONCLUSIVE),
        (("PASS", "KNOWN", "N/A"), RuleVerdict.KNOWN),
        (("PASS", "N/A"), RuleVerdict.NOT_APPLICABLE),
        (("PASS", "PASS"), RuleVerdict.SEEN),
    ],
)
def test_a_rule_is_as_bad_as_its_worst_case(verdicts: tuple[str, ...], standing: RuleVerdict, tmp_path: Path) -> None:
    cases = [build.case("a", f"way-{number}", verdict) for number, verdict in enumerate(verdicts)]
    assert found(tmp_path, cases, [build.rule("a")]) == {"a": standing}


def test_a_finding_blames_only_the_rule_that_it_names(tmp_path: Path) -> None:
    case = build.case("a", verdict="FAIL", also=["things.make.b"])
    case["findings"][0]["rule"] = "things.make.c"
    rules = [build.rule(name) for name in "abc"]
    assert found(tmp_path, [case], rules) == {"a": RuleVerdict.SEEN, "b": RuleVerdict.SEEN, "c": RuleVerdict.FAIL}


def test_a_warning_finding_in_a_failing_case_is_a_warning(tmp_path: Path) -> None:
    case = build.case("a", verdict="FAIL")
    case["findings"].append({**case["findings"][0], "rule": "things.make.b", "level": "WARN"})
    assert found(tmp_path, [case], [build.rule("a"), build.rule("b")]) == {"a": RuleVerdict.FAIL, "b": RuleVerdict.WARN}


def test_rules_without_a_case_say_why(tmp_path: Path) -> None:
    rules = [build.rule("a"), build.rule("b"), build.rule("c", untestable="It cannot be seen.")]
    assert found(tmp_path, [build.case("a")], rules) == {
        "a": RuleVerdict.SEEN,
        "b": RuleVerdict.NOT_RUN,
        "c": RuleVerdict.UNTESTABLE,
    }


def test_a_rule_that_was_met_by_another_reading_is_told_apart(tmp_path: Path) -> None:
    standing = found(
        tmp_path,
        [build.case("a", seen=False)],
        [build.rule("a")],
    )
    assert standing == {"a": RuleVerdict.MET}


def test_the_matrix_keeps_the_order_of_the_page(tmp_path: Path) -> None:
    rules = [build.rule("z"), build.rule("a", concern="arguments"), build.rule("b")]
    grid = matrix(standings(build.results(tmp_path, [build.case("z")], rules)))
    names = {concern: [one.rule.name for one in cells] for concern, cells in grid[build.METHOD].items()}
    assert names == {Concern.ARGUMENTS: ["a"], Concern.ERRORS: ["z", "b"]}


def test_every_standing_has_its_own_sign_and_a_word() -> None:
    assert len(set(SIGNS.values())) == len(SIGNS) == len(RuleVerdict)
    assert set(WORDS) == set(RuleVerdict)
