"""Every deviation's trial, in as many processes as asked; each keeps the catalog and takes one after the other."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from typing import TYPE_CHECKING

from conformance.catalog.load import load_catalog
from conformance.prove.deviations import all_deviations
from conformance.prove.trial import attempt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.prove.model import Outcome
    from conformance.sandbox.deviations.fault import Fault


def outcomes(names: Sequence[str], jobs: int) -> Iterator[Outcome]:
    """Yield what became of each deviation, as soon as that is known."""
    if jobs <= 1:
        yield from map(_attempted, names)
        return
    # Not forked: a process that is forked while threads run may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_known) as pool:
        for future in as_completed([pool.submit(_attempted, name) for name in names]):
            yield future.result()


@cache
def _known() -> dict[str, Fault]:
    return all_deviations(load_catalog())


def _attempted(name: str) -> Outcome:
    return attempt(_known()[name], load_catalog())
