"""Read a baseline: the deviations of a target that its owner accepts for now, with issue, owner, expiry and reason.

Each entry keeps its place in the file, so that messages can name lines and an update can leave the rest as it stands.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ..catalog.datafile import DataError, read_toml, suggestion, without_dates
from ..results.model import Known
from ..results.terms import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..results.exchange import RecordedExchange
    from ..results.model import CaseResult

SCHEMA = "baseline.schema.json"

_HEADER = re.compile(r"\s*\[\[\s*known\s*\]\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TYPO = 0.85
"""An unknown id at least this similar to a known one is a typing error; any other names a case that was removed."""


@dataclass(frozen=True, slots=True)
class AcceptedOutcome:
    """An outcome that is accepted or was observed, with the codes of all its findings and the form of the answer."""

    observed: str
    findings: tuple[str, ...]
    answer: str = ""
    """Status, media type, warnings and members of the answer; empty in an entry that accepts any."""

    def __str__(self) -> str:
        """Return all of them as messages show them."""
        return f"{self.observed} ({', '.join(self.findings)}){f', {self.answer}' if self.answer else ''}"

    def accepts(self, other: AcceptedOutcome) -> bool:
        """Return whether what was observed is what this entry accepts."""
        return other == (self if self.answer else replaced(self, answer=other.answer))


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
    edition: str = ""
    """The edition of the run from which it was last updated; empty if the file does not say."""

    def judged(self, case: CaseResult) -> CaseResult:
        """Return the result, its verdict KNOWN if the baseline accepts exactly this outcome."""
        entry = self.entries.get(case.id)
        if entry is None or case.verdict not in _ACCEPTABLE or not entry.outcome.accepts(outcome_of(case)):
            return case
        return replace(case, verdict=Verdict.KNOWN, known=entry.terms)


_ACCEPTABLE = {Verdict.FAIL, Verdict.WARN}


def outcome_of(case: CaseResult) -> AcceptedOutcome:
    """Return the outcome of a result in the form in which a baseline accepts it."""
    exchange = case.exchanges[-1] if case.exchanges else None
    return outcome(case.observed, (finding.code for finding in case.findings), form_of(exchange))


def outcome(observed: str | None, codes: Iterable[str], answer: str = "") -> AcceptedOutcome:
    """Return an outcome with its codes sorted and without duplicates."""
    return AcceptedOutcome(observed or "", tuple(sorted(set(codes))), answer)


def form_of(exchange: RecordedExchange | None) -> str:
    """Return status, media type, members and warnings of an answer, as in `200 application/json: error, ok`.

    Of an answer that could not be read it is the reason, without the numbers in it, so that a target that sends garbage
    today and hangs tomorrow does not stay accepted.
    """
    if exchange is None:
        return ""
    if exchange.answer is None:
        return _NUMBER.sub("n", exchange.problem or "no answer")
    sent = {name.lower(): value for name, value in exchange.answer.headers}
    media_type = sent.get("content-type", "no media type").partition(";")[0].strip().lower()
    form = f"{exchange.answer.status} {media_type}"
    if exchange.problem:
        return f"{form}: {_NUMBER.sub('n', exchange.problem)}"
    try:
        document = msgspec.json.decode(exchange.answer.body)
    except ValueError:  # the record has only the beginning of a long body
        return form
    members = ", ".join(sorted(document)) if isinstance(document, dict) else "not an object"
    warned = document.get("warning") if isinstance(document, dict) else None
    return f"{form}: {members}{f'; warning {warned}' if warned else ''}"


def latest_expiry() -> date:
    """Return the last day on which an entry may expire: in two years. By then nobody knows any more what it was for."""
    return datetime.now(UTC).date() + timedelta(days=731)


def read_baseline(path: Path, cases: Iterable[str]) -> Baseline:
    """Return the baseline in this file; `cases` are the ids of all cases.

    Raises `DataError`, naming file and line, if it does not fit its schema, if an id is misspelt or has two entries, or
    if the entries are not written as `[[known]]` tables.
    """
    whole = read_toml(path, SCHEMA)
    content = whole.get("known", [])
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
        if date.fromisoformat(raw["expires"]) > latest_expiry():
            hint = f"Name a day until {latest_expiry()}."
            raise DataError(f"{path}:{block.line('expires')}", "expires", "more than two years from now.", hint)
        terms = Known(raw["issue"], raw["owner"], date.fromisoformat(raw["expires"]), raw["reason"])
        accepted = outcome(raw["observed"], raw["findings"], raw.get("answer", ""))
        entries[raw["case"]] = Entry(raw["case"], accepted, terms, block)
    return Baseline(str(path), preamble, entries, whole.get("edition", ""))


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
