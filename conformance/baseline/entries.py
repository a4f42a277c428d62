"""Read a baseline: the deviations of a target that its owner accepts for now, with issue, owner, expiry and reason.

Each entry keeps its place in the file, so that messages can name lines and an update can leave the rest as it stands.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..catalog.datafile import DataError, read_toml, suggestion, without_dates
from ..results.model import Known, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..results.model import CaseResult

SCHEMA = "baseline.schema.json"

_HEADER = re.compile(r"\s*\[\[\s*known\s*\]\]")
_TYPO = 0.85
"""An unknown id at least this similar to a known one is a typing error; any other names a case that was removed."""


@dataclass(frozen=True, slots=True)
class AcceptedOutcome:
    """An outcome that is accepted or was observed, with the codes of all its findings."""

    observed: str
    findings: tuple[str, ...]

    def __str__(self) -> str:
        """Return both as messages show them."""
        return f"{self.observed} ({', '.join(self.findings)})"


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one entry in its file, numbered from 1; comments directly above the header belong to it."""

    first: int
    header: int
    lines: tuple[str, ...]

    @property
    def last(self) -> int:
        """The number of its last line that is not empty."""
        return self.first + self.text.count("\n")

    @property
    def text(self) -> str:
        """Its lines, without empty ones at the end."""
        return "\n".join(self.lines).rstrip()

    def line(self, key: str) -> int:
        """Return the number of the line that sets this key, or that of the header."""
        own = re.compile(rf'\s*"?{key}"?\s*=')
        found = (number for number, line in enumerate(self.lines, self.first) if own.match(line))
        return next(found, self.header)


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted deviation and its place in the file."""

    case: str
    outcome: AcceptedOutcome
    terms: Known
    block: Block


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of one file by the id of their case, and the text before the first of them."""

    file: str = ""
    preamble: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def judged(self, case: CaseResult) -> CaseResult:
        """Return the result, its verdict KNOWN if the baseline accepts exactly this outcome."""
        entry = self.entries.get(case.id)
        if entry is None or case.verdict not in _ACCEPTABLE or outcome_of(case) != entry.outcome:
            return case
        return replace(case, verdict=Verdict.KNOWN, known=entry.terms)


_ACCEPTABLE = {Verdict.FAIL, Verdict.WARN}


def outcome_of(case: CaseResult) -> AcceptedOutcome:
    """Return the outcome of a result in the form in which a baseline accepts it."""
    return outcome(case.observed, (finding.code for finding in case.findings))


def outcome(observed: str | None, codes: Iterable[str]) -> AcceptedOutcome:
    """Return an outcome with its codes sorted and without duplicates."""
    return AcceptedOutcome(observed or "", tuple(sorted(set(codes))))


def read_baseline(path: Path, cases: Iterable[str]) -> Baseline:
    """Return the baseline in this file; `cases` are the ids of all cases.

    Raises `DataError`, naming file and line, if it does not fit its schema, if an id is misspelt or has two entries, or
    if the entries are not written as `[[known]]` tables.
    """
    content = read_toml(path, SCHEMA).get("known", [])
    # Split at line feeds alone: strings in TOML may contain characters at which `splitlines` would split.
    preamble, blocks = _split(path.read_text(encoding="utf-8-sig").split("\n"))
    if [_parsed(block.text) for block in blocks] != [{"known": [raw]} for raw in content]:
        raise DataError(str(path), "known", "the entries are not written as tables.", "Begin each with [[known]].")
    ids = tuple(cases)
    entries: dict[str, Entry] = {}
    for raw, block in zip(content, blocks, strict=True):
        where = f"{path}:{block.line('case')}"
        if raw["case"] in entries:
            other = entries[raw["case"]].block.line("case")
            raise DataError(
                where, "case", f"{raw['case']} already has an entry in line {other}.", "Keep one of the two."
            )
        if raw["case"] not in ids and difflib.get_close_matches(raw["case"], ids, n=1, cutoff=_TYPO):
            raise DataError(where, "case", f"there is no case {raw['case']!r}.", suggestion(raw["case"], ids))
        terms = Known(raw["issue"], raw["owner"], date.fromisoformat(raw["expires"]), raw["reason"])
        entries[raw["case"]] = Entry(raw["case"], outcome(raw["observed"], raw["findings"]), terms, block)
    return Baseline(str(path), preamble, entries)


def _split(lines: list[str]) -> tuple[str, list[Block]]:
    """Return the text before the first entry, and the block of each entry."""
    headers = [index for index, line in enumerate(lines) if _HEADER.match(line)]
    starts = [_with_comments(lines, index) for index in headers]
    ends = [*starts[1:], len(lines)]
    blocks = [
        Block(start + 1, header + 1, tuple(lines[start:end]))
        for header, start, end in zip(headers, starts, ends, strict=False)
    ]
    return "\n".join(lines[: starts[0] if starts else len(lines)]).rstrip(), blocks


def _with_comments(lines: list[str], header: int) -> int:
    """Return the index of the first comment directly above a header; one that opens the file is about the file."""
    start = header
    while start > 0 and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start or header


def _parsed(text: str) -> object:
    try:
        return without_dates(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return None
