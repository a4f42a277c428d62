"""The HTML page: complete, escaped, locked against foreign scripts, within its budget, the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalog.load import load_catalog
from conformance.judge.words import expected as expected_in_words
from conformance.report.diff import diff
from conformance.report.dispute import rows_cited, without_readings
from conformance.report.html import render_html, write_html
from conformance.report.standing import WORDS
from conformance.results.io import CutError, read_results
from tests.report import build

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;</pre>\u202e\x1b[31m\x00{{ 7*7 }}"
VOID = {"meta", "input", "br", "link", "img"}


class Page(HTMLParser):
    """The page as a browser would take it: elements, their attributes, ids, links, and the text of script and style."""

    def __init__(self, text: str) -> None:
        """Parse the page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": [], "title": [], "h1": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that begins."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        """Check that the innermost open element is the one that ends."""
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        """Keep the text of elements that matter."""
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]][-1] += data

    def attributes(self, name: str) -> list[str]:
        """Return every value of this attribute."""
        return [value or "" for _, attributes in self.tags for key, value in attributes.items() if key == name]


def whole() -> list[build.Line]:
    """Return cases of every verdict."""
    cases = [build.case(f"bad_{number}", verdict=verdict) for number, verdict in enumerate(build.VERDICTS)]
    cases[5]["known"] = {"issue": "https://issues.example/1", "owner": "us", "expires": "2027-01-31", "reason": "later"}
    cases[6]["cause"] = {"kind": "engine", "text": "It broke.", "needs": ""}
    return cases


