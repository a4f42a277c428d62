"""Find out what the given files are about, and which is the newest, from their first lines alone."""

from __future__ import annotations

import hashlib
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..results.io import CutError, ResultsError, lines_of
from ..results.model import Header
from ..results.terms import TargetKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LARGEST = 64_000_000
"""The largest file that is read, in bytes. A whole run has some three million; one file at a time is in memory."""

_RULES, _RULE_ID = 1000, 200
"""Rules of a file, and letters of a rule's id: each is a page, and a stranger must not choose how many there are."""


@dataclass(frozen=True, slots=True)
class Given:
    """A results file of which the first line was read."""

    path: Path
    name: str
    kind: TargetKind
    started: datetime


class LeftOutError(Exception):
    """A file is not in the site, for this reason; `wanted` means that nothing is wrong with that."""

    def __init__(self, path: Path, reason: str, *, wanted: bool = False) -> None:
        """Keep what the message is made of."""
        super().__init__(f"{path}: {reason}")
        self.wanted = wanted


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what keeps this file from being read into a `LeftOutError`; a file that is cut stays a `CutError`."""
    try:
        yield
    except CutError:
        raise
    except ResultsError as error:
        raise LeftOutError(path, str(error).removeprefix(f"{path}").removeprefix(":").strip()) from None
    except OSError as error:
        raise LeftOutError(path, f"cannot be read ({error.strerror}).") from None


def opened(path: Path) -> Given:
    """Return what the file is about. Raises `LeftOutError`."""
    with readable(path):
        if path.stat().st_size > LARGEST:
            raise LeftOutError(path, f"is larger than {LARGEST // 1_000_000} MB, far more than any run writes.")
        with closing(lines_of(path)) as lines:
            header = next((content for _, content, _ in lines), None)
    if not isinstance(header, Header):
        raise LeftOutError(path, "is empty.")
    if len(header.rules) > _RULES or any(len(rule.id) > _RULE_ID for rule in header.rules):
        raise LeftOutError(path, f"has more than {_RULES} rules, or a rule id longer than {_RULE_ID} characters.")
    if header.target.kind is TargetKind.CLIENT:
        raise LeftOutError(path, "is about a client, and clients are not compared with servers.", wanted=True)
    try:
        started = datetime.fromisoformat(header.started)
    except ValueError:
        raise LeftOutError(path, f"line 1: started: {header.started[:40]!r} is not a time.") from None
    # The pattern of a moment in results files demands a zone.
    return Given(path, header.target.name, header.target.kind, started)


def by_implementation(files: Iterable[Given]) -> Mapping[tuple[str, TargetKind], list[Given]]:
    """Return the files of each implementation, the newest first, in the order of the names."""
    found: dict[tuple[str, TargetKind], list[Given]] = {}
    for file in sorted(files, key=lambda one: (one.name.casefold(), one.name, one.kind)):
        found.setdefault((file.name, file.kind), []).append(file)
    return {
        key: sorted(some, key=lambda one: (one.started, str(one.path)), reverse=True) for key, some in found.items()
    }


def digest_of(path: Path) -> str:
    """Return the SHA-256 of the file. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
