"""Parsing of a documentation page as text, in its two layouts: tables with a cell per line, or rows run together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .normalise import argument_hash, normalised, row_hash, sentence_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_NAME_LINE = re.compile(r"^([a-z][a-z0-9_]*)$")
_HIDDEN_LINE = re.compile(r"^([a-z][a-z0-9_]*) \[hidden\](.+)$")
_ARGUMENT_LINE = re.compile(r"^([a-z][a-z0-9_]*?)(Required|Optional)$")
_RUN_ON_NAME = re.compile(r"([a-z0-9_]+)- ")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\"{])")
_TABLE_HEADS = {"ArgumentTypeDescription": "argument", "ErrorDescription": "error", "WarningDescription": "warning"}
_PLACES = {"error": "Errors", "warning": "Warnings"}


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row of an error or warning table."""

    kind: str
    place: str
    code: str
    description: str
    hidden: bool = False

    @property
    def sha256(self) -> str:
        """The hash of the row."""
        return row_hash(self.code, self.description)


@dataclass(frozen=True, slots=True)
class PageArgument:
    """One documented argument; `required` only where the page says so."""

    place: str
    name: str
    kind: str
    description: str
    required: bool

    @property
    def sha256(self) -> str:
        """The hash of the argument."""
        return argument_hash(self.name, self.kind, self.description)


@dataclass(frozen=True, slots=True)
class Page:
    """The content of a page: its rows, its arguments, and all other text as sentences."""

    rows: tuple[PageRow, ...]
    arguments: tuple[PageArgument, ...]
    prose: tuple[str, ...]

    def hashes(self) -> frozenset[str]:
        """Return the hashes of everything that a rule may cite, including sentences in rows and arguments."""
        inner = [*(row.description for row in self.rows), *(argument.description for argument in self.arguments)]
        return frozenset(
            {row.sha256 for row in self.rows}
            | {argument.sha256 for argument in self.arguments}
            | {sentence_hash(sentence) for sentence in (*self.prose, *sentences(inner))}
        )


def read_page(text: str, codes: Collection[str], names: Collection[str]) -> Page:
    """Parse the page; known codes and argument names mark the start of a row that is glued to the previous one."""
    if any(line.strip() in _TABLE_HEADS for line in text.splitlines()):
        return _read_tables(text)
    return _read_run_on(text, codes, names)


def _read_tables(text: str) -> Page:
    """Parse the layout with one table cell per line."""
    rows: list[PageRow] = []
    arguments: list[PageArgument] = []
    prose: list[str] = []
    table = ""
    lines = iter(line.strip() for line in text.splitlines())
    for line in filter(None, lines):
        if line in _TABLE_HEADS:
            table = _TABLE_HEADS[line]
        elif table == "argument" and (found := _ARGUMENT_LINE.match(line)):
            arguments.append(_table_argument(found, lines, len(arguments) + 1))
        elif table == "argument" and line.startswith("Example") and " " not in line:
            continue
        elif table in _PLACES and (found := _HIDDEN_LINE.match(line)):
            rows.append(PageRow(table, _place(rows, table), found[1], found[2], hidden=True))
        elif table in _PLACES and _NAME_LINE.match(line):
            rows.append(PageRow(table, _place(rows, table), line, next(filter(None, lines), "")))
        else:
            prose.append(line)
    return Page(tuple(rows), tuple(arguments), tuple(sentences(prose)))


def _place(rows: list[PageRow], kind: str) -> str:
    return f"{_PLACES[kind]}/{sum(row.kind == kind for row in rows) + 1}"


def _table_argument(found: re.Match[str], lines: Iterator[str], position: int) -> PageArgument:
    """Parse what follows an argument's name: the type on the next line, the description after a blank line."""
    kind = next(lines, "")
    description = next(filter(None, lines), "")
    return PageArgument(f"Arguments/{position}", found[1], kind, description, required=found[2] == "Required")


def _read_run_on(text: str, codes: Collection[str], names: Collection[str]) -> Page:
    """Parse the layout with all rows on one line, each `name- description` glued to the previous one."""
    rows: list[PageRow] = []
    arguments: list[PageArgument] = []
    prose: list[str] = []
    heading = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if heading == "Optional Params" and not arguments:
            for position, (name, rest) in enumerate(_run_on(line, names), 1):
                description = rest.partition(" ex:")[0]
                arguments.append(PageArgument(f"Arguments/{position}", name, "", description, required=False))
        elif heading.startswith("Errors") and not rows:
            for position, (code, description) in enumerate(_run_on(line, codes), 1):
                rows.append(PageRow("error", f"Errors/{position}", code, description))
        else:
            prose.append(line)
        heading = line
    return Page(tuple(rows), tuple(arguments), tuple(sentences(prose)))


def _run_on(line: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each name with the text up to the next name."""
    found = [(name.end() - 2, name.end(), name[1]) for name in _RUN_ON_NAME.finditer(line)]
    names = [(end - len(_unglued(word, known)), begin, _unglued(word, known)) for end, begin, word in found]
    ends = [start for start, _, _ in names[1:]] + [len(line)]
    for (_, begin, name), end in zip(names, ends, strict=True):
        yield name, line[begin:end]


def _unglued(word: str, known: Collection[str]) -> str:
    """Return the known name at the end of the word, else the whole word."""
    return max((name for name in known if word.endswith(name)), key=len, default=word)


def sentences(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines' sentences, normalised."""
    for line in lines:
        yield from filter(None, map(normalised, _SENTENCE_END.split(line)))
