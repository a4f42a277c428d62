"""The command line: list, explain, serve, run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.datafile import DataError, suggestion
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root
from slack_conformance.commands.explain import explain
from slack_conformance.commands.listing import listing, table
from slack_conformance.lab.variants.registry import all_variants
from slack_conformance.target.telling import told_by
from tests.cases import case_of

if TYPE_CHECKING:
    from tests.running import Runner

CATALOG = load_catalog()
EVERYTHING = {
    "cases": [case.id for case in CATALOG.cases],
    "rules": [rule.id for rule in CATALOG.rules],
    "ledger": list(CATALOG.ledger),
    "states": list(CATALOG.states),
}
SCREEN = (40, 160)
"""Lines and columns of a screen."""


@pytest.mark.parametrize("kind", EVERYTHING)
def test_every_explanation_fits_one_screen(kind: str) -> None:
    """What the page says and where, the bytes, what is accepted and why: without scrolling."""
    explained = {wanted: explain(wanted) for wanted in EVERYTHING[kind]}
    assert [wanted for wanted, text in explained.items() if wanted not in text] == []
    assert [wanted for wanted, text in explained.items() if len(text.splitlines()) > SCREEN[0]] == []


def test_a_case_is_explained_byte_for_byte() -> None:
    """The request stands there as it is sent, values of the world by name."""
    text = explain(case_of("oauth.access.bad_redirect_uri"))
    assert "POST /api/oauth.access HTTP/1.1" in text
    assert "code=$code" in text
    assert 'accepted  error "bad_redirect_uri"' in text


def test_credentials_of_http_basic_are_shown_as_the_pair_that_they_are() -> None:
    """Base64 in which halves of names stand could not be sent by anybody."""
    shown = {line for case in CATALOG.cases for line in explain(case.id).splitlines() if ": Basic " in line}
    assert "  Authorization: Basic base64($client_id:$client_secret)" in shown
    assert not [line for line in shown if "(" not in line and "$" in line]


@pytest.mark.parametrize("name", CATALOG.ledger)
def test_a_ledger_row_is_explained_with_its_readings_and_cases(name: str) -> None:
    """A finding cites it; `explain` shows every way to read the place, and where that matters."""
    row, text = CATALOG.ledger[name], explain(name)
    flat = " ".join(text.split())
    meeting = [case.id for case in CATALOG.cases if any(name == row_id for row_id, _ in case.readings.values())]
    assert " ".join(row.title.split()) in flat
    assert " ".join(row.because.split()) in flat
    for place in row.places:
        assert place in flat
    for reading, outcomes in row.readings.items():
        assert reading in flat
        assert all(outcome.removeprefix("http-") in flat for outcome in outcomes)
    assert f"preferred {row.preferred}" in flat
    assert f"cases that meet it: {len(meeting) or 'none'}" in flat
    assert not meeting or meeting[0] in flat


@pytest.mark.parametrize("name", CATALOG.states)
def test_a_state_is_explained_with_the_cases_that_need_it(name: str) -> None:
    """A case that could not be tried names its state; `explain` shows what to seed."""
    state, flat = CATALOG.states[name], " ".join(explain(name).split())
    assert " ".join(state.fact.split()) in flat
    assert f"evidence: {state.evidence}" in flat
    taken = set().union(*told_by(state, CATALOG).values())
    assert taken <= set(state.gives)
    assert taken or not state.gives
    assert all(value in flat for value in taken)
    needing = [case.id for case in CATALOG.cases if name in {case.state, case.instead}]
    assert not needing or needing[0] in flat
    assert "cases that need it: none" not in flat
    assert f"[state.{name}]" in flat


def test_an_unknown_id_is_answered_with_the_nearest() -> None:
    """A slip of the pen is put right."""
    with pytest.raises(DataError, match=r"Did you mean 'oauth\.access\.invalid_code'"):
        explain("oauth.access.invalid_cdoe")


def test_a_part_of_an_id_is_answered_with_those_that_contain_it() -> None:
    """All of them are listed, a single one is explained, and a list keeps to a screen."""
    lines = explain("oauth.access.via").splitlines()
    wanted = [name for names in EVERYTHING.values() for name in names if "oauth.access.via" in name]
    assert lines[0] == f"{len(wanted)} ids contain 'oauth.access.via':"
    assert sorted(line.strip() for line in lines[1:]) == sorted(wanted)
    assert explain("doc-29") == explain("DOC-29")
    many = explain("oauth.access").splitlines()
    assert len(many) <= SCREEN[0]
    assert many[-1].endswith(" more")


def test_a_message_lists_no_more_names_than_a_reader_takes_in() -> None:
    """Ten, and how many there are besides."""
    names = [f"name-{number:02}" for number in range(12)]
    assert suggestion("zzz", names).endswith("name-08, name-09 and 2 more.")
    assert suggestion("zzz", names[:10]).endswith("name-08, name-09.")


@pytest.mark.parametrize("what", ["rules", "cases", "states", "ledger", "variants"])
def test_lists(what: str) -> None:
    """Every entry has a line, and the same as JSON."""
    catalog = load_catalog()
    expected = {
        "rules": {rule.id for rule in catalog.rules},
        "cases": {case.id for case in catalog.cases},
        "states": set(catalog.states),
        "ledger": set(catalog.ledger),
        "variants": set(all_variants(catalog)),
    }[what]
    rows = [json.loads(line) for line in listing(what, as_json=True).splitlines()]
    assert {row.get("id") or row["name"] for row in rows} == expected
    assert {line.split()[0] for line in listing(what, as_json=False).splitlines()} == expected


def test_the_table_of_states_in_the_docs_is_the_list() -> None:
    """Which values tell a state stands there as the suite itself has it, with a column for each method."""
    made = table("states")
    assert made in (data_root() / "docs/profiles.md").read_text("utf-8")
    head, _, *rows = made.splitlines()
    assert len(rows) == len(CATALOG.states)
    assert all(f"| {method} |" in head for method in CATALOG.methods)
    two_factor = next(row for row in rows if row.startswith("| two-factor-missing |"))
    assert two_factor.split(" | ")[2:4] == ["token", "code"]


def test_a_list_of_variants_says_what_the_suite_makes_of_each() -> None:
    """The rules on which it warns, the reading of the ledger that a variant follows, or what it decides."""
    rows = {row["name"]: row for row in map(json.loads, listing("variants", as_json=True).splitlines())}
    lines = {line.split()[0]: line for line in listing("variants", as_json=False).splitlines()}
    assert rows["example-name"]["reading"] == "DOC-01 example"
    assert rows["example-name"]["about"] == load_catalog().ledger["DOC-01"].title
    assert (rows["indented"]["reading"], rows["indented"]["about"]) == ("-", "white space in JSON")
    for name, row in rows.items():
        assert lines[name].split()[1] == ("WARN" if row["warns"] else "PASS")


def test_a_program_gets_a_number_and_a_reader_words() -> None:
    """A number can be added up; a rule without a case is said to be untested."""
    counts = {row["id"]: row["cases"] for row in map(json.loads, listing("rules", as_json=True).splitlines())}
    lines = {line.split()[0]: line for line in listing("rules", as_json=False).splitlines()}
    assert {0, 1} < set(counts.values())
    for rule, count in counts.items():
        assert {0: " not tested ", 1: " 1 case "}.get(count, f" {count} cases ") in lines[rule]


def test_run_writes_every_report(command: Runner) -> None:
    """One command, six kinds of report."""
    finished = command("run", "-k", "oauth.access.invalid_code")
    assert finished.code == 0, finished.text
    names = {path.name for path in (finished.folder / "reports").iterdir()}
    assert names >= {"results.jsonl", "conformance.html", "pytest.html", "junit.xml", "allure-results"}
    labels = [
        json.loads(path.read_text("utf-8"))
        for path in (finished.folder / "reports/allure-results").glob("*-result.json")
    ]
    assert {label["name"]: label["value"] for label in labels[0]["labels"]}["epic"] == "oauth.access"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "--target", "nonsense"], 4, "not a usable URL"),
        (["run", "--profile", "nowhere.toml"], 4, "nowhere.toml"),
        (["explain", "nonsense"], 4, "nothing is called 'nonsense'"),
        (["documents", "nowhere"], 4, "nowhere"),
        (["lisst"], 4, "Did you mean 'list'?"),
        (["list", "stats"], 4, "Did you mean 'states'?"),
        (["list", "--jsn"], 4, "Did you mean '--json'?"),
        (["target", "chek"], 4, "Did you mean 'check'?"),
        (["target", "init"], 4, "no URL is given"),
        (["run", "--target", "http://h/", "--profile", "p.toml"], 4, "name one of the two"),
        (["serve", "--control-key-env", "NOT_SET_ANYWHERE"], 4, "NOT_SET_ANYWHERE is not set"),
        (["serve", "--host", "no.such.host.invalid"], 4, "no.such.host.invalid"),
    ],
)
def test_bad_input_is_one_message(command: Runner, arguments: list[str], code: int, words: str) -> None:
    """Never a traceback."""
    finished = command(*arguments)
    assert finished.code == code, finished.text
    assert words in finished.text
    assert "Traceback" not in finished.text
