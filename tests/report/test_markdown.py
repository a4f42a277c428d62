"""The step summary: what must be in it, what must not get out of it, and its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.report.diff import diff
from slack_conformance.report.markdown import LIMIT, code, render_markdown, text
from slack_conformance.results.io import CutError, read_results
from slack_conformance.results.terms import Kind
from tests.report import build

if TYPE_CHECKING:
    from pathlib import Path


def test_the_summary_says_what_failed_and_why(tmp_path: Path) -> None:
    cases = [build.case(f"bad_{number}", verdict=verdict) for number, verdict in enumerate(build.VERDICTS)]
    cases[5]["known"] = {"issue": "T-1", "owner": "us", "expires": "2027-01-31", "reason": "later"}
    results = build.results(tmp_path, cases, foot={"sentence": "All is well."})
    summary = render_markdown(results, diff(results, results))
    for wanted in (
        "# The suite itself failed on embedded sandbox\n\nSlack Web API: `things.make`. 8 checks: 1 failed, 1 ended in",
        "| 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 |",
        "Nothing changed in 8 cases.",
        "## What is wrong (1 problem)",
        "- ✕ **`colour` is `none`: accepted, should be refused with `bad_2`** (1 check): `things.make.bad_2.one`",
        "- Documented (must; Errors, row 1 of `things.make.txt`)",
        "- again: `slack-conformance run -k '[things.make.bad_2.one]' --seed 7 --reports reports/again`",
        "## What to do next (1 check could not run)\n\n- 1 check: No colour was given. What helps: a colour",
        "- `things.make.bad_5.one`: `T-1`, us, until 2027\\-01\\-31: later",
        "started `2026-11-21T21:40:00Z`, seed 7, edition `2026.1`.",
        "## New since edition `2026.1` (1)\n\nThey change no exit code until you choose an edition that has them.",
        "- ✕ `things.make.bad_6.one`: FAIL once it counts. `colour` is `none`: accepted, should be refused with",
        "## Errors of the suite itself (1)",
    ):
        assert wanted in summary, wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("plain", "`plain`"),
        ("", "` `"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        ("a|b", "`a\\|b`"),
        ("a\nb\x1b", "`a‹LF›b‹ESC›`"),  # noqa: RUF001 - the tokens as they are shown
    ],
)
def test_nothing_leaves_a_code_span(value: str, wanted: str) -> None:
    assert code(value) == wanted


def test_text_makes_no_markup_link_or_mention() -> None:
    shown = text("# <b>*a*</b> [x](https://e.example) @all `c` | &amp; ~~no~~\n- item")
    assert shown == (
        "\\# &lt;b&gt;\\*a\\*&lt;/b&gt; \\[x\\]\\(https&#58;//e\\.example\\) @<!-- -->all \\`c\\` \\| &amp;amp; "
        "\\~\\~no\\~\\~‹LF›\\- item"  # noqa: RUF001 - the token as it is shown
    )


def test_a_sentence_keeps_its_signs_and_loses_its_markup(tmp_path: Path) -> None:
    """A hyphen, a full stop and a colon stay; what would be a link, a mention or an element does not."""
    case = build.case("a", verdict="INCONCLUSIVE")
    hostile = "one-two: a_b. <b>*x*</b> [y](https://e.example) www.e.example @all #1 | `c`"
    case["cause"] = {"kind": "control", "text": hostile, "needs": ""}
    line = next(line for line in render_markdown(build.results(tmp_path, [case])).splitlines() if "one-two" in line)
    assert line == (
        "- 1 check: one-two: a_b. &lt;b&gt;\\*x\\*&lt;/b&gt; \\[y](https&#58;//e.example) www\\.e.example "
        "@<!-- -->all \\#1 \\| `c`"
    )


def _independent(count: int, verdict: str = "FAIL") -> list[build.Line]:
    """Return cases with as many faults, each of a rule of its own, among others that pass."""
    wrong = [build.case(f"bad_{number}", verdict=verdict) for number in range(count)]
    return [*wrong, *(build.case(f"good_{number}") for number in range(count))]


def test_a_long_summary_is_cut_at_a_line_and_says_so(tmp_path: Path) -> None:
    results = build.results(tmp_path, _independent(20))
    whole = render_markdown(results)
    cut = render_markdown(results, limit=3000)
    assert len(cut.encode()) <= 3000 < len(whole.encode()) <= LIMIT
    *body, blank, last = cut.splitlines()
    assert not blank
    assert whole.splitlines()[: len(body)] == body
    missing = len(whole.splitlines()) - len(body)
    assert last == f"… {missing} more lines did not fit; conformance.html and the results file have them all."


def test_one_fault_in_many_cases_is_named_once(tmp_path: Path) -> None:
    cases = [build.case(f"bad_{number}", verdict="FAIL") for number in range(100)]
    summary = render_markdown(build.results(tmp_path, cases))
    assert "(100 checks): `things.make.bad_0.one`, `things.make.bad_1.one`" in summary
    assert len(summary.splitlines()) < 20


@pytest.mark.parametrize("count", [1, 9, 18, 19, 100])
def test_the_summary_stays_short_whatever_is_wrong(count: int, tmp_path: Path) -> None:
    """Many of everything: faults, warnings, causes, known deviations, and what changed."""
    cases = [*_independent(count), *(build.case(f"odd_{at}", verdict="WARN") for at in range(count))]
    causes = [build.case(f"not_{at}", verdict="INCONCLUSIVE") for at in range(count)]
    for at, case in enumerate(causes):
        case["cause"] = {"kind": list(Kind)[at % len(Kind)], "text": f"Reason {at}.", "needs": "it"}
    known = {"issue": "T-1", "owner": "us", "expires": "2027-01-31", "reason": "later"}
    accepted = [build.case(f"known_{at}", verdict="KNOWN", known=known) for at in range(count)]
    before = build.results(
        tmp_path, [{**case, "verdict": "PASS", "findings": [], "observed": case["accept"][0]} for case in cases]
    )
    results = build.results(tmp_path, [*cases, *causes, *accepted])
    lines = render_markdown(results, diff(before, results)).splitlines()
    assert len(lines) < 140
    if count > 18:
        assert f"- … and {count - 18} more, in conformance.html" in lines
    alone = render_markdown(build.results(tmp_path, _independent(count))).splitlines()
    assert len(alone) < 60


def test_a_cut_run_says_that_it_was(tmp_path: Path) -> None:
    with pytest.raises(CutError) as caught:
        read_results(build.written(tmp_path / "r.jsonl", build.lines([build.case("a"), build.case("b")])[:2]))
    assert "**This run was cut off; do not read it as a result.**" in render_markdown(caught.value.results)
