"""What holds for all tests: how properties are tried, the fixtures that start the suite, and that Ctrl-C works."""

import os
import signal

from hypothesis import HealthCheck, settings

from tests.running import command, suite

__all__ = ["command", "suite"]

settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # In CI the examples are the same each time: what another draw would find is found by developers, not by chance.
    derandomize="CI" in os.environ,
)
settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So it is for whatever a shell starts in the background, and so it would stay for the runs that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
