"""Failures on the HTML page: what each entry says, and which cases share one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.judge.words import expected as expected_in_words
from slack_conformance.report.dispute import rows_cited, without_readings
from slack_conformance.report.html import render_html
from tests.report import build

if TYPE_CHECKING:
    from pathlib import Path


def test_a_failure_says_everything_that_its_reader_needs(tmp_path: Path) -> None:
    case = build.case("bad_colour", verdict="FAIL", observed="bad_colours")
    case["findings"][0].update(
        code="undocumented-code", expected='error "bad_colour"', got='error "bad_colours"', nearest="bad_colour"
    )
    text = render_html(build.results(tmp_path, [case]))
    for wanted in (
        "<code>colour</code> is <code>none</code>: refused with <code>bad_colours</code>, should be refused with",
        '<dd>error &#34;<mark class="want">bad_colour</mark>&#34;</dd>',
        '<dd>error &#34;<mark class="came">bad_colours</mark>&#34;</dd>',
        "A request that is wrong in the way called bad_colour",
        "Errors, row 1 of <b>things.make.txt</b>",
        "strength: <b>must</b>",
        "evidence: <b>request</b>",
        "nearest documented code <b>bad_colour</b>",
        "<del>&amp;colour=red</del>",
        "<ins>&amp;colour=none</ins>",
        '{"ok":true}',
        "--data-binary &#39;name=lamp&amp;colour=none&#39;",
        "Set TOKEN first, to values of the profile or of the sandbox.",
        "slack-conformance run -k &#39;[things.make.bad_colour.one]&#39; --seed 7 --reports reports/again</pre>",
        "An app knows only the documented codes",
        "readings.target = [&#34;bad_colours&#34;]",
        'href="#dispute"',
    ):
        assert wanted in text, wanted


def test_one_thing_against_two_rules_is_shown_once(tmp_path: Path) -> None:
    case = build.case("bad_colour", verdict="FAIL")
    case["findings"].append({**case["findings"][0], "rule": "things.make.bad_name"})
    text = render_html(build.results(tmp_path, [case], [build.rule("bad_colour"), build.rule("bad_name")]))
    assert text.count("<dt>expected</dt>") == 1
    assert 'against <a href="#things.make.bad_name">' in text


def test_a_row_of_the_ledger_that_would_excuse_is_named(tmp_path: Path) -> None:
    case = build.case("bad_colour", verdict="FAIL", observed="bad_paint")
    assert '<a href="#DOC-01">DOC-01</a> allows this answer elsewhere' in render_html(build.results(tmp_path, [case]))


def test_readings_that_are_accepted_already_are_shown_as_such(tmp_path: Path) -> None:
    """They are named where their row is one click away, and not where somebody looks for what is wrong."""
    case = build.case("bad_colour", verdict="FAIL", observed="bad_paper")
    case["accept"] = ["bad_colour", "bad_paint"]
    accepted = 'error "bad_colour" (also accepted: error "bad_paint" by reading \'table\' of DOC-01)'
    case["expected"] = case["findings"][0]["expected"] = accepted
    text = render_html(build.results(tmp_path, [case]))
    assert 'The readings of <a href="#DOC-01">DOC-01</a> are accepted here, and this answer is none of them.' in text
    assert "No ledger row excuses it" not in text
    assert "by reading" not in text
    assert '<span class="dim">(1 other accepted outcome)</span></dd>' in text
    assert '<li><code>error &#34;bad_paint&#34;</code> <span class="dim">DOC-01, reading table</span></li>' in text


@pytest.mark.parametrize(
    ("expected", "plain", "rows"),
    [
        ('error "a"', 'error "a"', ()),
        ("ok:true by reading 'both' of DOC-03", "ok:true", ("DOC-03",)),
        ("ok:true by reading 'b' of DOC-03, with warning \"w\"", 'ok:true, with warning "w"', ("DOC-03",)),
        (
            "error \"a\" by reading 'one-of' of DOC-20, error \"b\" by reading 'x' of DOC-21",
            'error "a" or error "b"',
            ("DOC-20", "DOC-21"),
        ),
        (
            "error \"a\" (also accepted: ok:true by reading 'x' of DOC-20, error \"b\" by reading 'y' of DOC-20), w",
            'error "a" or ok:true or error "b", w',
            ("DOC-20",),
        ),
    ],
)
def test_what_is_accepted_without_its_readings(expected: str, plain: str, rows: tuple[str, ...]) -> None:
    assert without_readings(expected) == plain
    assert rows_cited(expected) == rows


def test_every_way_in_which_readings_are_named_is_understood() -> None:
    """Whatever the judge says of a case, nothing of a row is left in what a list of faults shows."""
    catalog = load_catalog()
    for case in catalog.cases:
        said = expected_in_words(case, catalog.methods[case.method])
        assert "DOC-" not in without_readings(said), said
        assert "reading" not in without_readings(said), said
        assert set(rows_cited(said)) <= {row for row, _ in case.readings.values()}


def test_an_unreadable_answer_is_excused_by_no_reading(tmp_path: Path) -> None:
    exchange = build.exchange(answer=None, problem="the connection was closed")
    case = build.case(
        "bad_colour", verdict="FAIL", observed="no-answer", exchanges=[exchange, build.exchange("recheck")]
    )
    text = render_html(build.results(tmp_path, [case]))
    assert "No known reading of the page excuses" in text
    assert "the connection was closed" in text
    assert "Base sent again" in text


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ({"target": {"name": "ours", "url": "http://h/api/", "kind": "real"}}, "--target http://h/api/"),
        ({"profile": "my profile.toml"}, "--profile &#39;my profile.toml&#39;"),
    ],
)
def test_the_command_that_runs_one_case_reaches_the_same_target(head: build.Line, wanted: str, tmp_path: Path) -> None:
    assert wanted in render_html(build.results(tmp_path, [build.case("bad_colour", verdict="FAIL")], head=head))


def test_failures_of_one_fault_are_shown_as_one(tmp_path: Path) -> None:
    """On the first screen and below: one proof is open, and the others lie behind it."""
    cases = [build.case(f"bad_{number}", verdict="FAIL") for number in range(5)]
    text = render_html(build.results(tmp_path, cases))
    title = "Requests that should be refused are accepted"
    first, matrix, failures = (text.index(part) for part in ('class="wrong"', 'id="matrix"', 'id="failures"'))
    assert first < text.index(title, first) < failures < matrix
    assert f'<h3>{title} <span class="n">5 failed checks</span></h3>' in text[failures:]
    assert "<summary>4 more checks show the same" in text
    assert text.count('class="entry failure') == 5
    assert text.count(' open>\n<summary><span class="sign fail"') == 1


def test_a_case_that_shows_two_faults_stands_with_the_heavier(tmp_path: Path) -> None:
    media = {"code": "media-type", "level": "WARN", "expected": "JSON", "got": "text/html", "nearest": None}
    cases = [build.case("bad_colour", verdict="FAIL"), build.case("bad_name", verdict="WARN")]
    for one in cases:
        one["findings"] = [*(one["findings"] if one["verdict"] == "FAIL" else []), {**media, "rule": one["rule"]}]
    text = render_html(build.results(tmp_path, cases))
    assert text.count('class="entry failure') == 2
    assert '<p class="dim">Also seen in <a href="#things.make.bad_colour.one">' in text


def test_of_two_faults_of_a_case_the_lighter_alone_adds_no_entry(tmp_path: Path) -> None:
    case = build.case("bad_colour", verdict="FAIL")
    case["findings"].append({**case["findings"][0], "code": "media-type", "level": "WARN", "got": "text/html"})
    text = render_html(build.results(tmp_path, [case]))
    assert text.count('class="entry failure') == 1
    assert text.count("application/json by their Content-Type") == len(["a line at the top", "a line that leads to it"])


def test_cases_with_one_cause_are_shown_as_one(tmp_path: Path) -> None:
    cases = [build.case(f"bad_{number}", verdict="INCONCLUSIVE") for number in range(5)]
    text = render_html(build.results(tmp_path, cases))
    once_above_and_once_with_its_cases = 2
    assert text.count("No colour was given.") == once_above_and_once_with_its_cases
    assert "5 checks (no-value)" in text


def test_a_long_body_is_cut_with_its_length_and_hash(tmp_path: Path) -> None:
    body = "<" * 5000
    exchanges = [build.exchange("base"), build.exchange(answer=build.answer(body))]
    text = render_html(build.results(tmp_path, [build.case("bad_colour", verdict="FAIL", exchanges=exchanges)]))
    digest = hashlib.sha256(body.encode()).hexdigest()
    assert f"of 5,000 characters shown; sha256 {digest[:16]}" in text
    assert text.count("&lt;") < 500
