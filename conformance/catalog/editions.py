"""Editions: which cases decide the exit code of a run, so that new cases do not turn anybody's CI red.

An edition lists the cases that existed when it was published, each with a hash of everything its verdict depends on. A
run is judged by one edition. Cases that are newer run too and are shown, but their verdict is NEW, and NEW changes no
exit code. So a user who changes nothing stays green, and sees beforehand what the next edition will ask.

A published edition does not change: a test compares it with the data of today (`tests/catalog/edition.py`). A mistake
is corrected by an *erratum*, a row with id, date and reason, in every edition that has the mistake. What is corrected
gates at once, in its new form, and each report gives the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .datafile import DataError, files_in, read_toml
from .manifest import is_as_released

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from .model import Case, Catalog

FOLDER = "fixtures/editions"
SCHEMA = "edition.schema.json"

_NAME = re.compile(r"(\d{4})\.([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Erratum:
    """A correction of a rule, a case or a method of a published edition, or its removal."""

    id: str
    """The id of the rule or case, or the name of the method."""
    date: str
    """The day of the correction, in ISO 8601 format."""
    reason: str
    """What was wrong, as a sentence."""
    sha256: str = ""
    """The hash of the corrected form; empty if the rule or case was removed."""

    def __str__(self) -> str:
        """Return the correction as a line of a report."""
        return f"{self.id} was {'corrected' if self.sha256 else 'removed'} on {self.date}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Edition:
    """A published set of cases, with a hash of each, of their rules, and of the methods' common parts."""

    name: str
    published: str
    """The day of publication, in ISO 8601 format."""
    methods: Mapping[str, str]
    rules: Mapping[str, str]
    cases: Mapping[str, str]
    errata: tuple[Erratum, ...] = ()

    def newer(self, cases: Iterable[Case]) -> tuple[str, ...]:
        """Return the ids of those among the cases that are newer than this edition."""
        return tuple(case.id for case in cases if case.id not in self.cases)


def edition_files(root: Path) -> dict[str, Path]:
    """Return the file of each edition below this folder by the edition's name, the oldest first.

    Raises `DataError` if a file's name is not that of an edition.
    """
    found = {path.stem: path for path in files_in(root / FOLDER)}
    return {name: found[name] for name in sorted(found, key=lambda name: order(name, str(found[name])))}


def order(name: str, where: str) -> tuple[int, int]:
    """Return the key that sorts names of editions by age. Raises `DataError`, which begins with `where`, for others."""
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise DataError(where, "", f"{name!r} is not the name of an edition.", "It looks like 2026.1.")
    return int(parts[1]), int(parts[2])


def find_edition(catalog: Catalog, name: str | None, where: str) -> Edition | None:
    """Return the edition with this name, without one the latest; `None` if the catalog has no editions.

    Raises `DataError`, which begins with `where` and lists the known editions, if there is no such edition.
    """
    if name is None:
        if not catalog.editions:
            return None
        name = list(catalog.editions)[-1]
    require_edition(catalog, name, where)
    path = catalog.editions[name]
    content = read_toml(path, SCHEMA, checked=not is_as_released(path.parents[2]))
    errata = tuple(Erratum(**entry) for entry in content.get("erratum", ()))
    return Edition(name, content["published"], content["methods"], content["rules"], content["cases"], errata)


def require_edition(catalog: Catalog, name: str, where: str, key: str = "") -> None:
    """Raise `DataError`, which names file or option (`where`) and key, if there is no edition with this name."""
    if name not in catalog.editions:
        known = ", ".join(catalog.editions) or "none"
        raise DataError(where, key, f"there is no edition {name!r}.", f"Known: {known}.")
