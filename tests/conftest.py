"""What holds for all tests: how properties are tried, the fixtures that start the suite, and that Ctrl-C works."""

import os
import signal
from importlib.util import find_spec

import pytest

from tests.running import ROOT, command, suite

if find_spec("hypothesis"):  # A run of the suite in this checkout loads this file too, without the tools of the tests.
    from hypothesis import HealthCheck, settings

    settings.register_profile(
        "untimed",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        # In CI the examples are the same each time: what another draw would find is found by developers, not by chance.
        derandomize="CI" in os.environ,
    )
    settings.load_profile("untimed")

__all__ = ["command", "suite"]

THOROUGH = tuple(
    line for line in (ROOT / "tests/thorough.txt").read_text("utf-8").splitlines() if line and not line.startswith("#")
)
"""How the ids of tests begin that only `tox run -e thorough` runs."""

STARTS_A_RUN = {"command", "suite", "switched"}
"""Fixtures whose tests start processes: such a test takes seconds."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a run as slow, before anything is selected by its marks."""
    for item in items:
        if STARTS_A_RUN & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
        if "THOROUGH" not in os.environ and item.nodeid.startswith(THOROUGH):
            item.add_marker(pytest.mark.skip(reason="it repeats another test; `tox run -e thorough` runs it"))


if hasattr(signal, "SIGHUP"):  # `nohup` ignores it, and so would the runs that tests end by it
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So it is for whatever a shell starts in the background, and so it would stay for the runs that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
