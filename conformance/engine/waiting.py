"""Show long waits while they happen, in lines that become rarer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_S = 2.0
"""Seconds of waiting for one thing before the first line; doubles with every line."""


class Waiting:
    """Adds up the time lost by waiting, by reason; `show` is called with each line."""

    def __init__(self) -> None:
        """Discard lines until `show` is replaced."""
        self.show: Callable[[str], None] = lambda _line: None
        self._lost_s: dict[str, float] = {}
        self._due_s: dict[str, float] = {}

    def adds(self, about: str, seconds: float, line: str) -> None:
        """Add seconds of waiting for this reason, and show the line if enough have added up."""
        lost = self._lost_s[about] = self._lost_s.get(about, 0.0) + seconds
        due = self._due_s.get(about, FIRST_S)
        if lost < due:
            return
        while due <= lost:
            due *= 2
        self._due_s[about] = due
        self.show(f"{line}; {lost:.0f} s in all")
