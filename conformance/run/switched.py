"""The state of a target that is switched by commands, in one file for all processes of a run.

Each process updates the file (`target/switch.py`). The main process creates it, and at the end takes the target out of
a state in which a killed process may have left it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.run.start import stop_on_sigterm
from conformance.run.target import SHARED, SHARED_KEY, profile_of_run, shared_file
from conformance.target.switch import Switches, SwitchStanding

if TYPE_CHECKING:
    from collections.abc import Iterator


class Switched:
    """Sends the path of the file to xdist's workers, and removes the file at the end."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist's
        """Send a worker the path. SIGTERM must not kill this process before the target is restored."""
        stop_on_sigterm(node.config)
        node.workerinput[SHARED_KEY] = str(shared_file(node.config))

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Remove the file."""
        if SHARED in config.stash:
            config.stash[SHARED].unlink(missing_ok=True)


def left(config: pytest.Config) -> SwitchStanding:
    """Take the target out of the state that it may be in, and return the final standing."""
    try:
        profile = profile_of_run(config) if SHARED in config.stash else None
    except pytest.UsageError:
        return SwitchStanding()  # the run did not begin
    return SwitchStanding() if profile is None else Switches(profile.switches, profile.shared).end()


def in_words(standing: SwitchStanding) -> Iterator[str]:
    """Yield lines about it for the end of a run."""
    if standing.broken:
        yield f"STATE  {standing.broken}"
    elif standing.entered:
        times = "once" if standing.entered == 1 else f"{standing.entered} times"
        yield f"STATE  The profile's commands put the target into a state {times}, and out of it each time."
