"""Find the baseline of a pytest run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.baseline.entries import Baseline, read_baseline
from conformance.catalog.datafile import DataError
from conformance.catalog.paths import path_of
from conformance.run.cases import catalog
from conformance.run.options import read_options

if TYPE_CHECKING:
    from pathlib import Path

_BASELINE: pytest.StashKey[Baseline] = pytest.StashKey()


def baseline_of_run(config: pytest.Config) -> Baseline:
    """Return the baseline of a run, read on the first call. Raises `pytest.UsageError` if it is unusable."""
    if _BASELINE not in config.stash:
        file = read_options(config).baseline
        try:
            config.stash[_BASELINE] = find_baseline(file, config.invocation_params.dir)
        except DataError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[_BASELINE]


def find_baseline(file: str | None, root: Path) -> Baseline:
    """Return the baseline in this file, or an empty one without a file. Raises `DataError` if it is unusable."""
    if not file:
        return Baseline()
    path = path_of(file, "--conformance-baseline", root)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return replace(read_baseline(path, (case.id for case in catalog().cases)), file=str(shown))
