"""What a process takes of the system: memory, descriptors. Known on Linux only."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
from pathlib import Path


def memory(process: int | str = "self") -> int:
    """Return the resident memory of a process in bytes, 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    except FileNotFoundError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def give_back() -> None:
    """Give free memory of this process back to the system, where that is possible (glibc).

    What many threads have freed stays with the process for a while, some 100 MB after large requests, and looks as if
    it were held.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def descriptors(process: int | str = "self") -> int:
    """Return the number of open file descriptors of a process, 0 where the system does not tell."""
    try:
        return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    except FileNotFoundError:
        return 0


def megabytes(count: float) -> str:
    """Return a number of bytes in words."""
    return f"{count / 1e6:.1f} MB"
