"""Runs by an edition: what is newer is shown and gates nothing, what is old gates as before."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.place import data_root
from tests.baselines import CASE, NOT_REFUSED
from tests.catalog.edition import publish
from tests.catalog.overlay import NEWCOMER, RULE, correct, overlay, with_newcomer
from tests.running import ROOT
from tests.targets import deviating

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.running import Runner

NEWS = "NEW  1 case is new since edition 2026.1 and changed no exit code. Once counted: 1 FAIL: "
WHY = "The sentence can be read otherwise."


def _checkout(root: Path) -> Mapping[str, str]:
    """Make the folder a checkout with data of its own; returns the variables by which a run takes it."""
    (root / "src").mkdir()
    (root / "src/slack_conformance").symlink_to(ROOT / "conformance", target_is_directory=True)
    return {"PYTHONPATH": str(root / "src")}


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Make a suite that has grown: it has one case more than edition 2026.1, and edition 2026.2, which has the case."""
    root = with_newcomer(tmp_path_factory.mktemp("grown"))
    publish("2026.2", root, "2026-12-24")
    return _checkout(root)


def test_who_stands_still_stays_green_and_sees_what_is_new(
    command: Runner, tmp_path: Path, grown: Mapping[str, str]
) -> None:
    """With two processes, in every report."""
    finished = command("run", "--edition", "2026.1", "-k", RULE, "-n", "2", env=grown)
    assert finished.code == 0, finished.text
    assert finished.verdicts[NEWCOMER] == "NEW"
    assert set(finished.verdicts.values()) == {"NEW", "PASS"}
    assert finished.footer["counts"]["NEW"] == 1
    assert (finished.lines[0]["edition"], finished.footer["exit"]) == ("2026.1", 0)
    assert f"{NEWS}{NEWCOMER} (FAIL)." in finished.text
    assert "\nedition: 2026.1\n" in finished.text
    assert "embedded sandbox conforms" in finished.footer["sentence"]
    assert "1 new" in finished.text.splitlines()[-1]
    html, summary = ((tmp_path / "reports" / name).read_text("utf-8") for name in ("conformance.html", "summary.md"))
    assert "New since edition 2026.1" in html
    assert f"- ✕ `{NEWCOMER}`: FAIL once it counts. " in summary
    suite = ET.parse(tmp_path / "reports/junit.xml").getroot()[0]  # noqa: S314 - our own file
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("0", "0", "1")
    properties = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert properties["conformance-edition"] == "2026.1"
    assert properties["conformance-new-since"] == "2026.1; once it counts: FAIL"
    (skipped,) = suite.iter("skipped")
    assert skipped.get("message", "").startswith("new since edition 2026.1: FAIL once it counts: not-refused")


def test_the_new_edition_gates_and_a_baseline_carries_over(
    command: Runner, tmp_path: Path, grown: Mapping[str, str]
) -> None:
    """It is the default. What it finds may be accepted, and the old edition does not mind the entry."""
    finished = command("run", "-k", RULE, env=grown)
    assert finished.code == 1, finished.text
    assert finished.verdicts[NEWCOMER] == "FAIL"
    assert finished.lines[0]["edition"] == "2026.2"
    terms = ("--issue", "https://tracker.example/7", "--owner", "Us", "--expires", "2027-06-30", "--reason", "Later.")
    assert command("baseline", "reports/results.jsonl", "--file", "known.toml", *terms, env=grown).code == 0
    text = (tmp_path / "known.toml").read_text("utf-8")
    assert 'edition = "2026.2"' in text
    assert NEWCOMER in text
    finished = command("run", "--edition", "2026.1", "--baseline", "known.toml", "-k", RULE, env=grown)
    assert finished.code == 0, finished.text
    assert "the baseline was updated under 2026.2, and this run is judged by 2026.1" in finished.text
    assert "Once counted: 1 KNOWN" in finished.text


