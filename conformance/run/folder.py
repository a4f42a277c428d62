"""The folder of the reports: create it, check that reports can be written, and lock it against other runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from conformance.catalog.datafile import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has none; two runs in one folder are not noticed there
    fcntl = None  # type: ignore[assignment]

RESULTS = "results.jsonl"
MADE = ("conformance.html", "summary.md")
"""Reports that are made from the results file, and stale once that is overwritten."""

_HELD: dict[Path, int] = {}
"""Folders that this process has locked. The command does so before the plugin would."""


def take(folder: Path, where: str, files: Iterable[str] = (), folders: Iterable[str] = ()) -> None:
    """Create the folder and lock it, unless this process has the lock; `where` is the option that named it.

    Raises `DataError` when it cannot be made, another run holds it, or something is in the way of a report.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = folder.resolve()
        _hold(held)
    except BlockingIOError:
        hint = f"Wait for its end, or name another folder with {where}."
        raise DataError(str(folder), "", "another run writes its reports here.", hint) from None
    except OSError as error:
        raise DataError(where, "", f"{folder} cannot be made ({error.strerror}).") from None
    for path in (folder, *(folder / name for name in folders)):
        if path.exists() and not path.is_dir():
            raise DataError(str(path), "", "is in the way of a folder with reports.", "Move it aside.")
        if path.exists() and not os.access(path, os.W_OK | os.X_OK):
            raise DataError(str(path), "", "the folder is not writable.", "Check its permissions.")
    for path in (folder / name for name in files):
        if path.exists() and not path.is_file():
            raise DataError(str(path), "", "is in the way of a report.", "Move it aside.")
        if path.exists() and not os.access(path, os.W_OK):
            raise DataError(str(path), "", "this report cannot be overwritten.", "Check its permissions.")


def leave(folder: Path) -> None:
    """Release the lock, so that other runs can use the folder."""
    number = _HELD.pop(folder.resolve(), None)
    if number is not None:
        os.close(number)


def _hold(folder: Path) -> None:
    """Lock the folder itself, since a lock file would lie among the reports. Raises `OSError`."""
    if fcntl is None or folder in _HELD:
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        raise
    except OSError:
        # The file system does not support locks. The run is worth more than the lock.
        os.close(number)
        return
    _HELD[folder] = number
