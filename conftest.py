"""Loads the plugin in a checkout that is not installed, and takes paths below `conformance/` for what they mean.

In a checkout the package is imported through the link `src/slack_conformance`. Collected by its other path, a module of
the suite would be imported a second time, under another name, and the plugin would not recognise it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["slack_conformance.plugin"]
collect_ignore = ["conformance"]

_ROOT = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Let `pytest conformance/test_errors.py` collect the module under the name by which it is imported."""
    config.args = [_as_imported(argument, config.invocation_params.dir) for argument in config.args]


def _as_imported(argument: str, folder: Path) -> str:
    name, separator, rest = argument.partition("::")
    path = Path(os.path.abspath(folder / name))  # noqa: PTH100 - the link must stay a link
    if not path.is_relative_to(_ROOT / "conformance"):
        return argument
    return f"{_ROOT / 'src/slack_conformance' / path.relative_to(_ROOT / 'conformance')}{separator}{rest}"
