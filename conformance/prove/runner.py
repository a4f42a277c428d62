"""Every deviation's trial, in as many processes as asked; each keeps the catalog and takes one after the other."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from conformance.catalog.load import load_catalog
from conformance.prove.by_profile import attempt_by_profile
from conformance.prove.deviations import all_deviations
from conformance.prove.trial import attempt

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from conformance.prove.model import Outcome
    from conformance.sandbox.deviations.fault import Fault


class LostError(Exception):
    """A process of the prover died, so that nobody knows what the rest would have come to."""


def outcomes(names: Sequence[str], jobs: int, *, by_profile: bool = False) -> Generator[Outcome, None, None]:
    """Yield what became of each deviation, as soon as that is known. Raises `LostError`.

    A caller that stops early, by an interrupt too, waits only for the trials that are running at that moment.
    """
    if jobs <= 1:
        yield from (_attempted(name, by_profile) for name in names)
        return
    # Not forked: a process that is forked while threads run may hang.
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_known)
    try:
        with _sigint_blocked():
            waiting = [pool.submit(_attempted, name, by_profile) for name in names]
        for future in as_completed(waiting):
            yield future.result()
    except BrokenProcessPool:
        raise LostError from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Let what is started here never hear of Ctrl-C: a terminal sends it to all, and one has to answer."""
    if not hasattr(signal, "pthread_sigmask"):  # pragma: no cover - Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@cache
def _known() -> dict[str, Fault]:
    return all_deviations(load_catalog())


def _attempted(name: str, by_profile: bool) -> Outcome:  # noqa: FBT001 - a process pool passes arguments by place
    return (attempt_by_profile if by_profile else attempt)(_known()[name], load_catalog())
