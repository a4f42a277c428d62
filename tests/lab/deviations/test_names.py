"""Names and texts of the deviations: users meet them, so they are unique, plain and do not change by accident."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from conformance.catalog.datafile import DataError
from conformance.catalog.load import load_catalog
from conformance.lab import deviations
from conformance.lab.prove.clients import of_clients
from conformance.lab.prove.deviations import all_deviations, find
from tests.lab.deviations.freeze import NAMES, names

CATALOG = load_catalog()


def test_the_names_are_those_that_are_frozen() -> None:
    assert names() == NAMES.read_text("utf-8").splitlines()


def test_no_two_deviations_have_one_name() -> None:
    every = [fault.name for fault in chain(deviations.all_deviations(CATALOG), of_clients(CATALOG))]
    assert len(every) == len(set(every)) > 0


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


def test_every_deviation_by_hand_belongs_to_some_method() -> None:
    for fault in deviations.BY_HAND:
        assert any(fault.fits(method) for method in CATALOG.methods.values()), f"{fault.rule}--{fault.fault}"


def test_every_collateral_belongs_to_some_deviation() -> None:
    known = {(fault.method, fault.rule, fault.fault) for fault in deviations.all_deviations(CATALOG)}
    for method, rule, faults in deviations.collateral.MEETING:
        assert {(method, rule, fault) for fault in faults} <= known


def test_a_name_that_is_not_known_draws_a_suggestion() -> None:
    assert find("oauth.access.bad_redirect_uri--not-needed", CATALOG).method == "oauth.access"
    with pytest.raises(DataError, match=r"Did you mean .*not-needed"):
        find("oauth.access.bad_redirect_uri--not-neded", CATALOG)
