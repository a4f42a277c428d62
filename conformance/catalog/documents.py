"""Compare the pages with the catalog: what was added, removed or changed, and which sentences no rule claims."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .datafile import DataError, why
from .model import RuleKind
from .normalise import sentence_hash
from .page import Page, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from .model import Argument, Catalog, Method, Rule


_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Problem:
    """One difference between page and catalog; `kind` is added, vanished, changed, moved, unclaimed or missing."""

    method: str
    kind: str
    subject: str
    text: str

    def __str__(self) -> str:
        """Return the difference as one line."""
        return f"{self.method}: {self.kind}: {self.subject}: {self.text}"


@dataclass(frozen=True, slots=True)
class DocumentsReport:
    """The result of a comparison: problems, and the numbers of error and warning rows on each method's page."""

    problems: list[Problem]
    rows: Mapping[str, Mapping[str, int]]

    @property
    def counts(self) -> tuple[int, ...]:
        """The non-zero numbers of rows, page by page, error rows before warning rows."""
        return tuple(count for kinds in self.rows.values() for count in kinds.values() if count)


def compare_documents(folder: Path, catalog: Catalog) -> DocumentsReport:
    """Compare the folder's pages with the catalog. Raises `DataError` if it is not a folder."""
    if not folder.is_dir():
        raise DataError(str(folder), "", "is not a folder.", "Name the folder that holds the pages as text.")
    codes = {rule.name for rule in catalog.rules if rule.kind is not RuleKind.STATEMENT}
    problems: list[Problem] = []
    rows = {}
    for method in catalog.methods.values():
        try:
            text = (folder / method.page).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(method.name, "missing", method.page, f"the page cannot be read ({why(error)})."))
            continue
        page = read_page(text, codes, method.arguments)
        rows[method.name] = {kind: sum(row.kind == kind for row in page.rows) for kind in ("error", "warning")}
        problems += _compare(method, page)
    return DocumentsReport(problems, rows)


def _compare(method: Method, page: Page) -> Iterator[Problem]:
    yield from _rows(method, page)
    yield from _arguments(method, page)
    yield from _statements(method, page)
    yield from _unclaimed(method, page)


def _rows(method: Method, page: Page) -> Iterator[Problem]:
    documented = {(rule.kind.value, rule.name): rule for rule in method.rules if rule.kind is not RuleKind.STATEMENT}
    found = {(row.kind, row.code): row for row in page.rows}
    for (kind, code), row in found.items():
        rule = documented.get((kind, code))
        if rule is None:
            yield Problem(method.name, "added", code, f"{row.place} is a row without a rule.")
        elif rule.sha256 != row.sha256:
            yield Problem(method.name, "changed", code, f"{row.place} is worded differently now.")
        elif rule.hidden != row.hidden:
            now = "now" if row.hidden else "no longer"
            yield Problem(method.name, "changed", code, f"{row.place} is {now} hidden.")
        elif rule.place != row.place:
            yield Problem(method.name, "moved", code, f"{rule.place} is {row.place} now.")
    for key in sorted(documented.keys() - found.keys()):
        yield _vanished(method, documented[key])
    if len(found) != len(page.rows):
        codes = [row.code for row in page.rows]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Problem(method.name, "added", code, "the page has this row twice.")


def _vanished(method: Method, rule: Rule) -> Problem:
    return Problem(method.name, "vanished", rule.name, f"{rule.place} is no longer in the page.")


def _arguments(method: Method, page: Page) -> Iterator[Problem]:
    found = {argument.name: argument for argument in page.arguments}
    for name, there in found.items():
        ours: Argument | None = method.arguments.get(name)
        if ours is None:
            yield Problem(method.name, "added", name, f"{there.place} is an argument that the catalog does not know.")
        elif ours.sha256 != there.sha256:
            yield Problem(method.name, "changed", name, f"{there.place} is worded differently now.")
        elif ours.required != there.required:
            yield Problem(method.name, "changed", name, f"it is {'now' if there.required else 'no longer'} required.")
        elif ours.place != there.place:
            yield Problem(method.name, "moved", name, f"{ours.place} is {there.place} now.")
    for name in sorted(method.arguments.keys() - found.keys()):
        yield Problem(method.name, "vanished", name, f"{method.arguments[name].place} is no longer in the page.")


def _statements(method: Method, page: Page) -> Iterator[Problem]:
    present = page.hashes()
    for rule in method.rules:
        if rule.kind is RuleKind.STATEMENT and rule.sha256 is not None and rule.sha256 not in present:
            text = f"the sentence at {rule.place} that this rule cites is gone or worded differently."
            yield Problem(method.name, "changed", rule.name, text)
    for digest, place in method.irrelevant.items():
        if digest not in present:
            text = "a sentence that states no requirement is gone or worded differently."
            yield Problem(method.name, "changed", place, text)


def _unclaimed(method: Method, page: Page) -> Iterator[Problem]:
    claimed = {rule.sha256 for rule in method.rules} | method.irrelevant.keys()
    for sentence in page.prose:
        if _WORD.search(sentence) and sentence_hash(sentence) not in claimed:
            yield Problem(method.name, "unclaimed", "sentence", f"no rule cites {sentence!r}.")
