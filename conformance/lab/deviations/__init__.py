"""Deliberate faults, each of which breaks one documented rule, such as real servers have and the suite must find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.lab.deviations import (
    answers,
    arguments,
    bodies,
    credentials,
    deliveries,
    names,
    one_shots,
    rates,
    tokens,
    types,
    warnings,
)
from conformance.lab.deviations.collateral import declared
from conformance.lab.deviations.kinds import Passes
from conformance.lab.deviations.rows import of_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Catalog, Method
    from conformance.lab.deviations.fault import Fault

TOPICS = (tokens, credentials, one_shots, arguments, names, types, bodies, deliveries, warnings, answers, rates)
BY_HAND: tuple[Fault, ...] = tuple(fault for topic in TOPICS for fault in topic.FAULTS)


def all_deviations(catalog: Catalog) -> tuple[Fault, ...]:
    """Return the deviations of all methods, whether derived from the rules or written by hand."""
    return tuple(fault for method in catalog.methods.values() for fault in _of(method))


def _of(method: Method) -> Iterator[Fault]:
    by_hand = [fault for fault in BY_HAND if fault.fits(method)]
    split = {fault.rule for fault in by_hand if isinstance(fault, Passes)}
    for fault in (*of_rows(method, split), *deliveries.of_bases(method), *by_hand):
        yield declared(fault.bound(method))
