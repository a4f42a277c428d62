"""The registry of variants: every choice alone, and random combinations by seed."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

from ...catalog.datafile import DataError, suggestion
from ...sandbox.variant import PREFERRED, shuffled
from .appearances import appearances
from .choices import readings
from .freedoms import any_phases, freedoms

if TYPE_CHECKING:
    from ...catalog.model import Catalog
    from ...sandbox.variant import Variant
    from .choices import Choice

ORDERS = frozenset({"the order of checks", "DOC-36"})
"""Topics about the order of checks, which a combination chooses separately."""


def all_choices(catalog: Catalog) -> tuple[Choice, ...]:
    """Return every choice that the pages leave open, except the preferred ones."""
    return (*readings(), *freedoms(), *appearances(catalog))


def all_variants(catalog: Catalog) -> dict[str, Variant]:
    """Return the variants with a single choice each, by name."""
    return {choice.name: choice.alone() for choice in all_choices(catalog)}


def find_variant(name: str, catalog: Catalog) -> Variant:
    """Return the variant of this name; `seed-7` is the combination with seed 7.

    Raises `DataError` with a suggestion if there is no such variant.
    """
    if seed := re.fullmatch(r"seed-([0-9]{1,9})", name):
        return combined(int(seed[1]), catalog)
    known = all_variants(catalog)
    if name not in known:
        raise DataError("--variant", "", f"there is no variant {name!r}.", suggestion(name, known))
    return known[name]


def combined(seed: int, catalog: Catalog) -> Variant:
    """Return the variant with a random choice for every topic, the same for the same seed."""
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
