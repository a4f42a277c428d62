"""What a process takes of the system: memory, descriptors. Known on Linux only."""

from __future__ import annotations

import os
from pathlib import Path


def memory(process: int | str = "self") -> int:
    """Return the resident memory of a process in bytes, 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    except FileNotFoundError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def descriptors(process: int | str = "self") -> int:
    """Return the number of open file descriptors of a process, 0 where the system does not tell."""
    try:
        return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    except FileNotFoundError:
        return 0


def megabytes(count: float) -> str:
    """Return a number of bytes in words."""
    return f"{count / 1e6:.1f} MB"
