"""Runs the trials of the deviations in a pool of processes, each of which loads the catalog once."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import TYPE_CHECKING

from ...catalog.load import load_catalog
from ...signals import sigint_blocked
from ..deviations import all_deviations
from .by_profile import attempt_by_profile
from .trial import attempt

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from ..deviations.kinds import DeliberateFault
    from .model import TrialOutcome


class LostError(Exception):
    """A worker process died, so the outcomes of the remaining deviations are unknown."""


def outcomes(names: Sequence[str], jobs: int, *, by_profile: bool = False) -> Generator[TrialOutcome, None, None]:
    """Yield the outcome of each deviation as soon as it is known. Raises `LostError`.

    A caller that stops early, for instance by an interrupt, waits only for the trials that are already running.
    """
    if jobs <= 1:
        yield from (_attempted(name, by_profile) for name in names)
        return
    # Spawned, since a process that is forked while threads run may hang.
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_known)
    try:
        with sigint_blocked():
            waiting = [pool.submit(_attempted, name, by_profile) for name in names]
        for future in as_completed(waiting):
            yield future.result()
    except BrokenProcessPool:
        raise LostError from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@cache
def _known() -> dict[str, DeliberateFault]:
    return all_deviations(load_catalog())


def _attempted(name: str, by_profile: bool) -> TrialOutcome:  # noqa: FBT001 - a process pool passes positional arguments
    return (attempt_by_profile if by_profile else attempt)(_known()[name], load_catalog())
