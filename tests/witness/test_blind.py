"""Each blind fault acts: the healthy witness answers its request otherwise than the faulty one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .blind import BLIND
from .callers import Caller
from .faults import FAULTS
from .server import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

AMOUNT = 40


@pytest.fixture(scope="module")
def healthy() -> Iterator[Witness]:
    with Witness() as witness:
        yield witness


def test_number_and_names_of_faults() -> None:
    assert len(BLIND) == AMOUNT
    assert not BLIND.keys() & FAULTS.keys()


@pytest.mark.parametrize("name", BLIND)
def test_healthy_witness_keeps_to_the_page(healthy: Witness, name: str) -> None:
    assert BLIND[name].show(Caller(healthy)) == BLIND[name].healthy


@pytest.mark.parametrize("name", BLIND)
def test_fault_shows(name: str) -> None:
    with Witness(fault=name) as witness:
        assert BLIND[name].show(Caller(witness)) == BLIND[name].faulty
