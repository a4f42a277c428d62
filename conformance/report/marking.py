"""Find rows, arguments and sentences in the original text of a page, before normalisation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..catalog.normalise import normalised, sentence_hash
from ..catalog.page import PageRow, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..catalog.page import Page, PageArgument

_LEFT_OUT = re.compile(r"`|\[hidden\]|\s+")
_LINES = re.compile(r"\s*\n\s*")
_GLUE = r"[\s-]*"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text; `sha256` is the hash of the sentence, empty between sentences."""

    text: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A line, row or argument: its place and hash if it has one, and its pieces in order."""

    pieces: tuple[Piece, ...]
    place: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class _Span:
    """Something found in the text, with its start and end."""

    start: int
    end: int
    item: PageRow | PageArgument | str


class _Text:
    """The page's text and its normalised form, with a mapping of positions from the latter to the former."""

    def __init__(self, text: str) -> None:
        self.raw = unicodedata.normalize("NFC", text)
        plain: list[str] = []
        self._back: list[int] = []
        at = 0
        for gap in _LEFT_OUT.finditer(self.raw):
            plain.append(self.raw[at : gap.start()])
            self._back += range(at, gap.start())
            if gap[0].isspace() and not (plain and plain[-1].endswith(" ")):
                plain.append(" ")
                self._back.append(gap.start())
            at = gap.end()
        plain.append(self.raw[at:])
        self._back += range(at, len(self.raw))
        self.plain = "".join(plain)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        return self._back[start], self._back[end - 1] + 1


def parts(text: str, page: Page) -> Iterator[Part]:
    """Yield the whole text in order, as parts in which everything that the page was parsed into is marked."""
    source = _Text(text)
    at = 0
    line: list[Piece] = []
    for span in sorted(_spans(source, page), key=lambda one: one.start):
        yield from _between(source.raw[at : span.start], line)
        if isinstance(span.item, str):
            line.append(Piece(source.raw[span.start : span.end], sentence_hash(span.item)))
        else:
            yield from _finished(line)
            pieces = tuple(_inside(source.raw[span.start : span.end], span.item.description))
            yield Part(pieces, span.item.place, span.item.sha256)
        at = span.end
    yield from _between(source.raw[at:] + "\n", line)


def _between(gap: str, line: list[Piece]) -> Iterator[Part]:
    """Add the text between two spans to the current line; each line end finishes a line."""
    first, *others = gap.split("\n")
    if first:
        line.append(Piece(first))
    for text in others:
        yield from _finished(line)
        if text:
            line.append(Piece(text))


def _finished(line: list[Piece]) -> Iterator[Part]:
    if any(piece.text.strip() for piece in line):
        yield Part(tuple(line))
    line.clear()


def _inside(text: str, description: str) -> Iterator[Piece]:
    """Yield the pieces of a row or argument: its name, then the sentences of its description."""
    source, at, cursor = _Text(text), 0, 0
    start = source.plain.rfind(normalised(description))
    cursor = max(start, 0)
    for sentence in sentences([description]):
        found = source.plain.find(sentence, cursor)
        begin, end = source.raw_span(found, found + len(sentence))
        yield from _gap(source.raw[at:begin])
        yield Piece(source.raw[begin:end], sentence_hash(sentence))
        at, cursor = end, found + len(sentence)
    yield from _gap(source.raw[at:])


def _gap(text: str) -> Iterator[Piece]:
    """Yield the text between two sentences, its lines joined, apart from the white space after it."""
    written = text.rstrip()
    if written:
        yield Piece(_LINES.sub("\n", written))
    if written != text:
        yield Piece("\n" if "\n" in text[len(written) :] else " ")


def _spans(source: _Text, page: Page) -> Iterator[_Span]:
    """Yield rows and arguments, then each other sentence at its first place outside of them."""
    taken: list[tuple[int, int]] = []
    cursor = 0
    tables: tuple[PageRow | PageArgument, ...] = (*page.arguments, *page.rows)
    for item in tables:
        found = _pattern(item).search(source.plain, cursor)
        if found is None:
            continue
        cursor = found.end()
        taken.append(found.span())
        yield _Span(*source.raw_span(*found.span()), item)
    cursor = 0
    for sentence in page.prose:
        start = source.plain.find(sentence, cursor)
        while start >= 0 and (inside := next((end for begin, end in taken if begin <= start < end), 0)):
            start = source.plain.find(sentence, inside)
        if start >= 0:
            cursor = start + len(sentence)
            yield _Span(*source.raw_span(start, cursor), sentence)


def _pattern(item: PageRow | PageArgument) -> re.Pattern[str]:
    """Return a pattern for a whole row or argument, whose name may be glued to its type and description."""
    description = re.escape(normalised(item.description))
    if isinstance(item, PageRow):
        return re.compile(rf"{re.escape(item.code)}{_GLUE}{description}")
    kind = rf"(?:Required|Optional)?{_GLUE}{re.escape(normalised(item.kind))}"
    return re.compile(rf"{re.escape(item.name)}{kind}{_GLUE}{description}")
