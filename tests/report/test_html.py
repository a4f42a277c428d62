"""The HTML page: complete, escaped, locked against foreign scripts, within its budget, the same every time."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from slack_conformance.report.diff import diff
from slack_conformance.report.history import history
from slack_conformance.report.html import render_html, write_html
from slack_conformance.report.standing import WORDS
from slack_conformance.results.io import CutError, read_results
from tests.report import build
from tests.report.pages import HOSTILE, Page, hostile_cases, whole

if TYPE_CHECKING:
    from pathlib import Path


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
    assert "<h1>The suite itself failed on <code>&lt;/script&gt;&lt;script&gt;alert(1)" in text
    assert len(page.raw["script"]) == len(page.raw["title"]) == 1


def test_a_known_deviation_links_only_to_the_web(tmp_path: Path) -> None:
    cases = whole()
    cases[5]["known"]["issue"] = "javascript:alert(1)"
    page = Page(render_html(build.results(tmp_path, cases)))
    assert not [href for href in page.attributes("href") if href.startswith("javascript")]


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    results = build.results(tmp_path, whole())
    write_html(results, tmp_path / "new" / "report.html", diff(results, results))
    assert (tmp_path / "new" / "report.html").read_bytes() == render_html(results, diff(results, results)).encode()


def test_what_changed_since_the_run_before_is_on_the_first_screen(tmp_path: Path) -> None:
    old = build.results(tmp_path, [build.case("bad_colour"), build.case("bad_name", verdict="FAIL")])
    new = build.results(tmp_path, [build.case("bad_colour", verdict="FAIL"), build.case("bad_name")])
    text = render_html(new, diff(old, new))
    assert text.index("1 regressed, 1 fixed") < text.index('id="matrix"')
    assert "Since the previous run" not in render_html(new)


def test_a_cut_run_is_shown_as_cut(tmp_path: Path) -> None:
    with pytest.raises(CutError) as caught:
        read_results(build.written(tmp_path / "r.jsonl", build.lines(whole())[:3]))
    text = render_html(caught.value.results)
    assert "This run was cut off." in text
    assert Page(text).raw["h1"][0].startswith("Cut off: 2 of 8 cases")


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


def test_the_headline_follows_from_the_lines_and_the_counts_stand_below_it(tmp_path: Path) -> None:
    """Whatever the footer claims."""
    foot = {"sentence": "It conforms. 2 cases: 2 PASS, 0 WARN, 0 FAIL, 0 INCONCLUSIVE; 2 rows seen."}
    cases = [build.case("bad_colour"), build.case("bad_name", verdict="FAIL")]
    text = render_html(build.results(tmp_path, cases, foot=foot))
    assert "<h1>embedded sandbox does not conform: 1 problem, 1 failed check</h1>" in text
    assert "<p>2 checks: 1 failed, 1 passed." in text
    assert "<b>Slack Web API: <code>things.make</code></b>" in text
    assert "It conforms" not in text


def test_what_could_not_be_tested_is_no_problem_but_a_next_step(tmp_path: Path) -> None:
    """The largest step comes first; what has no step of its own leads to the whole list."""
    cases = [build.case(f"bad_{number}", verdict="INCONCLUSIVE") for number in range(12)]
    kinds = ["no-time", "control", "not-entered", "not-left", "throttled", "too-slow"]
    for number, case in enumerate(cases):
        case["cause"] = {"kind": "no-state", "text": "No.", "needs": f"A [state.s{number % 2}] in the profile."}
        if number < len(kinds):
            case["cause"] = {"kind": kinds[number], "text": f"Reason {number}.", "needs": ""}
    cases[11]["cause"] = {
        "kind": "no-value",
        "text": "No.",
        "needs": "Values for colour, size in the profile's [values].",
    }
    text = render_html(build.results(tmp_path, cases))
    assert "What to do next: 12 checks could not run</h2>" in text
    assert "Provide these 2 values in the profile <b>→ 1 more check</b>" in text
    assert "[values]\ncolour = &#34;…&#34;\nsize = &#34;…&#34;</pre>" in text
    assert "Describe these 2 states in the profile <b>→ 5 more checks</b>" in text
    assert '<a href="#not-reachable">2 other reasons</a>' in text
    assert "problem" not in text[: text.index("<main>")]


def test_every_red_cell_has_a_line_at_the_top(tmp_path: Path) -> None:
    """Also a rule that only an answer to a case of another rule breaks."""
    case = build.case("bad_colour", verdict="FAIL", also=["things.make.shape"])
    case["findings"].append({**case["findings"][0], "code": "shape", "rule": "things.make.shape"})
    text = render_html(build.results(tmp_path, [case], [build.rule("bad_colour"), build.rule("shape")]))
    red = re.findall(r'class="cell fail" href="#([^"]+)"', text)
    assert set(red) == {"things.make.bad_colour", "things.make.shape"}
    top = text[: text.index("<main>")]
    assert all(f'href="#{rule}"' in top for rule in red)


def test_the_last_runs_are_listed_the_newest_last(tmp_path: Path) -> None:
    for day, verdict in (("20", "FAIL"), ("22", "PASS"), ("19", "FAIL")):
        head = {"started": f"2026-11-{day}T08:00:00Z"}
        build.written(tmp_path / f"{day}.jsonl", build.lines([build.case("bad_colour", verdict=verdict)], head=head))
    lines = build.lines([build.case("bad_colour")], head={"started": "2026-11-21T08:00:00Z", "cases": 2})
    build.written(tmp_path / "partial.jsonl", lines)  # which says nothing about the others
    other = {"target": {"name": "somebody else", "url": "http://127.0.0.1:1/", "kind": "mock"}}
    build.written(tmp_path / "other.jsonl", build.lines([build.case("bad_colour")], head=other))
    (tmp_path / "broken.jsonl").write_text("{", encoding="utf-8")
    results = read_results(tmp_path / "22.jsonl")
    text = render_html(results, past=history(tmp_path, results))
    assert "Failed checks in the last 3 whole runs,</b> newest last: 1 → 1 → 0." in text
    rows = re.findall(r'<th scope="row">(2026-\S+)', text)
    assert rows == ["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"]
    assert "Last runs" not in render_html(results)


def test_the_head_of_each_printed_sheet_cannot_leave_its_style(tmp_path: Path) -> None:
    head = {"target": {"name": '"}</style><b>', "url": "http://127.0.0.1:1/", "kind": "mock"}}
    page = Page(render_html(build.results(tmp_path, whole(), head=head)))
    assert len(page.raw["style"]) == 1
    assert '"}' not in page.raw["style"][0].split("@top-left{content:")[1].removesuffix('"}}\n')


def test_every_cell_says_what_its_sign_means(tmp_path: Path) -> None:
    """By resting on it, in the legend, and to who cannot see it."""
    text = render_html(build.results(tmp_path, whole()))
    cells = [attributes for tag, attributes in Page(text).tags if "cell" in (attributes.get("class") or "").split()]
    assert len(cells) == len(whole())
    for cell in cells:
        word = next(word for word in WORDS.values() if str(cell["title"]).endswith(f", {word}"))
        assert f": {word}</li>" in re.sub("&#39;", "'", text)
    assert "each cell leads to its rule" in text


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
    assert clean <= 250_000
    failing = len(render_html(build.results(tmp_path, [*_many(200), *_many(250, "FAIL")[200:]])).encode())
    assert (failing - clean) / 50 <= 8_000


@pytest.mark.slow
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
