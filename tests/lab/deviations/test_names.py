"""Names and texts of the deviations: users meet them, so they are unique, plain and do not change by accident."""

from __future__ import annotations

import re

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.deviations import all_deviations, find
from slack_conformance.lab.deviations.load import entries_of, faults_of
from tests.lab.deviations.freeze import NAMES, names

CATALOG = load_catalog()


def test_the_names_are_those_that_are_frozen() -> None:
    frozen = NAMES.read_text("utf-8").splitlines()
    assert names() == frozen, "python -m tests.lab.deviations.freeze, if it is meant"


def test_names_begin_with_the_rule_and_are_plain() -> None:
    rules = {rule.id: rule for rule in CATALOG.rules}
    for name, fault in all_deviations(CATALOG).items():
        assert re.fullmatch(r"[a-z0-9._-]+", name)
        assert name.startswith(f"{fault.rules[0]}--")
        assert not {rules[rule].untestable for rule in fault.rules} - {None}


def test_summaries_are_sentences() -> None:
    for fault in all_deviations(CATALOG).values():
        assert fault.summary.endswith("."), fault.name
        assert len(fault.summary) > len("Refused."), fault.name


def test_every_written_fault_belongs_to_some_method() -> None:
    """A fault of a shared rule is left out where it does not fit; somewhere it does."""
    fitting, written = set(), set()
    for method in CATALOG.methods.values():
        for entry in entries_of(method.name):
            written.add((entry.file, entry.key))
            if faults_of(method, [entry]) or "of" in entry.content:
                fitting.add((entry.file, entry.key))
    assert written - fitting == set()


def test_an_unknown_name_gets_a_suggestion() -> None:
    assert find("oauth.access.bad_redirect_uri--not-needed", CATALOG).method == "oauth.access"
    with pytest.raises(DataError, match=r"Did you mean .*not-needed"):
        find("oauth.access.bad_redirect_uri--not-neded", CATALOG)
