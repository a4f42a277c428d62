"""Waiting is shown while it happens: at once where it is long, and ever more rarely while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_S = 2.0
"""Seconds of waiting for one thing that need no line; with every line, this doubles."""


class Waiting:
    """Adds up what is lost by waiting, by what is waited for, and says so in a few lines; `show` shows one."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self.show: Callable[[str], None] = lambda _line: None
        self._lost_s: dict[str, float] = {}
        self._due_s: dict[str, float] = {}

    def adds(self, about: str, seconds: float, line: str) -> None:
        """Add seconds that are about to be lost, or just were; show the line if enough has come together."""
        lost = self._lost_s[about] = self._lost_s.get(about, 0.0) + seconds
        due = self._due_s.get(about, FIRST_S)
        if lost < due:
            return
        while due <= lost:
            due *= 2
        self._due_s[about] = due
        self.show(f"{line}; {lost:.0f} s in all")
