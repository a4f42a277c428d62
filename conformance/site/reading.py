"""Find out what the given files are about, and in which order they count, from their first lines alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..results.io import ResultsError, lines_of
from ..results.model import Header, TargetKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LARGEST = 64_000_000
"""Bytes of a file that is read. A whole run has some three million, and each file is held in memory once."""


@dataclass(frozen=True, slots=True)
class Given:
    """A results file of which the first line was read."""

    path: Path
    name: str
    kind: TargetKind
    started: datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not in the site, with the reason; `wanted` says that this is as it should be."""

    path: Path
    reason: str
    wanted: bool = False


def opened(path: Path) -> Given | LeftOut:
    """Return what the file is about, or why it is left out."""
    try:
        if path.stat().st_size > LARGEST:
            return LeftOut(path, f"is larger than {LARGEST // 1_000_000} MB, which no run of ours is.")
        header = next((content for _, content, _ in lines_of(path)), None)
    except OSError as error:
        return LeftOut(path, f"cannot be read ({error.strerror}).")
    except ResultsError as error:
        return LeftOut(path, reason_of(error, path))
    if not isinstance(header, Header):
        return LeftOut(path, "is empty.")
    if header.target.kind is TargetKind.CLIENT:
        return LeftOut(path, "is about a client, and clients are not compared with servers.", wanted=True)
    try:
        started = datetime.fromisoformat(header.started)
    except ValueError:
        return LeftOut(path, f"line 1: started: {header.started[:40]!r} is not a time.")
    return Given(path, header.target.name, header.target.kind, started if started.tzinfo else started.replace(tzinfo=UTC))


def by_implementation(files: Iterable[Given]) -> Mapping[tuple[str, TargetKind], list[Given]]:
    """Return the files of each implementation, the newest first, in the order of the names."""
    found: dict[tuple[str, TargetKind], list[Given]] = {}
    for file in sorted(files, key=lambda one: (one.name.casefold(), one.name, one.kind)):
        found.setdefault((file.name, file.kind), []).append(file)
    return {
        key: sorted(some, key=lambda one: (one.started, str(one.path)), reverse=True) for key, some in found.items()
    }


def reason_of(error: ResultsError, path: Path) -> str:
    """Return the message of the error without the path that it begins with."""
    return str(error).removeprefix(str(path)).removeprefix(":").strip()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of the file. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
