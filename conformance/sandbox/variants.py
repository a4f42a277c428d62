"""The registry of conforming targets: every free decision alone, and any number of them at once by a seed."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

from conformance.catalog.datafile import DataError, suggestion
from conformance.sandbox.appearances import appearances
from conformance.sandbox.freedoms import any_phases, freedoms
from conformance.sandbox.readings import readings
from conformance.sandbox.variant import PREFERRED, shuffled

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.sandbox.choices import Choice
    from conformance.sandbox.variant import Variant

ORDERS = frozenset({"the order of checks", "DOC-36"})
"""Topics that are about the order of checks, which a combination makes up itself."""


def all_choices(catalog: Catalog) -> tuple[Choice, ...]:
    """Return every decision that the pages leave open, each in every other way than the preferred one."""
    return (*readings(), *freedoms(), *appearances(catalog))


def all_variants(catalog: Catalog) -> dict[str, Variant]:
    """Return every variant that decides one thing otherwise, by name."""
    return {choice.name: choice.alone() for choice in all_choices(catalog)}


def find_variant(name: str, catalog: Catalog) -> Variant:
    """Return the variant of this name, or the combination of seed 7 for `seed-7`.

    Raises `DataError` with a suggestion if there is no such variant.
    """
    if seed := re.fullmatch(r"seed-([0-9]{1,9})", name):
        return combined(int(seed[1]), catalog)
    known = all_variants(catalog)
    if name not in known:
        raise DataError("--variant", "", f"there is no variant {name!r}.", suggestion(name, known))
    return known[name]


def combined(seed: int, catalog: Catalog) -> Variant:
    """Return the variant that decides everything at random, and in the same way for the same seed."""
    random = Random(seed)  # noqa: S311 - not a secret
    topics: dict[str, list[Choice]] = {}
    for choice in all_choices(catalog):
        topics.setdefault(choice.topic, []).append(choice)
    phases, order = any_phases(random), shuffled(random.randrange(1 << 32))
    variant = PREFERRED.changed(name=f"seed-{seed}", phases=phases, order=order)
    for topic, choices in topics.items():
        chosen = random.choice([None, *choices])
        if chosen is not None and topic not in ORDERS:
            variant = chosen.applied(variant)
    return variant