def hostile(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value with every text in it replaced by what a hostile target would say."""
    if isinstance(value, dict):
        return {key: item if key == "role" else hostile(item) for key, item in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return HOSTILE if isinstance(value, str) else value


def hostile_cases() -> list[build.Line]:
    """Return cases of every verdict in which all that a target can choose is hostile."""
    cases = whole()
    for case in cases:
        case["exchanges"] = [
            {**hostile(exchange), "request": hostile(exchange["request"])} for exchange in case["exchanges"]
        ]
        case.update(observed=HOSTILE, got=HOSTILE, expected=HOSTILE, edit_text=HOSTILE, reading=["DOC-01", HOSTILE])
        if case["cause"] is not None:
            case["cause"] = {**hostile(case["cause"]), "kind": case["cause"]["kind"]}
        for finding in case["findings"]:
            finding.update(got=HOSTILE, expected=HOSTILE, nearest=HOSTILE)
    return cases


def test_every_rule_has_an_entry_and_a_cell_that_leads_to_it(tmp_path: Path) -> None:
    rules = [build.rule(f"bad_{number}") for number in range(9)]
    rules[8]["untestable"] = "It cannot be seen from outside."
    text = render_html(build.results(tmp_path, whole(), rules))
    page = Page(text)
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    for rule in rules:
        assert rule["id"] in ids
        assert f"#{rule['id']}" in page.attributes("href")
    assert "It cannot be seen from outside." in text


def test_every_link_leads_somewhere_in_the_page(tmp_path: Path) -> None:
    results = build.results(tmp_path, whole(), foot={"readings": {"DOC-01": {"table": ["a"], "example": ["b"]}}})
    page = Page(render_html(results, diff(results, results)))
    inside = [href[1:] for href in page.attributes("href") if href.startswith("#")]
    assert set(inside) <= set(page.attributes("id"))
    assert [href for href in page.attributes("href") if not href.startswith("#")] == ["https://issues.example/1"]


def test_nothing_is_loaded_and_nothing_but_our_own_script_and_style_may_run(tmp_path: Path) -> None:
    page = Page(render_html(build.results(tmp_path, whole())))
    policy = next(
        a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    for tag in ("script", "style"):
        (content,) = page.raw[tag]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not {"src", "style", "srcset", "action"} & {name for _, attributes in page.tags for name in attributes}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not re.search(r"url\(|@import", page.raw["style"][0])


def test_a_hostile_target_changes_nothing(tmp_path: Path) -> None:
    results = build.results(
        tmp_path, hostile_cases(), foot={"readings": {"DOC-01": {HOSTILE: ["a"]}}, "notes": [HOSTILE]}
    )
    text = render_html(results, diff(results, results))
    page = Page(text)
    assert len(page.raw["script"]) == len(page.raw["style"]) == 1
    assert page.raw["title"] == ["✕ Conformance of embedded sandbox"]
    assert "img" not in {tag for tag, _ in page.tags}
    assert not page.open
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert "‹U+202E›" in text  # noqa: RUF001 - the token as it is shown
    assert "‹ESC›" in text  # noqa: RUF001
    assert "{{ 7*7 }}" in text
    text.encode()


def test_hostile_headlines_and_targets_are_escaped_too(tmp_path: Path) -> None:
    head = {
        "target": {"name": HOSTILE, "url": HOSTILE, "kind": "real"},
        "profile": HOSTILE,
        "environment": {HOSTILE: HOSTILE},
    }
    results = build.results(tmp_path, whole(), head=head, foot={"sentence": HOSTILE, "cut": HOSTILE})
    text = render_html(results, diff(results, results))
    page = Page(text)
    assert "<h1>&lt;/script&gt;&lt;script&gt;alert(1)" in text
    assert len(page.raw["script"]) == len(page.raw["title"]) == 1
    assert page.raw["h1"][0].startswith("</script><script>alert(1)")


def test_a_known_deviation_links_only_to_the_web(tmp_path: Path) -> None:
    cases = whole()
    cases[5]["known"]["issue"] = "javascript:alert(1)"
    page = Page(render_html(build.results(tmp_path, cases)))
    assert not [href for href in page.attributes("href") if href.startswith("javascript")]


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    results = build.results(tmp_path, whole())
    write_html(results, tmp_path / "new" / "report.html", diff(results, results))
    assert (tmp_path / "new" / "report.html").read_bytes() == render_html(results, diff(results, results)).encode()


def test_a_failure_says_everything_that_its_reader_needs(tmp_path: Path) -> None:
    case = build.case("bad_colour", verdict="FAIL", observed="bad_colours")
    case["findings"][0].update(
        code="undocumented-code", expected='error "bad_colour"', got='error "bad_colours"', nearest="bad_colour"
    )
    text = render_html(build.results(tmp_path, [case]))
    for wanted in (
        "<dd>error &#34;bad_colour&#34;</dd>",
        "<dd>error &#34;bad_colour<mark>s</mark>&#34;</dd>",
        "A request that is wrong in the way called bad_colour",
        "Errors, row 1 of <b>things.make.txt</b>",
        "strength: <b>must</b>",
        "evidence: <b>request</b>",
        "nearest documented code <b>bad_colour</b>",
        "<del>&amp;colour=red</del>",
        "<ins>&amp;colour=none</ins>",
        '{"ok":true}',
        "--data-binary &#39;name=lamp&amp;colour=none&#39;",
        "Set TOKEN first.",
        "slack-conformance run -k &#39;[things.make.bad_colour.one]&#39; --seed 7</pre>",
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
    assert 'Ledger row <a href="#DOC-01">DOC-01</a> would excuse it' in render_html(build.results(tmp_path, [case]))


def test_readings_that_are_accepted_already_are_told_as_such(tmp_path: Path) -> None:
    """They are named where their row is one click away, and not where somebody looks for what is wrong."""
    case = build.case("bad_colour", verdict="FAIL", observed="bad_paper")
    accepted = 'error "bad_colour" (also accepted: error "bad_paint" by reading \'table\' of DOC-01)'
    case["expected"] = case["findings"][0]["expected"] = accepted
    text = render_html(build.results(tmp_path, [case]))
    assert 'The readings of <a href="#DOC-01">DOC-01</a> are accepted already; this answer is none of them.' in text
    assert "No ledger row excuses it" not in text
    assert text.count("by reading") == text.count("by reading &#39;table&#39; of DOC-01)</dd>") == 1
    assert "<dd>error &#34;bad_colour&#34; or error &#34;bad_paint&#34;</dd>" in text


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


def test_every_way_in_which_readings_are_told_is_understood() -> None:
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
    assert "No reading of the page excuses" in text
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


def test_failures_of_one_fault_are_told_as_one(tmp_path: Path) -> None:
    """On the first screen and below: one proof is open, and the others lie behind it."""
    cases = [build.case(f"bad_{number}", verdict="FAIL") for number in range(5)]
    text = render_html(build.results(tmp_path, cases))
    title = "requests that the page refuses are accepted"
    first, matrix, failures = (text.index(part) for part in ('class="wrong"', 'id="matrix"', 'id="failures"'))
    assert first < text.index(title) < matrix
    assert f'<h3>{title} <span class="n">5 cases of 5 rules</span></h3>' in text[failures:]
    assert "<summary>4 more cases show the same" in text
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
    assert text.count("application/json by their Content-Type") == 1


def test_cases_with_one_cause_are_told_as_one(tmp_path: Path) -> None:
    cases = [build.case(f"bad_{number}", verdict="INCONCLUSIVE") for number in range(5)]
    text = render_html(build.results(tmp_path, cases))
    once_above_and_once_with_its_cases = 2
    assert text.count("No colour was given.") == once_above_and_once_with_its_cases
    assert "5 cases (no-value)" in text


def test_a_long_body_is_cut_with_its_length_and_hash(tmp_path: Path) -> None:
    body = "<" * 5000
    exchanges = [build.exchange("base"), build.exchange(answer=build.answer(body))]
    text = render_html(build.results(tmp_path, [build.case("bad_colour", verdict="FAIL", exchanges=exchanges)]))
    digest = hashlib.sha256(body.encode()).hexdigest()
    assert f"of 5,000 characters shown; sha256 {digest[:16]}" in text
    assert text.count("&lt;") < 500


def test_what_changed_since_the_run_before_is_on_the_first_screen(tmp_path: Path) -> None:
    old = build.results(tmp_path, [build.case("bad_colour"), build.case("bad_name", verdict="FAIL")])
    new = build.results(tmp_path, [build.case("bad_colour", verdict="FAIL"), build.case("bad_name")])
    text = render_html(new, diff(old, new))
    assert text.index("1 regressed, 1 fixed") < text.index('id="matrix"')
    assert "Since the run before" not in render_html(new)


def test_a_cut_run_is_shown_as_cut(tmp_path: Path) -> None:
    with pytest.raises(CutError) as caught:
        read_results(build.written(tmp_path / "r.jsonl", build.lines(whole())[:3]))
    text = render_html(caught.value.results)
    assert "This run was cut off." in text
    assert Page(text).raw["h1"][0].startswith("Cut off: 2 of 7 cases")


@pytest.mark.parametrize(
    ("verdicts", "sign"),
    [
        (["PASS"], "✓"),
        (["PASS", "WARN"], "!"),
        (["PASS", "FAIL", "ENGINE"], "✕"),
        (["PASS", "INCONCLUSIVE"], "?"),
        (["N/A"], "?"),
    ],
)
def test_the_headline_has_the_sign_of_the_worst(verdicts: list[str], sign: str, tmp_path: Path) -> None:
    cases = [build.case(f"bad_{number}", verdict=verdict) for number, verdict in enumerate(verdicts)]
    assert Page(render_html(build.results(tmp_path, cases))).raw["title"][0].startswith(sign)


def test_the_headline_is_that_of_the_run_and_the_counts_stand_below_it(tmp_path: Path) -> None:
    """One sentence for every report: the run has made it, and nothing words it anew."""
    counts = "2 cases: 1 PASS, 0 WARN, 1 FAIL, 0 INCONCLUSIVE; 1 row seen."
    foot = {"sentence": f"It does not conform: refusals have no `ok` (1 case of 1 rule). {counts}"}
    cases = [build.case("bad_colour"), build.case("bad_name", verdict="FAIL")]
    text = render_html(build.results(tmp_path, cases, foot=foot))
    assert "<h1>It does not conform: refusals have no <code>ok</code> (1 case of 1 rule).</h1>" in text
    assert f"<p>{counts}</p>" in text
    assert "A row is one of the pages' tables of errors and warnings" in text


def test_what_could_not_be_tested_is_not_called_wrong(tmp_path: Path) -> None:
    """A link at the end of a long list leads to the rest of it."""
    cases = [build.case(f"bad_{number}", verdict="INCONCLUSIVE") for number in range(9)]
    for number, case in enumerate(cases):
        case["cause"] = {"kind": "no-state", "text": f"Reason {number}.", "needs": ""}
    text = render_html(build.results(tmp_path, cases))
    assert "<h2>What could not be tested</h2>" in text
    assert "What is wrong" not in text
    assert '<a href="#not-reachable">… and 1 more</a>' in text
    assert "What is wrong" in render_html(build.results(tmp_path, [*cases, build.case("bad_x", verdict="FAIL")]))


def test_every_cell_says_what_its_sign_means(tmp_path: Path) -> None:
    """By resting on it, in the legend, and to who cannot see it."""
    text = render_html(build.results(tmp_path, whole()))
    cells = [attributes for tag, attributes in Page(text).tags if "cell" in (attributes.get("class") or "").split()]
    assert len(cells) == len(whole())
    for cell in cells:
        word = next(word for word in WORDS.values() if str(cell["title"]).endswith(f", {word}"))
        assert f": {word}</li>" in re.sub("&#39;", "'", text)
    assert "Each is a link to the rule" in text


def test_a_target_that_follows_two_readings_is_marked(tmp_path: Path) -> None:
    foot = {"readings": {"DOC-01": {"table": ["a"], "example": ["b", "c"]}}}
    text = render_html(build.results(tmp_path, [build.case("bad_colour")], foot=foot))
    for reading, count in (("table", "1 case"), ("example", "2 cases")):
        assert re.search(rf'aria-label="WARN">!</span> <span>{reading}: .* <b>this target, {count}</b>', text)


def test_the_page_never_speaks_in_percent(tmp_path: Path) -> None:
    page = render_html(build.results(tmp_path, whole()))
    assert "%" not in re.sub(r"<style>.*?</style>|<script>.*?</script>", "", page, flags=re.DOTALL)


def _many(count: int, verdict: str = "PASS") -> list[build.Line]:
    return [build.case(f"bad_{number // 2}", f"way-number-{number}", verdict) for number in range(count)]


def test_a_clean_run_and_each_failure_keep_to_their_budget(tmp_path: Path) -> None:
    clean = len(render_html(build.results(tmp_path, _many(250))).encode())
    assert clean <= 400_000
    failing = len(render_html(build.results(tmp_path, [*_many(200), *_many(250, "FAIL")[200:]])).encode())
    assert (failing - clean) / 50 <= 8_000


def test_even_a_hostile_failure_keeps_to_its_budget(tmp_path: Path) -> None:
    cases = [*hostile_cases()[:1], build.case("bad_colour", verdict="FAIL")]
    base = len(render_html(build.results(tmp_path, cases)).encode())
    flood = "<\u202e" * 20_000
    headers = [[flood, flood]] * 100
    bad = build.exchange(answer=build.answer(flood, headers=headers, reason=flood), problem=flood)
    failing = build.case(
        "bad_name", verdict="FAIL", got=flood, observed=flood, exchanges=[bad | {"role": "base"}, bad, bad]
    )
    failing["findings"] = [{**failing["findings"][0], "got": flood, "expected": flood, "nearest": flood}] * 20
    size = len(render_html(build.results(tmp_path, [*cases, failing])).encode()) - base
    assert size <= 8_000
