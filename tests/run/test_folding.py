"""One fault in a hundred cases: one proof in the terminal, the same sentence everywhere, and honest counts."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.results.io import read_results
from slack_conformance.run.folding import Folding
from slack_conformance.summary.faults import faults
from slack_conformance.summary.tally import sentence_of
from tests.results.build import case_result
from tests.run.systematic import NAME, faulty, in_refusals, with_document, without_field
from tests.summary.build import not_refused, passing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from slack_conformance.sandbox.reply import Reply
    from tests.running import Runner

NO_OK = "refusals have no `ok`"
A_HUNDRED = "bad_redirect_uri or bad_client_secret or invalid_code"
"""More than a hundred cases that must be refused; each of them fails."""

SWAPPED = {"invalid_auth": "not_authed", "invalid_code": "bad_code", "bad_redirect_uri": "wrong_uri"}


def some_swapped(reply: Reply) -> Reply:
    """Give three refusals another code."""
    code = str((reply.document or {}).get("error"))
    return with_document(error=SWAPPED.get(code, code))(reply)


def test_one_systematic_fault(command: Runner, tmp_path: Path) -> None:
    """It is named first, proved once, and counted in full where machines read."""
    with faulty(in_refusals(without_field("ok")), tmp_path) as profile:
        finished = command("run", "--profile", profile, "-n", "2", "-k", A_HUNDRED)
    assert finished.code == 1, finished.text
    counts = finished.footer["counts"]
    failed, both = counts["FAIL"], counts["FAIL"] + counts["WARN"]
    assert failed > 100
    sentence = finished.footer["sentence"].partition(". ")[2]
    assert sentence.startswith(f"{NAME} does not conform: {NO_OK} ({both} cases of ")
    lines = finished.text.splitlines()
    assert len(lines) < 100
    assert sum(line.startswith("  rule ") for line in lines) == 1
    assert [line for line in lines if line.startswith("FAIL  " + NO_OK)]
    assert sum(line.startswith("FAILED ") for line in lines) == 1
    assert f"{failed} failed" in lines[-1]
    summary = (finished.folder / "reports/summary.md").read_text("utf-8")
    assert len(summary.splitlines()) < 60
    assert summary.startswith(f"# {NAME} does not conform: ")
    assert "**Refusals have no `ok`** (" in "\n".join(summary.splitlines()[:20])
    page = (finished.folder / "reports/conformance.html").read_text("utf-8")
    assert f"<h1>{NAME} does not conform: " in page
    assert ">Refusals have no <code>ok</code></a>" in page
    results = read_results(finished.folder / "reports/results.jsonl")
    assert sentence_of(results) == finished.footer["sentence"]
    junit = ET.parse(finished.folder / "reports/junit.xml").getroot()  # noqa: S314 - our own file
    texts = [failure.text or "" for failure in junit.iter("failure")]
    assert len(texts) == failed
    assert all("  rule " in text and "  again " in text for text in texts)


def test_several_faults_and_what_verbose_adds(suite: Runner, tmp_path: Path) -> None:
    with faulty(in_refusals(some_swapped), tmp_path) as profile:
        chosen = (
            f"--conformance-profile={profile}",
            "-k",
            "by-get and (invalid_auth or bad_redirect_uri or invalid_code)",
        )
        usual, verbose, line = suite(*chosen), suite(*chosen, "-vv"), suite(*chosen, "--tb=line")
    failed = usual.footer["counts"]["FAIL"]
    assert failed > 10
    for finished in (usual, verbose, line):
        assert finished.code == 1
        assert f"{failed} failed" in finished.text.splitlines()[-1]
        assert sum(one.startswith("FAIL  requests are refused with") for one in finished.text.splitlines()) == 3

    def told(text: str, start: str) -> int:
        return sum(one.startswith(start) for one in text.splitlines())

    assert told(usual.text, "  rule ") == 3
    assert told(usual.text, "  > GET") == 0 < told(verbose.text, "  > GET")
    assert told(usual.text, "FAILED ") == 3
    assert told(verbose.text, "  rule ") == told(verbose.text, "FAILED ") == failed
    assert told(line.text, "FAILED ") == failed


class Report:
    """What the terminal reporter keeps of a failure."""

    def __init__(self, case: str, lines: int = 30) -> None:
        """Take the id of the case, empty for a test of somebody else, and how long its proof is."""
        self.longrepr = "line\n" * lines
        self.sections: list[tuple[str, str]] = []
        if case:
            self.conformance = case_result("things.make.x", verdict="FAIL", id=case)

    @property
    def longreprtext(self) -> str:
        """The proof as text, as pytest has it: with the worker's name, which is no part of the proof."""
        return f"[gw0] linux\n{self.longrepr}"


def printed(reports: Sequence[Report], **more: Any) -> tuple[list[Report], list[Report], list[Report]]:  # noqa: ANN401
    """Return the failures that pytest would prove, those that plugins see, and those that pytest would name."""
    broken = [not_refused(rule, name) for rule, name in (("a", "one"), ("a", "two"), ("b", "one"), ("c", "one"))]
    outcomes = [*broken, *map(passing, "defg")]
    option = SimpleNamespace(**{"tbstyle": "auto", "verbose": 0, "reportchars": "fE", **more})
    terminal: Any = SimpleNamespace(stats={"failed": list(reports)}, config=SimpleNamespace(option=option))
    folding = Folding()
    with folding.folded(terminal, faults(outcomes)):
        proved = terminal.stats["failed"]
        with folding.unfolded(terminal):
            seen = terminal.stats["failed"]
        named = terminal.stats["failed"]
    assert terminal.stats["failed"] == list(reports)
    assert [report.sections for report in reports] == [[]] * len(reports)
    return proved, seen, named


IDS = ("things.make.a.one", "things.make.a.two", "things.make.b.one", "things.make.c.one")


def test_proofs_are_printed_while_there_is_room_and_failures_of_others_always() -> None:
    foreign, *ours = (Report(""), *map(Report, IDS))
    proved, seen, named = printed([ours[3], foreign, *ours[:3]])
    assert proved == [foreign, ours[0], ours[2], ours[3]]
    assert seen == [ours[3], foreign, *ours[:3]]
    assert named == [foreign, ours[0], ours[2], ours[3]]
    longer = [Report(case, lines=50) for case in IDS]
    assert printed(longer)[0] == longer[:1]
    long = [Report(case, lines=500) for case in IDS]
    assert printed(long)[0] == long[:1]


@pytest.mark.parametrize("option", [{"verbose": 2}, {"tbstyle": "long"}, {"tbstyle": "no"}, {"tbstyle": "line"}])
def test_who_asks_for_more_gets_all(option: dict[str, Any]) -> None:
    reports = [Report(case) for case in IDS]
    assert printed(reports, **option) == (reports, reports, reports)


def test_who_chooses_what_is_named_gets_all_of_it() -> None:
    reports = [Report(case, lines=60) for case in IDS]
    proved, _, named = printed(reports, reportchars="f")
    assert (proved, named) == (reports[:1], reports)


def test_without_a_failure_of_ours_nothing_is_touched() -> None:
    foreign = [Report("")]
    assert printed(foreign) == (foreign, foreign, foreign)
