"""Write lines that must reach the user even if pytest's terminal reporter is switched off."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


def write_line(config: pytest.Config, line: str, **markup: bool) -> None:
    """Write the line by pytest's terminal reporter, or to standard output without one."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        sys.stdout.write(f"{line}\n")
    else:
        reporter.ensure_newline()
        reporter.write_line(line, **markup)
