"""No conforming target is accused, whatever it decides; the full proof is a command, which tries each choice alone.

Here an order of checks is tried alone, and every other choice together with one of each other topic: those that
declare a WARN, and those that do not.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import zip_longest
from typing import TYPE_CHECKING

import pytest

from slack_conformance.lab.variants.registry import ORDERS, all_choices, all_variants, combined
from slack_conformance.sandbox.variant import PREFERRED
from tests.lab.variants.trial import CATALOG, alone, seeded, tried

if TYPE_CHECKING:
    from slack_conformance.lab.variants.choices import Choice
    from slack_conformance.sandbox.variant import Variant


pytestmark = pytest.mark.slow
CODES = [case for case in CATALOG.cases if case.rule.name == "invalid_code" or case.rule.name.startswith("via-")]
CHOICES = all_choices(CATALOG)
ORDERED = [choice.name for choice in CHOICES if choice.topic in ORDERS]
WARNED = [choice for choice in CHOICES if choice.topic not in ORDERS and choice.alone().warns]
OTHERS = [choice for choice in CHOICES if choice.topic not in ORDERS and not choice.alone().warns]


def together(choices: list[Choice]) -> list[list[Choice]]:
    """Return groups that hold each of these choices once, and at most one of a topic."""
    topics: dict[str, list[Choice]] = {}
    for choice in choices:
        topics.setdefault(choice.topic, []).append(choice)
    return [[*filter(None, group)] for group in zip_longest(*topics.values())]


def made(choices: list[Choice]) -> Variant:
    """Return the variant that makes all of these choices."""
    return reduce(lambda variant, choice: choice.applied(variant), choices, PREFERRED)


@pytest.mark.parametrize("name", ORDERED)
def test_an_order_of_checks_gets_no_warn(name: str) -> None:
    outcome = alone(name)
    assert (outcome.accusations, outcome.drawn) == ((), frozenset())


@pytest.mark.parametrize("choices", together(WARNED))
def test_every_choice_that_declares_a_warn_gets_one(choices: list[Choice]) -> None:
    outcome = tried(made(choices))
    assert outcome.accusations == ()
    assert [choice.name for choice in choices if not choice.alone().warns & outcome.drawn] == []


@pytest.mark.parametrize("choices", together(OTHERS))
def test_choices_of_different_topics_together_get_no_warn(choices: list[Choice]) -> None:
    outcome = tried(made(choices))
    assert (outcome.accusations, outcome.drawn) == ((), frozenset())


@pytest.mark.parametrize("seed", range(2))
def test_a_combination_is_not_accused(seed: int) -> None:
    assert seeded(seed).accusations == ()


def test_a_target_that_is_not_a_variant_is_accused() -> None:
    renamed = PREFERRED.changed(names={("oauth.access", "code.unknown"): "code_already_used"})
    accusations = tried(renamed, cases=CODES).accusations
    assert any("oauth.access.invalid_code" in accusation for accusation in accusations)


def test_a_warn_that_is_not_declared_is_an_accusation() -> None:
    """Declared, it is none, as a test above shows."""
    undeclared = replace(all_variants(CATALOG)["done-with-201"], warns=frozenset())
    assert len(tried(undeclared, cases=CODES).accusations) > 1


def test_the_same_seed_is_the_same_target() -> None:
    first, second, other = combined(7, CATALOG), combined(7, CATALOG), combined(8, CATALOG)
    same = ("phases", "names", "statuses", "warns", "habits", "refused_types")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]
    assert [getattr(first, name) for name in same] != [getattr(other, name) for name in same]
