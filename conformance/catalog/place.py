"""Where the data lies: beside the package in a checkout, inside it when installed from a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def data_root() -> Path:
    """Return the folder that holds `schemas/` and `fixtures/`."""
    return next(place for place in (_PACKAGE / "_data", _PACKAGE.parent) if (place / "schemas").is_dir())
