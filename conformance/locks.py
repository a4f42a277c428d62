"""Locks on open files, among processes: the one place that knows whether the system has them.

Windows has no `fcntl`. There two runs in one folder are not noticed, a file that loses its values is refused, and a
target is put into states by a run of one process only.
"""

from __future__ import annotations

from typing import IO, Any

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]


def available() -> bool:
    """Return whether the system has locks."""
    return fcntl is not None


def lock(file: IO[Any] | int, *, shared: bool = False, wait: bool = True) -> None:
    """Lock an open file until it is closed, or change the kind of its lock; without locks, do nothing.

    Raises `BlockingIOError` if another process has the lock and `wait` is false, and `OSError` if the file system
    does not support locks.
    """
    if fcntl is not None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
