"""What a run knows of a target that its profile's commands put into states, in one file for all its processes.

Each process keeps the file up to date (`target/switch.py`). The one that the others report to makes it, and at the end
takes the target out of a state in which a process that was ended has left it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.run.start import stop_on_sigterm
from conformance.run.target import SHARED, SHARED_KEY, profile_of_run, shared_file
from conformance.target.switch import Standing, Switches

if TYPE_CHECKING:
    from collections.abc import Iterator


class Switched:
    """Hands the file to xdist's workers, and removes it at the end."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist's
        """Tell a worker which file it is, and let no signal end this process before the target is left."""
        stop_on_sigterm(node.config)
        node.workerinput[SHARED_KEY] = str(shared_file(node.config))

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Remove the file."""
        if SHARED in config.stash:
            config.stash[SHARED].unlink(missing_ok=True)


def left(config: pytest.Config) -> Standing:
    """Return how the target stands at the end of the run, once it is taken out of the state that it may be in."""
    try:
        profile = profile_of_run(config) if SHARED in config.stash else None
    except pytest.UsageError:
        return Standing()  # a run that did not begin
    return Standing() if profile is None else Switches(profile.switches, profile.shared).end()


def in_words(standing: Standing) -> Iterator[str]:
    """Yield what the last lines of a run say of it."""
    if standing.broken:
        yield f"STATE  {standing.broken}"
    elif standing.entered:
        times = "once" if standing.entered == 1 else f"{standing.entered} times"
        yield f"STATE  The profile's commands put the target into a state {times}, and out of it each time."
