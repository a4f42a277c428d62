"""The location of the data: beside `src/` in a checkout, inside the package when installed from a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = Path(__file__).parent.parent


def data_root() -> Path:
    """Return the folder that contains `schemas/` and `fixtures/`; the checkout's if neither is there."""
    packaged = _PACKAGE / "_data"
    return packaged if packaged.is_dir() else _PACKAGE.parents[1]


def our_files() -> Iterator[Path]:
    """Yield every data file, schema and template that a report may quote.

    Example profiles are excluded: no report shows a profile, and their fake secrets are redacted like others.
    """
    for folder, pattern in (
        (data_root() / "fixtures", "**/*.toml"),
        (data_root() / "schemas", "**/*.json"),
        (_PACKAGE, "*/templates/*"),
    ):
        yield from (path for path in sorted(folder.glob(pattern)) if path.parent != data_root() / "fixtures/targets")
