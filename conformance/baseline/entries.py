"""The baseline: deviations of a target that its owner has accepted for now, with issue, owner, expiry and reason."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from conformance.catalog.datafile import DataError, read_toml, suggestion, without_dates
from conformance.judge.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SCHEMA = "baseline.schema.json"

_HEADER = re.compile(r"\s*\[\[\s*known\s*\]\]")
_TYPO = 0.85
"""How like a known id an unknown one is if it is only misspelt; less like it, it is that of no case any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is accepted, or what was seen: the observed outcome and the codes of all findings."""

    observed: str
    findings: tuple[str, ...]

    def __str__(self) -> str:
        """Return both in words."""
        return f"{self.observed} ({', '.join(self.findings)})"


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a deviation is accepted."""

    issue: str
    owner: str
    expires: date
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one entry in its file, counted from 1; comments right above it belong to it."""

    first: int
    header: int
    lines: tuple[str, ...]

    @property
    def last(self) -> int:
        """The number of its last line that is not empty."""
        return self.first + self.text.count("\n")

    @property
    def text(self) -> str:
        """Its lines as they stand, without empty ones at the end."""
        return "\n".join(self.lines).rstrip()

    def line(self, key: str) -> int:
        """Return the number of the line where this key stands."""
        own = re.compile(rf'\s*"?{key}"?\s*=')
        found = (number for number, line in enumerate(self.lines, self.first) if own.match(line))
        return next(found, self.header)


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted deviation, and where it stands."""

    case: str
    outcome: Outcome
    terms: Terms
    block: Block


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of one file by case; without a file there are none."""

    file: str = ""
    preamble: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def judged(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return the record, as KNOWN if just this outcome is accepted; whatever else it is stays as it is."""
        entry = self.entries.get(record["id"])
        if entry is None or record["verdict"] not in _ACCEPTABLE or outcome_of(record) != entry.outcome:
            return record
        terms = entry.terms
        known = {"issue": terms.issue, "owner": terms.owner, "expires": str(terms.expires), "reason": terms.reason}
        return {**record, "verdict": str(Verdict.KNOWN), "known": known}


_ACCEPTABLE = {Verdict.FAIL, Verdict.WARN}


def outcome_of(record: Mapping[str, Any]) -> Outcome:
    """Return what a record shows, in the form in which a baseline accepts it."""
    return outcome(record["observed"], (finding["code"] for finding in record["findings"]))


def outcome(observed: str | None, codes: Iterable[str]) -> Outcome:
    """Return an outcome, its codes once each and in order."""
    return Outcome(observed or "", tuple(sorted(set(codes))))


def read_baseline(path: Path, cases: Iterable[str]) -> Baseline:
    """Return the baseline in this file; `cases` are the ids of all cases.

    Raises `DataError`, naming file and line, when it does not fit its schema, when an id is misspelt or stands there
    twice, or when an entry is no table of its own.
    """
    content = read_toml(path, SCHEMA).get("known", [])
    # By line feeds alone: TOML allows characters within a text that Python takes for the end of a line.
    preamble, blocks = _split(path.read_text(encoding="utf-8").split("\n"))
    if [_parsed(block.text) for block in blocks] != [{"known": [raw]} for raw in content]:
        raise DataError(str(path), "known", "entries that are not written as tables.", "Begin each with [[known]].")
    ids = tuple(cases)
    entries: dict[str, Entry] = {}
    for raw, block in zip(content, blocks, strict=True):
        where = f"{path}:{block.line('case')}"
        if raw["case"] in entries:
            other = entries[raw["case"]].block.line("case")
            raise DataError(where, "case", f"{raw['case']} stands in line {other} already.", "Keep one of the two.")
        if raw["case"] not in ids and difflib.get_close_matches(raw["case"], ids, n=1, cutoff=_TYPO):
            raise DataError(where, "case", f"there is no case {raw['case']!r}.", suggestion(raw["case"], ids))
        terms = Terms(raw["issue"], raw["owner"], date.fromisoformat(raw["expires"]), raw["reason"])
        entries[raw["case"]] = Entry(raw["case"], outcome(raw["observed"], raw["findings"]), terms, block)
    return Baseline(str(path), preamble, entries)


def _split(lines: list[str]) -> tuple[str, list[Block]]:
    """Return the lines before the first entry, and a block for each."""
    headers = [index for index, line in enumerate(lines) if _HEADER.match(line)]
    starts = [_with_comments(lines, index) for index in headers]
    ends = [*starts[1:], len(lines)]
    blocks = [
        Block(start + 1, header + 1, tuple(lines[start:end]))
        for header, start, end in zip(headers, starts, ends, strict=False)
    ]
    return "\n".join(lines[: starts[0] if starts else len(lines)]).rstrip(), blocks


def _with_comments(lines: list[str], header: int) -> int:
    """Return where the comments right above a header begin; those that begin the file are about the file."""
    start = header
    while start > 0 and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start or header


def _parsed(text: str) -> object:
    try:
        return without_dates(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return None
