"""Entries that no longer hold after a run, with the lines to change."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from slack_conformance.baseline.entries import read_baseline
from slack_conformance.baseline.staleness import Staleness
from slack_conformance.results.terms import Verdict
from tests.results.build import case_result, finding

from .build import CASE, CASES, FAR, OTHER, entry, write

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("verdict", "expires", "partial", "words"),
    [
        ("KNOWN", "2026-11-21", False, []),
        ("KNOWN", "2026-11-20", False, [f":9: {CASE} was accepted until 2026-11-20.", "expires = 2026-11-20"]),
        ("KNOWN", "2026-11-20", True, [f":9: {CASE} was accepted until 2026-11-20."]),
        ("INCONCLUSIVE", FAR, False, []),
        ("ENGINE", FAR, False, []),
        ("PASS", FAR, True, [f":3: {CASE} passes now. Delete lines 3 to 10."]),
        ("N/A", FAR, False, [f":3: {CASE} does not apply to this target. Delete lines 3 to 10."]),
        ("FAIL", FAR, False, [":5: ", "was accepted as ok (not-refused) and now shows ok (shape)"]),
        ("WARN", FAR, False, [":5: ", "was accepted as ok (not-refused) and now shows ok (shape)"]),
        (None, FAR, False, [f":3: no case {CASE} was run. Delete lines 3 to 10."]),
        (None, "2020-01-01", True, []),
    ],
)
def test_the_lines_to_change(
    tmp_path: Path, verdict: str | None, expires: str, *, partial: bool, words: list[str]
) -> None:
    """File, line, and what to do; a case that did not run in a partial run says nothing of its entry."""
    baseline = read_baseline(tmp_path / write(tmp_path, entry(expires=expires), entry(OTHER)), CASES)
    staleness = Staleness(baseline, TODAY)
    verdicts = {OTHER: Verdict.KNOWN}
    if verdict is not None:
        verdicts[CASE] = Verdict(verdict)
        codes = ["shape"] if verdict in {"FAIL", "WARN"} else []
        staleness.see(case_result(CASE, id=CASE, observed="ok", findings=tuple(finding(code) for code in codes)))
    changes = staleness.changes(verdicts, partial=partial)
    assert len(changes) == bool(words)
    for word in words:
        assert word in changes[0]
        assert changes[0].startswith(str(tmp_path / "baseline.toml"))
