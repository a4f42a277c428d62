"""The target of a pytest run: its profile, found once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.datafile import DataError
from conformance.run.cases import catalog
from conformance.run.options import find_profile, read_options

if TYPE_CHECKING:
    from conformance.target.profile import Profile

_PROFILE: pytest.StashKey[Profile | None] = pytest.StashKey()


def profile_of_run(config: pytest.Config) -> Profile | None:
    """Return the profile, `None` for the embedded sandbox. Raises `pytest.UsageError` when it is unusable."""
    if _PROFILE not in config.stash:
        try:
            config.stash[_PROFILE] = find_profile(read_options(config), catalog(), config.invocation_params.dir)
        except DataError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[_PROFILE]
