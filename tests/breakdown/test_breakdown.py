"""A few moments and sizes; `python -m tests.breakdown 50 20` tries more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.breakdown.full import can_mount, filled, needed_kb
from tests.breakdown.killed import Earlier, killed, prepared
from tests.breakdown.runs import FAULT
from tests.targets import deviating

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Earlier]]:
    """Yield the profile of a target with a fault, and a good run."""
    folder = tmp_path_factory.mktemp("broken")
    with deviating(FAULT, folder) as profile:
        yield folder / profile, prepared(folder)


@pytest.mark.parametrize("seed", range(2))
def test_a_run_that_is_killed_never_reads_as_green(tmp_path: Path, broken: tuple[Path, Earlier], seed: int) -> None:
    """What is there is of one run alone, and says how far that came."""
    target, earlier = broken
    assert killed(seed, tmp_path / "run", target, earlier).problems == ()


@pytest.mark.parametrize("seed", range(2))
def test_a_full_disk_ends_a_run_with_one_sentence(tmp_path: Path, seed: int) -> None:
    """Exit 3, every report that is there is whole, and the results up to then can be read."""
    if not can_mount(tmp_path):
        pytest.skip("this system lets nobody mount a file system in a namespace")
    assert filled(seed, tmp_path, 400).problems == ()


def test_a_disk_that_is_large_enough_is_not_full(tmp_path: Path) -> None:
    """Else the test above would show nothing."""
    if not can_mount(tmp_path):
        pytest.skip("this system lets nobody mount a file system in a namespace")
    assert needed_kb(tmp_path) > 400