def test_an_old_case_gates_as_before(command: Runner, tmp_path: Path, grown: Mapping[str, str]) -> None:
    """The profile names the edition, as it does for everybody who uses it."""
    with deviating(NOT_REFUSED, tmp_path) as profile:
        path = tmp_path / profile
        path.write_text(f'edition = "2026.1"\n{path.read_text("utf-8")}', encoding="utf-8")
        finished = command("run", "--profile", profile, "-k", RULE, "-n", "2", env=grown)
    assert finished.code == 1, finished.text
    assert {one: verdict for one, verdict in finished.verdicts.items() if verdict != "PASS"} == {
        CASE: "FAIL",
        NEWCOMER: "NEW",
    }
    assert finished.lines[0]["edition"] == "2026.1"


def test_what_is_new_alone_is_nothing_to_go_by(suite: Runner, grown: Mapping[str, str]) -> None:
    """As if nothing had been selected; the nearest place that names an edition counts."""
    finished = suite("-k", f"[{NEWCOMER}]", env={**grown, "CONFORMANCE_EDITION": "2026.1"})
    assert finished.code == 5, finished.text
    assert "Nothing counts on embedded sandbox: what was selected is newer than the edition." in finished.text
    finished = suite(
        "-k", f"[{NEWCOMER}]", "--conformance-edition=2026.2", env={**grown, "CONFORMANCE_EDITION": "2026.1"}
    )
    assert finished.code == 1, finished.text


def test_the_plan_counts_what_gates(command: Runner, tmp_path: Path, grown: Mapping[str, str]) -> None:
    finished = command("run", "--plan", "--edition", "2026.1", "-k", f"[{NEWCOMER}] or [{CASE}]", env=grown)
    assert "edition 2026.1: 1 of 2 cases gate, 1 case new since" in finished.text
    (tmp_path / "p.toml").write_text('url = "http://127.0.0.1:9/"\nedition = "2026.1"\n', encoding="utf-8")
    finished = command("target", "check", "p.toml", env=grown)
    assert "cases gate, 1 case new since" in finished.text
    finished = command("explain", "2026.2", env=grown)
    assert f"cases that 2026.1 does not have: 1\n    {NEWCOMER}" in finished.text


def test_a_correction_gates_and_every_report_says_why(
    command: Runner, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = overlay(tmp_path_factory.mktemp("corrected"))
    correct(root, f'id = "{CASE}"', "date = 2027-01-31", f'reason = "{WHY}"', 'sha256 = "0123456789abcdef"')
    with deviating(NOT_REFUSED, tmp_path) as profile:
        finished = command("run", "--profile", profile, "-k", f"[{CASE}]", env=_checkout(root))
    said = f"EDITION  since 2026.1 was published, {CASE} was corrected on 2027-01-31: {WHY}"
    assert finished.code == 1, finished.text
    assert said in finished.text
    assert said in finished.footer["notes"]
    assert WHY in (tmp_path / "reports/conformance.html").read_text("utf-8")
    assert WHY in (tmp_path / "reports/summary.md").read_text("utf-8")


@pytest.mark.parametrize("more", [(), ("-n", "2")])
def test_an_unknown_edition_is_wrong_usage(suite: Runner, more: tuple[str, ...]) -> None:
    """One message, which lists the known ones, whatever place names it."""
    finished = suite("-k", RULE, *more, env={"CONFORMANCE_EDITION": "1999.1"})
    assert finished.code == 4, finished.text
    assert finished.text.count("there is no edition '1999.1'. Known: ") == 1
    assert not (finished.folder / "reports").exists()


def test_an_unknown_edition_of_a_command_or_a_profile(command: Runner, tmp_path: Path) -> None:
    known = ", ".join(sorted(path.stem for path in (data_root() / "fixtures/editions").glob("*.toml")))
    finished = command("run", "--edition", "1999.1")
    message = f"slack-conformance: --edition: there is no edition '1999.1'. Known: {known}.\n"
    assert (finished.code, finished.text) == (4, message)
    (tmp_path / "p.toml").write_text('url = "http://127.0.0.1:9/"\nedition = "1999.1"\n', encoding="utf-8")
    finished = command("run", "--profile", "p.toml")
    assert finished.code == 4
    assert finished.text.endswith(f"p.toml: edition: there is no edition '1999.1'. Known: {known}.\n")
    finished = command("target", "check", "p.toml")
    assert (finished.code, finished.text.count("there is no edition")) == (4, 1)
