"""No conforming target is accused, whatever it decides; the full proof is a command, which tries each choice alone.

Here those that declare a WARN, or an order of checks, are tried alone, and all others together with one choice of every
other topic.
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
ALONE = [choice.name for choice in all_choices(CATALOG) if choice.topic in ORDERS or choice.alone().warns]


def together() -> list[Variant]:
    """Return variants that make every other choice once, each with at most one choice of a topic."""
    topics: dict[str, list[Choice]] = {}
    for choice in all_choices(CATALOG):
        if choice.name not in ALONE:
            topics.setdefault(choice.topic, []).append(choice)
    return [
        reduce(lambda variant, choice: choice.applied(variant), filter(None, choices), PREFERRED)
        for choices in zip_longest(*topics.values())
    ]


@pytest.mark.parametrize("name", ALONE)
def test_a_variant_alone_gets_a_warn_only_if_it_declares_one(name: str) -> None:
    outcome = alone(name)
    assert outcome.accusations == ()
    assert bool(outcome.drawn) == bool(all_variants(CATALOG)[name].warns)


@pytest.mark.parametrize("variant", together())
def test_choices_of_different_topics_together_get_no_warn(variant: Variant) -> None:
    outcome = tried(variant)
    assert (outcome.accusations, outcome.drawn) == ((), frozenset())


@pytest.mark.parametrize("seed", range(4))
def test_a_combination_is_not_accused(seed: int) -> None:
    assert seeded(seed).accusations == ()


def test_a_target_that_is_not_a_variant_is_accused() -> None:
    renamed = PREFERRED.changed(names={("oauth.access", "code.unknown"): "code_already_used"})
    assert any("oauth.access.invalid_code" in accusation for accusation in tried(renamed).accusations)


def test_a_warn_that_is_not_declared_is_an_accusation() -> None:
    declared = all_variants(CATALOG)["done-with-201"]
    undeclared = replace(declared, warns=frozenset())
    assert (tried(declared).accusations, len(tried(undeclared).accusations) > 1) == ((), True)


def test_the_same_seed_is_the_same_target() -> None:
    first, second, other = combined(7, CATALOG), combined(7, CATALOG), combined(8, CATALOG)
    same = ("phases", "names", "statuses", "warns", "habits", "refused_types")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]
    assert [getattr(first, name) for name in same] != [getattr(other, name) for name in same]
