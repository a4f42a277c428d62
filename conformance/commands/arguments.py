"""What arguments of several commands name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog.paths import path_of
from ..run.folder import RESULTS

if TYPE_CHECKING:
    from pathlib import Path


def results_file(text: str, where: str) -> Path:
    """Return the results file, which may be named by the folder that it is in. `where` is the argument's name."""
    path = path_of(text, where)
    return path / RESULTS if path.is_dir() else path
