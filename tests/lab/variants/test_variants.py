"""No conforming target is accused: each free decision alone, and a few combinations; the full proof is a command."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.lab.variants.registry import all_variants, combined
from conformance.sandbox.variant import PREFERRED
from tests.lab.variants.trial import CATALOG, alone, seeded, tried


@pytest.mark.parametrize("name", all_variants(CATALOG))
def test_a_variant_alone_draws_a_warn_only_if_it_declares_one(name: str) -> None:
    outcome = alone(name)
    assert outcome.accusations == ()
    assert bool(outcome.drawn) == bool(all_variants(CATALOG)[name].warns)


@pytest.mark.parametrize("seed", range(6))
def test_a_combination_is_not_accused(seed: int) -> None:
    assert seeded(seed).accusations == ()


def test_a_target_that_is_no_variant_is_accused() -> None:
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
