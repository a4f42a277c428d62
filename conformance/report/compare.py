"""Mark differences between expected and got, and between base and edited request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit

from markupsafe import Markup

from ..catalog.edits import recorded_edit
from ..results.words import counted
from .visible import plain, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..results.exchange import RecordedRequest
    from ..results.model import EditRecord

_WORDS = re.compile(r"[\w.:/-]+|\s+|[^\w\s]")
_HAS_LETTER = re.compile(r"\w")
_FORM = re.compile(r"[^\s=&]+=[^\s]*")
_ALIKE = 0.5
_PROSE = 12
"""Texts of more words, blanks and signs than this are sentences."""

_LINE_LIMIT = 300
_LINES = 24
_COMPARED = 500
"""So many lines of a request are compared with another one; a results file may come from anybody."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a request; `mark` is `edit` for the edit, `follows` for a difference due to fresh values."""

    text: str
    mark: str = ""


def marked(expected: str, got: str, limit: int = 240) -> tuple[Markup, Markup]:
    """Return both texts with the words that differ marked: what was expected in one colour, what came in another.

    Sentences that have little in common are two sentences, not two versions of one: nothing is marked in them.
    """
    left, right = shortened(expected, limit), shortened(got, limit)
    a, b = _WORDS.findall(left), _WORDS.findall(right)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if left == right or (min(len(a), len(b)) > _PROSE and matcher.ratio() < _ALIKE):
        return Markup.escape(left), Markup.escape(right)
    one, two = Markup(), Markup()
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        one += _words(a[a1:a2], "" if kind == "equal" else "want")
        two += _words(b[b1:b2], "" if kind == "equal" else "came")
    return one, two


def _words(words: list[str], colour: str) -> Markup:
    """Return the words, marked in one piece without the blanks around it."""
    text = "".join(words)
    inner = text.strip()
    if not colour or not _HAS_LETTER.search(inner):
        return Markup.escape(text)
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return Markup('{}<mark class="{}">{}</mark>{}').format(before, colour, inner, after)


def side_by_side(
    base: RecordedRequest, edited: RecordedRequest, edit: EditRecord | None
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return both requests in lines, with the lines that the edit changed marked in each.

    Nothing is marked in requests that are longer than any of ours: the comparison would take hours.
    """
    left, right = _lines(base), _lines(edited)
    if max(len(left), len(right)) > _COMPARED:
        return request_lines(base), request_lines(edited)
    change = None if edit is None else recorded_edit(edit.kind, edit.value)
    touched = frozenset() if change is None else change.touches
    one: list[Line] = []
    two: list[Line] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        for source, start, end, other, out in ((left, a1, a2, right, one), (right, b1, b2, left, two)):
            for text in source[start:end]:
                mark = "" if kind == "equal" else _kind_of(text, touched, other)
                out.append(Line(shortened(text, _LINE_LIMIT), mark))
    return _capped(one), _capped(two)


def request_lines(request: RecordedRequest) -> tuple[Line, ...]:
    """Return a request in lines, with one line for each argument."""
    return _capped([Line(shortened(text, _LINE_LIMIT)) for text in _lines(request)])


def _kind_of(text: str, touched: frozenset[str], other: list[str]) -> str:
    name = _name(text)
    if name in touched or not touched:
        return "follows" if name == "content-length" and any(_name(line) == name for line in other) else "edit"
    return "follows"


def _name(line: str) -> str:
    """Return the argument or header that a line is about."""
    text = line.lstrip(" ?&")
    name = re.split(r"[=:]", text, maxsplit=1)[0]
    return unquote_plus(name).strip().lower()


def _lines(request: RecordedRequest) -> list[str]:
    url = urlsplit(request.url)
    first, *arguments = _arguments(url.query)
    lines = [f"{request.verb} {url.path or '/'}"]
    if url.query:
        lines += [f"  ?{first}", *(f"  &{argument}" for argument in arguments)]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body:
        lines += ["", *_body(request.body)]
    return lines


def _body(body: str) -> Iterable[str]:
    if _FORM.fullmatch(body):
        first, *rest = _arguments(body)
        return [first, *(f"&{argument}" for argument in rest)]
    return [plain(line) for line in re.split(r"\r?\n", body)]


def _arguments(text: str) -> list[str]:
    return text.split("&")


def _capped(lines: list[Line]) -> tuple[Line, ...]:
    """Return the first lines and every marked one, with a last line that counts those left out."""
    if len(lines) <= _LINES:
        return tuple(lines)
    kept = [line for index, line in enumerate(lines) if index < _LINES - 4 or line.mark == "edit"][:_LINES]
    return (*kept, Line(f"… {counted(len(lines) - len(kept), 'more line')}, in the results file"))
