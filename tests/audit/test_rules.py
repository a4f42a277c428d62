"""The data: every rule has a check, a place with the hash of its sentence, and ids of its own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from slack_conformance.audit.checks import CHECKS
from slack_conformance.audit.judge import level_of
from slack_conformance.audit.rules import chosen_injections, load_book
from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.place import data_root
from slack_conformance.sandbox.injections import INJECTIONS

CATALOG = load_catalog()
BOOK = load_book(CATALOG)
PAGE = Path(__file__).parents[2] / "docs" / "clients-audit.md"
HEAVY = {"must": "FAIL", "should": "WARN", "may": "WARN"}


def test_every_check_has_a_rule() -> None:
    assert {rule.name for rule in BOOK.rules} == CHECKS.keys()


def test_what_can_fail_rests_on_a_sentence_of_a_page() -> None:
    assert [rule.id for rule in BOOK.rules if level_of(rule) == "FAIL" and rule.sha256 is None] == []
    assert [rule.id for rule in BOOK.rules if rule.strength == "may" and not rule.source] == []


def test_no_case_is_called_like_one_about_servers() -> None:
    ids = list(BOOK.case_ids(CATALOG))
    assert len(ids) == len(set(ids))
    assert not {*ids} & {*(case.id for case in CATALOG.cases), *(rule.id for rule in CATALOG.rules)}
    assert all(re.fullmatch(r"client\.[a-z0-9._-]+", one) for one in ids)


def test_every_injection_of_the_sandbox_can_be_chosen() -> None:
    assert chosen_injections(["all"], BOOK, CATALOG) == tuple(BOOK.injections)
    assert BOOK.injections.keys() == INJECTIONS.keys()
    for name in BOOK.injections:
        for method in CATALOG.methods.values():
            injection = BOOK.injected(name, method)
            INJECTIONS[injection.kind](**injection.parameters)


def test_the_code_of_a_refusal_can_be_chosen() -> None:
    assert chosen_injections(["dropped, refused=invalid_code", "dropped"], BOOK, CATALOG) == (
        "dropped",
        "refused=invalid_code",
    )
    method = CATALOG.methods["oauth.access"]
    assert BOOK.injected("refused=invalid_code", method).parameters == {"error": "invalid_code"}
    every = chosen_injections(["refused=all"], BOOK, CATALOG)
    assert len(every) == len(set().union(*(method.error_codes for method in CATALOG.methods.values())))


def test_the_codes_of_the_data_are_those_of_the_pages() -> None:
    for method in CATALOG.methods.values():
        assert BOOK.injections["refused"]["error"][method.name] in method.error_codes


@pytest.mark.parametrize("word", ["droped", "refused=invalid_coed", "dropped=1"])
def test_an_unknown_injection_is_an_error_with_a_hint(word: str) -> None:
    with pytest.raises(DataError, match=r"--inject.*(Did you mean|Known)"):
        chosen_injections([word], BOOK, CATALOG)


BROKEN = {
    "a rule without a check": ("[rule.json-arguments]", "[rule.jason-arguments]", "jason-arguments"),
    "a rule about a method that does not exist": ('on."oauth.access"', 'on."oauth.excess"', "oauth.excess"),
    "a place that the catalog does not have": ("oauth.access.bad_redirect_uri", "oauth.access.no", "cites"),
    "a run that does not exist": ('["throttled"]', '["throtled"]', "throtled"),
    "a row of the ledger that does not exist": ('["DOC-12"]', '["DOC-99"]', "DOC-99"),
    "a key that is misspelt": ("remedy ", "remedie ", "remedy"),
    "an injection that does not exist": ("[injection.slow]", "[injection.sloow]", "sloow"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_wrong_data_is_an_error_that_names_the_place(what: str, tmp_path: Path) -> None:
    old, new, named = BROKEN[what]
    (tmp_path / "fixtures").mkdir()
    path = tmp_path / "fixtures" / "audit.toml"
    shutil.copyfile(data_root() / "fixtures" / "audit.toml", path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=named):
        load_book(CATALOG, tmp_path)


def test_the_page_lists_every_rule_with_what_breaking_it_is() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| ([^|]+) \| ([A-Z-]+) \| ([A-Z-]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    levels = {(rule.name, rule.method): str(level_of(rule)) for rule in BOOK.rules}
    wanted = {
        rule.name: (rule.summary, *(_level(levels.get((rule.name, method)), rule.name) for method in CATALOG.methods))
        for rule in BOOK.rules
    }
    assert {name: tuple(rest) for name, *rest in rows} == wanted
    assert [name for name, *_ in rows] == list(wanted)


def _level(level: str | None, name: str) -> str:
    """Return the level, of the rule that is never broken what it leads to, or a dash for a method without the rule."""
    return "INCONCLUSIVE" if name == "comes-to-end" else level or "-"


def test_the_page_lists_every_injection() -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \| [^|]+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)) == {*BOOK.injections}
