"""What each process knows when its last case is done, and how xdist's workers hand it to their controller."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from conformance.run.cases import case_of
from conformance.run.counting import COLLECTED


@dataclass
class Totals:
    """Requests sent, by receiver, and cases withdrawn with their cause."""

    requests: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[str, dict[str, str]] = field(default_factory=dict)


TOTALS: pytest.StashKey[Totals] = pytest.StashKey()

PROBLEM = "conformance_problem"
"""Under this key a worker tells its controller why it runs nothing."""

_SAID = "conformance"


class WorkerTotals:
    """Hands an xdist worker's totals, and which cases it collected, to the controller."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Put the ids where xdist carries them; every worker collects the same cases."""
        config: Any = session.config
        config.workeroutput[COLLECTED] = [case.id for item in session.items if (case := case_of(item)) is not None]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Put the totals where xdist carries them."""
        config: Any = session.config
        if TOTALS in config.stash:
            config.workeroutput[_SAID] = asdict(config.stash[TOTALS])


def totals_of(output: dict[str, Any]) -> Totals | None:
    """Return what a worker said, `None` if it had no case."""
    said = output.get(_SAID)
    return None if said is None else Totals(**said)
