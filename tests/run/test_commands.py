"""The command line: list, explain, serve, run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.datafile import DataError
from conformance.catalog.load import load_catalog
from conformance.commands.explain import explain
from conformance.commands.listing import listing

if TYPE_CHECKING:
    from tests.run.conftest import Runner

SCREEN = (40, 160)
"""Lines and columns of a screen."""


@pytest.mark.parametrize("wanted", [*(case.id for case in load_catalog().cases), *(r.id for r in load_catalog().rules)])
def test_every_explanation_fits_one_screen(wanted: str) -> None:
    """What the page says and where, the bytes, what is accepted and why: without scrolling."""
    lines = explain(wanted).splitlines()
    assert wanted in "\n".join(lines)
    assert len(lines) <= SCREEN[0], len(lines)


def test_a_case_is_explained_byte_for_byte() -> None:
    """The request stands there as it is sent, values of the world by name."""
    text = explain("oauth.access.bad_redirect_uri.other-host")
    assert "POST /api/oauth.access HTTP/1.1" in text
    assert "code=$code" in text
    assert 'accepted  error "bad_redirect_uri"' in text


def test_an_unknown_id_is_answered_with_the_nearest() -> None:
    """A slip of the pen is put right."""
    with pytest.raises(DataError, match=r"Did you mean 'oauth\.access\.invalid_code'"):
        explain("oauth.access.invalid_cod")


@pytest.mark.parametrize("what", ["rules", "cases", "states", "ledger"])
def test_lists(what: str) -> None:
    """Every entry has a line, and the same as JSON."""
    catalog = load_catalog()
    expected = {
        "rules": {rule.id for rule in catalog.rules},
        "cases": {case.id for case in catalog.cases},
        "states": set(catalog.states),
        "ledger": set(catalog.ledger),
    }[what]
    rows = [json.loads(line) for line in listing(what, as_json=True).splitlines()]
    assert {row.get("id") or row["name"] for row in rows} == expected
    assert {line.split()[0] for line in listing(what, as_json=False).splitlines()} == expected


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
        (["run", "--target", "nonsense"], 4, "no usable URL"),
        (["run", "--profile", "nowhere.toml"], 4, "nowhere.toml"),
        (["explain", "nonsense"], 4, "no rule or case 'nonsense'"),
        (["documents", "nowhere"], 4, "nowhere"),
        (["lisst"], 4, "invalid choice"),
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
