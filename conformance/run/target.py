"""The target of a pytest run: its profile, found once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalog.datafile import DataError
from conformance.run.cases import catalog
from conformance.run.options import find_profile, read_options
from conformance.target.profile import share_of

if TYPE_CHECKING:
    from conformance.target.profile import Profile

_PROFILE: pytest.StashKey[Profile | None] = pytest.StashKey()


def profile_of_run(config: pytest.Config) -> Profile | None:
    """Return the profile, `None` for the embedded sandbox. Raises `pytest.UsageError` when it is unusable."""
    if _PROFILE not in config.stash:
        try:
            profile = find_profile(read_options(config), catalog(), config.invocation_params.dir)
        except DataError as error:
            raise pytest.UsageError(str(error)) from None
        worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        if profile is not None and worker is not None:
            profile = share_of(profile, int(worker["workerid"].removeprefix("gw")), worker["workercount"])
        config.stash[_PROFILE] = profile
    return config.stash[_PROFILE]
