"""Find the profile of a pytest run, and the file in which its processes share the target's state."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalog.datafile import DataError
from conformance.catalog.paths import path_of
from conformance.run.cases import catalog
from conformance.run.options import Options, read_options
from conformance.target.profile import Profile, profile_of_url, reaches_production, read_profile, share_of

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog

_PROFILE: pytest.StashKey[Profile | None] = pytest.StashKey()
SHARED: pytest.StashKey[Path] = pytest.StashKey()
SHARED_KEY = "conformance_shared"
"""Key in a worker's input for the path of the shared file."""


def profile_of_run(config: pytest.Config) -> Profile | None:
    """Return the profile, or `None` for the embedded sandbox. Raises `pytest.UsageError` if it is unusable."""
    if _PROFILE not in config.stash:
        try:
            profile = find_profile(read_options(config), catalog(), config.invocation_params.dir)
        except DataError as error:
            raise pytest.UsageError(str(error)) from None
        worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        if profile is not None and worker is not None:
            profile = share_of(profile, int(worker["workerid"].removeprefix("gw")), worker["workercount"])
        if profile is not None and profile.switches:
            profile = replace(profile, shared=shared_file(config))
        config.stash[_PROFILE] = profile
    return config.stash[_PROFILE]


def shared_file(config: pytest.Config) -> Path:
    """Return the path of the file that all processes of this run share; the first call creates it."""
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is not None:
        return Path(worker[SHARED_KEY])
    if SHARED not in config.stash:
        number, name = tempfile.mkstemp(prefix="slack-conformance-")
        os.close(number)
        config.stash[SHARED] = Path(name)
    return config.stash[SHARED]


def find_profile(options: Options, catalog: Catalog, root: Path) -> Profile | None:
    """Return the profile of the target, or `None` for the embedded sandbox.

    Raises `DataError` if the profile or URL cannot be used, if both are given, or if it is production and not allowed.
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
    if reaches_production(profile) and not options.allow_production:
        option = "--allow-production (--conformance-allow-production to pytest)"
        hint = f"Name a sandbox, or say {option} if you own the workspace and mean it."
        raise DataError(profile.url, "", "this is a host of the production service.", hint)
    return profile
