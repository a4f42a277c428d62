"""The registry of variants: names are unique, topics are independent, and no reading of the ledger is forgotten."""

from __future__ import annotations

import pytest

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.model import Strength
from slack_conformance.lab.variants.choices import readings
from slack_conformance.lab.variants.freedoms import NEEDS_THE_BODY
from slack_conformance.lab.variants.registry import all_choices, all_variants, combined, find_variant
from slack_conformance.sandbox.checks import Phase
from slack_conformance.sandbox.variant import PREFERRED, Variant
from tests.lab.variants.trial import CATALOG

SHOWS_NOWHERE = {
    ("DOC-21", "retired"): "a target without the method claims none of its cases",
    ("DOC-22", "open"): "other errors are for what no row claims",
    ("DOC-40", "common-row"): "a target that follows it does so where one argument is missing too: DOC-13",
    ("DOC-49", "name"): "a target that follows it knows no other names than those of the page: DOC-26",
    ("DOC-43", "missing"): "an order of checks, which has variants of its own",
    ("DOC-44", "user"): "an order of checks, which combinations make up",
    ("DOC-51", "spent"): "refusals-spend, which is not a variant of the ledger since a should-rule asks for the other",
    ("DOC-54", "unknown"): "no variant: the sandbox's variants refuse all but the first use as one that is over",
    ("DOC-54", "busy"): "no variant: the sandbox's variants refuse all but the first use as one that is over",
    ("DOC-55", "unknown"): "no variant: the sandbox's variants refuse all but the first use as one that is over",
    ("DOC-55", "busy"): "no variant: the sandbox's variants refuse all but the first use as one that is over",
}


def test_every_reading_but_the_preferred_ones_has_its_variant() -> None:
    followed = {choice.reading for choice in readings()}
    others = {
        (row.id, reading) for row in CATALOG.ledger.values() for reading in row.readings if reading != row.preferred
    }
    assert others - followed == SHOWS_NOWHERE.keys()


def test_a_reading_that_is_followed_stands_in_the_ledger() -> None:
    for choice in readings():
        assert choice.reading is not None
        row, reading = choice.reading
        assert reading in CATALOG.ledger[row].readings, choice.name


def test_names_are_unique() -> None:
    names = [choice.name for choice in all_choices(CATALOG)]
    assert sorted(names) == sorted(set(names))


def test_every_field_of_a_variant_is_decided_by_some_variant() -> None:
    decided = {
        name
        for variant in all_variants(CATALOG).values()
        for name in Variant.__slots__
        if getattr(variant, name) != getattr(PREFERRED, name)
    }
    assert decided == set(Variant.__slots__)


def test_every_part_of_a_look_is_decided_by_some_variant() -> None:
    usual = PREFERRED.presentation
    looks = [variant.presentation for variant in all_variants(CATALOG).values()]
    decided = {name for look in looks for name in type(look).__slots__ if getattr(look, name) != getattr(usual, name)}
    assert decided == set(type(usual).__slots__)


def test_a_declared_warn_is_of_a_should_or_may_rule_or_case() -> None:
    softer = {case.rule.id for case in CATALOG.cases if case.strength is not Strength.MUST}
    softer |= {rule.id for rule in CATALOG.rules if rule.strength is not Strength.MUST}
    assert {rule for variant in all_variants(CATALOG).values() for rule in variant.warns} <= softer


def test_what_needs_the_body_is_looked_at_after_it_was_read() -> None:
    for seed in range(60):
        phases = list(combined(seed, CATALOG).phases)
        assert sorted(phases) == list(Phase)
        assert all(phases.index(Phase.TRANSPORT) < phases.index(phase) for phase in NEEDS_THE_BODY)


def test_combinations_make_up_every_reading() -> None:
    names = {name for seed in range(60) for name in combined(seed, CATALOG).names.items()}
    wanted = {item for choice in readings() for item in choice.alone().names.items()}
    assert wanted <= names


def test_a_variant_is_found_by_name_and_a_combination_by_its_seed() -> None:
    assert find_variant("indented", CATALOG) == all_variants(CATALOG)["indented"]
    assert find_variant("seed-7", CATALOG).names == combined(7, CATALOG).names
    assert find_variant("seed-7", CATALOG).name == "seed-7"


@pytest.mark.parametrize("name", ["", "seed-", "seed--1", "seed-1e3", "preferred", "indentd"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(DataError, match=f"--variant: there is no variant '{name}'"):
        find_variant(name, CATALOG)
