"""How properties are tried, whatever else is collected: a slow machine is no fault, and CI finds nothing by chance."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # In CI the examples are the same each time: what another draw would find is found by developers, not by chance.
    derandomize="CI" in os.environ,
)
settings.load_profile("untimed")
