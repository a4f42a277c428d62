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

    from ..results.model import EditRecord, RecordedRequest

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
_HAS_LETTER = re.compile(r"\w")
_FORM = re.compile(r"[^\s=&]+=[^\s]*")
_ALIKE = 0.8
_LINE_LIMIT = 300
_LINES = 24


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a request; `mark` is `edit` for the edit, `follows` for a difference due to fresh values."""

    text: str
    mark: str = ""


def marked(expected: str, got: str, limit: int = 240) -> tuple[Markup, Markup]:
    """Return both texts with the smallest difference marked: whole words, and letters within words that are alike.

    Where nothing is in common, only what came is marked; nor is what the expectation merely says in addition.
    """
    left, right = shortened(expected, limit), shortened(got, limit)
    if left == right:
        return Markup.escape(left), Markup.escape(right)
    a, b = _TOKENS.findall(left), _TOKENS.findall(right)
    changes = _changes(a, b)
    replaced = any(kind == "replace" for kind, *_ in changes)
    one, two = [], []
    for kind, a1, a2, b1, b2 in changes:
        old, new = "".join(a[a1:a2]), "".join(b[b1:b2])
        if kind == "equal":
            one.append(Markup.escape(old))
            two.append(Markup.escape(new))
            continue
        if (a2 - a1, b2 - b1) == (1, 1) and SequenceMatcher(None, old, new).ratio() > _ALIKE:
            old_parts, new_parts = _letters(old, new)
        else:
            quiet = len(changes) == 1 or (kind == "delete" and replaced)
            old_parts, new_parts = Markup.escape(old) if quiet else _mark(old), _mark(new)
        one.append(old_parts)
        two.append(new_parts)
    return Markup().join(one), Markup().join(two)


def _changes(a: list[str], b: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Return the opcodes, merged where only blanks and punctuation between them are equal."""
    found: list[tuple[str, int, int, int, int]] = []
    opcodes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    for index, (kind, a1, a2, b1, b2) in enumerate(opcodes):
        between = 0 < index < len(opcodes) - 1 and not any(map(_HAS_LETTER.search, a[a1:a2]))
        between = between and opcodes[min(index + 1, len(opcodes) - 1)][0] != "delete"
        if found and found[-1][0] != "equal" and (kind != "equal" or between):
            found[-1] = ("replace", found[-1][1], a2, found[-1][3], b2)
        else:
            found.append((kind, a1, a2, b1, b2))
    return found


def _letters(old: str, new: str) -> tuple[Markup, Markup]:
    head = next((i for i, (x, y) in enumerate(zip(old, new, strict=False)) if x != y), min(len(old), len(new)))
    room = min(len(old), len(new)) - head
    tail = next((i for i in range(room) if old[-1 - i] != new[-1 - i]), room)
    return (
        Markup.escape(old[:head]) + _mark(old[head : len(old) - tail]) + Markup.escape(old[len(old) - tail :]),
        Markup.escape(new[:head]) + _mark(new[head : len(new) - tail]) + Markup.escape(new[len(new) - tail :]),
    )


def _mark(text: str) -> Markup:
    return Markup("<mark>{}</mark>").format(text) if text else Markup()


def side_by_side(
    base: RecordedRequest, edited: RecordedRequest, edit: EditRecord | None
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return both requests in lines, with the lines that the edit changed marked in each."""
    left, right = _lines(base), _lines(edited)
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
