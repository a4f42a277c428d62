"""The target of a pytest run: its profile, found once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.datafile import DataError
from conformance.catalog.paths import path_of
from conformance.run.cases import catalog
from conformance.run.options import Options, read_options
from conformance.target.profile import Profile, is_production, profile_of_url, read_profile

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Catalog

_PROFILE: pytest.StashKey[Profile | None] = pytest.StashKey()


def profile_of_run(config: pytest.Config) -> Profile | None:
    """Return the profile, `None` for the embedded sandbox. Raises `pytest.UsageError` when it is unusable."""
    if _PROFILE not in config.stash:
        try:
            config.stash[_PROFILE] = find_profile(read_options(config), catalog(), config.invocation_params.dir)
        except DataError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[_PROFILE]


def find_profile(options: Options, catalog: Catalog, root: Path) -> Profile | None:
    """Return the profile of the target, `None` for the embedded sandbox.

    Raises `DataError` when the profile or URL cannot be used, or both are given.
    """
    if options.embedded:
        return None
    if options.target and options.profile:
        hint = "A profile holds the url itself."
        raise DataError("--conformance-target", "", "a profile is given as well; name one of the two.", hint)
    if options.profile:
        profile = read_profile(path_of(options.profile, "--conformance-profile", root), catalog)
    else:
        profile = profile_of_url(options.target or "")
    if is_production(profile.url) and not options.allow_production:
        option = "--allow-production (--conformance-allow-production to pytest)"
        hint = f"Name a sandbox, or say {option} if you own the workspace and mean it."
        raise DataError(profile.url, "", "this is a host of the production service.", hint)
    return profile
