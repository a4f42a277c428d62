"""The session of an app's tests: one test, which needs nothing, a sandbox, or so many worlds in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

WORLDS = os.environ["BENCH_WORLDS"]
"""Empty if the test needs no sandbox either."""


def test_worlds(request: pytest.FixtureRequest) -> None:
    """Make the worlds."""
    if WORLDS:
        make = request.getfixturevalue("slack_world")
        assert len({make().token for _ in range(int(WORLDS))}) == int(WORLDS)
