"""Read the results that `--previous` names before the run begins, since the run may overwrite that file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.datafile import DataError
from conformance.catalog.paths import path_of
from conformance.results.io import ResultsError, read_even_cut
from conformance.run.options import read_options

if TYPE_CHECKING:
    from conformance.results.io import Results

_PREVIOUS: pytest.StashKey[tuple[Results | None, str]] = pytest.StashKey()


def previous_of_run(config: pytest.Config) -> tuple[Results | None, str]:
    """Return the earlier results and a remark that is empty unless they were cut off; `None` if none are named.

    They are read on the first call. Raises `pytest.UsageError` if they cannot be used.
    """
    options = read_options(config)
    if _PREVIOUS not in config.stash:
        nothing = options.previous is None or options.reports is None
        config.stash[_PREVIOUS] = (None, "") if nothing else _read(str(options.previous), config)
    return config.stash[_PREVIOUS]


def _read(file: str, config: pytest.Config) -> tuple[Results, str]:
    try:
        return read_even_cut(path_of(file, "--conformance-previous", config.invocation_params.dir))
    except DataError as error:
        raise pytest.UsageError(str(error)) from None
    except ResultsError as error:
        raise pytest.UsageError(f"--conformance-previous: {error}") from None
