"""Where the data lies: beside the package in a checkout, inside it when installed from a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = Path(__file__).parent.parent


def data_root() -> Path:
    """Return the folder that holds `schemas/` and `fixtures/`."""
    return next(place for place in (_PACKAGE / "_data", _PACKAGE.parent) if (place / "schemas").is_dir())


def our_files() -> Iterator[Path]:
    """Yield every data file, schema and template that the suite ships."""
    for folder, pattern in (
        (data_root() / "fixtures", "**/*.toml"),
        (data_root() / "schemas", "**/*.json"),
        (_PACKAGE, "*/templates/*"),
    ):
        yield from sorted(folder.glob(pattern))
