"""Verify a whole results file.

    state        the file
    -----------  ---------------------------------------------------------------------------------------------
    verified     holds what its header announces, and every verdict follows from what it records
    differs      contradicts itself, the catalog, or what its own exchanges show
    incomplete   lacks cases or its footer, was judged by other rules, or is about a client
    not ours     is not a results file of this suite, or is in another format

This proves that the verdicts follow from the record, so nobody has to take them on trust. It does not prove that the
named server sent the recorded bytes: whoever runs the suite can record what they like.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import structs

from ..catalog.editions import find_edition
from ..results.io import CutError, ResultsError, lines_of, read_results
from ..results.model import CaseResult, Footer
from ..results.terms import TargetKind, Verdict
from ..results.words import counted
from ..run.record import ledger_record, rule_record
from ..summary.tally import Tally, tally_of
from . import drawing, judging
from .judging import IncompleteRecordError, UnreadableRecordError
from .requests import Requests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from ..catalog.model import Catalog
    from ..results.io import Results
    from ..results.model import Header


class State(StrEnum):
    """The result of verifying a file."""

    VERIFIED = "verified"
    DIFFERS = "differs"
    INCOMPLETE = "incomplete"
    NOT_OURS = "not ours"


@dataclass(frozen=True, slots=True)
class Remark:
    """One reason why a file is not verified."""

    text: str
    line: int | None = None
    """The number of the line, from 1; `None` if it is about the whole file."""
    case: str = ""
    """The id of the case; empty if it is about the whole file."""
    state: State = State.DIFFERS
    """The state that this remark gives the file."""


@dataclass
class Verification:
    """The result of verifying one file, with the reasons."""

    path: Path
    remarks: list[Remark] = field(default_factory=list)
    """Up to `MOST_REMARKS` of them."""
    further: int = 0
    """How many remarks there are beyond these."""
    judged_again: int = 0
    """How many cases were judged again."""
    not_judged: int = 0
    """How many cases were not judged in the run; each line gives the cause."""
    _states: set[State] = field(default_factory=set)

    def note(self, text: str, line: int | None = None, case: str = "", state: State = State.DIFFERS) -> None:
        """Add a remark; the text is cut, since it may quote anything."""
        self._states.add(state)
        if len(self.remarks) == MOST_REMARKS:
            self.further += 1
            return
        self.remarks.append(
            Remark(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…", line, case[:_LONGEST], state)
        )

    @property
    def state(self) -> State:
        """The worst state that a remark gives the file."""
        worst = (State.NOT_OURS, State.DIFFERS, State.INCOMPLETE)
        return next((one for one in worst if one in self._states), State.VERIFIED)


MOST_REMARKS = 1000
"""How many remarks about a file are kept."""

_LONGEST = 2000
"""Characters of a remark that are kept."""


def verify_file(path: Path, catalog: Catalog, *, today: bool = False) -> Verification:
    """Verify a file and return the result. It is read line by line; nothing is sent.

    With `today`, a file that was judged by other rules is judged by those of the catalog, and each change is a remark.
    A file that cannot be read is `NOT_OURS`.
    """
    found = Verification(path)
    try:
        header = _header_of(path)
    except ResultsError as error:
        found.note(str(error).removeprefix(f"{path}: "), state=State.NOT_OURS)
        return found
    other = header.catalog != catalog.sha256
    client = header.target.kind is TargetKind.CLIENT
    if other and not today:
        text = f"it was judged by the rules of suite {header.suite}, which differ from those of this version"
        found.note(f"{text}; --rules today judges it by the rules of this version", 1, state=State.INCOMPLETE)
    if client:
        text = "it is about a client, whose calls are not recorded in enough detail to be judged again"
        found.note(text, 1, state=State.INCOMPLETE)
    elif header.seed is None:
        found.note("it names no seed, so its requests cannot be composed again", 1)
    lines = _Lines(header, catalog, found, judges=not client and (today or not other))
    try:
        _follow(path, lines)
    except ResultsError as error:
        found.note(str(error).removeprefix(f"{path}: "), lines.number + 1)
        return found
    _whole(path, header, catalog, found, lines)
    return found


class _Lines:
    """Takes the lines in order, and notes what is wrong with each."""

    def __init__(self, header: Header, catalog: Catalog, found: Verification, *, judges: bool) -> None:
        self._header, self._catalog, self.found, self._judges = header, catalog, found, judges
        self._newer = _newer(header, catalog)
        self.number = 0
        self.places: dict[str, int] = {}
        """The line of each case of the catalog."""
        self.strangers = 0
        """How many lines are about other cases."""
        self.footer: Footer | None = None

    def take(self, number: int, content: Header | CaseResult | Footer) -> None:
        """Note what is wrong with a line."""
        self.number = number
        if isinstance(content, Footer):
            self.footer = content
        elif isinstance(content, CaseResult):
            first = self.places.get(content.id[:_LONGEST])
            if first is not None or (self._judges and content.id not in self._catalog.by_id):
                self.strangers += 1
            if first is not None:
                self.found.note(f"the case stands here twice, first in line {first}", number, content.id)
                return
            if self._judges:
                self.found.judged_again += content.grounds is not None
                self.found.not_judged += content.grounds is None
            self.places.setdefault(content.id[:_LONGEST], number) if len(self.places) < _MOST_CASES else None
            if self._judges:
                is_new, may_be = content.verdict is Verdict.NEW, content.verdict not in _NEVER_NEW
                if may_be and is_new != (content.id in self._newer):
                    has = "has" if is_new else "does not have"
                    text = f"the verdict is {content.verdict}, but edition {self._header.edition} {has} the case"
                    self.found.note(text, number, content.id)
                self._judge(number, structs.replace(content, verdict=content.judged))

    def _judge(self, number: int, line: CaseResult) -> None:
        where = (number, line.id)
        try:
            for text in self._differences(line):
                self.found.note(text, *where)
        except IncompleteRecordError as error:
            self.found.note(str(error), *where, state=State.INCOMPLETE)
        except UnreadableRecordError as error:
            self.found.note(str(error), *where)

    def _differences(self, line: CaseResult) -> Iterator[str]:
        catalog, seed = self._catalog, self._header.seed
        original = judging.original_of(line, catalog)
        method = catalog.methods[original.method]
        edit = list(drawing.differences(line, original, method, seed or 0)) if line.grounds is not None else []
        yield from edit
        if edit:
            return  # the requests of an edit that was not drawn prove nothing
        case = judging.case_of(line, catalog)
        answers = [judging.answer_of(one) for one in line.exchanges]
        yield from judging.differences(line, case, answers, catalog, self._header.readings)
        if line.grounds is None or seed is None:
            return
        requests = Requests(line, case, original, method, seed)
        if not line.grounds.throttled:
            yield from requests.problems()
        wanted = self._header.target.url
        for one in requests.sent.values():
            if wanted.startswith("http") and one.address != wanted:
                yield f"a request went to {one.address}, and the run is one against {wanted}"


_NEVER_NEW = {Verdict.ENGINE, Verdict.NOT_APPLICABLE}


def _newer(header: Header, catalog: Catalog) -> frozenset[str]:
    """Return the ids of the cases that are newer than the edition of the header, if it is known."""
    if header.edition not in catalog.editions:
        return frozenset()
    edition = find_edition(catalog, header.edition, "edition")
    return frozenset(edition.newer(catalog.cases) if edition is not None else ())


_MOST_CASES = 100_000
"""How many cases of a file are remembered."""


def _follow(path: Path, lines: _Lines) -> None:
    """Take each line, and note a broken chain of digests. Raises `ResultsError`."""
    before = ""
    for number, content, digest in lines_of(path):
        if isinstance(content, CaseResult | Footer) and content.after != before:
            text = "the line before it was changed, moved or removed: its digest is not the one recorded here"
            lines.found.note(text, number, content.id if isinstance(content, CaseResult) else "")
        before = digest
        lines.take(number, content)


def _header_of(path: Path) -> Header:
    """Return the header. Raises `ResultsError`."""
    for _, content, _ in lines_of(path):
        if not isinstance(content, CaseResult | Footer):
            return content
    raise ResultsError(f"{path}: the file is empty.")


def _whole(  # noqa: C901 - a list of independent checks
    path: Path, header: Header, catalog: Catalog, found: Verification, lines: _Lines
) -> None:
    """Note what is wrong with the file as a whole: what its reader refuses, and cases that are not there."""
    if lines.strangers > len(catalog.cases):
        found.note(f"it has {lines.strangers} lines about cases that are unknown, or that it has already")
        return
    try:
        results = read_results(path, exchanges=False)
    except CutError as error:
        found.note(str(error).removeprefix(f"{path}: "), state=State.INCOMPLETE)
        return
    except ResultsError as error:
        found.note(str(error).removeprefix(f"{path}: "))
        return
    if results.footer is not None and results.footer.cut is not None:
        found.note(f"the run was ended early, by {results.footer.cut}", state=State.INCOMPLETE)
    if header.target.kind is TargetKind.CLIENT:
        return
    for text in _footer(results, catalog):
        found.note(text, lines.number)
    if header.catalog == catalog.sha256:
        for text in _header(header, catalog):
            found.note(text, 1)
        if header.edition is not None and header.edition not in catalog.editions:
            found.note(f"there is no edition {header.edition!r}", 1)
    wanted = {*catalog.by_id} if header.selection is None else {*header.selection}
    for name in sorted(lines.places.keys() - wanted)[:_SOME]:
        found.note("the header does not name it among the selected cases", lines.places[name], name)
    lacking = sorted(wanted - lines.places.keys())
    if lacking:
        some = ", ".join(lacking[:_SOME]) + (" and others" if len(lacking) > _SOME else "")
        found.note(f"{counted(len(lacking), 'selected case')} not in the file: {some}", state=State.INCOMPLETE)


def _footer(results: Results, catalog: Catalog) -> Iterator[str]:
    """Yield where the footer contradicts the lines."""
    footer, tally = results.footer, tally_of(results)
    if footer is None:
        return
    rows = tally.rows()
    names = ("seen", "other_reading", "not_reachable", "excluded")
    if any({*getattr(footer.rows, name)} != {*getattr(rows, name)} for name in names):
        yield "the rows of the footer are not those that follow from the lines"
    said = {(row, reading, *cases) for row, each in footer.readings.items() for reading, cases in each.items()}
    if said != {(row, reading, *cases) for row, each in tally.readings.items() for reading, cases in each.items()}:
        yield "the readings of the footer are not those that follow from the lines"
    sentence = tally.sentence(results.header.target.name)
    if footer.sentence != sentence:
        yield f"the footer's sentence is {footer.sentence!r}, but should be {sentence!r}"
    if results.header.catalog == catalog.sha256:
        whole = Tally(catalog, results.header.methods)
        for case in results.cases:
            whole.add(case)
        for note in whole.notes():
            if note not in footer.notes:
                yield f"the footer does not have the note that follows from the lines: {note}"


def _header(header: Header, catalog: Catalog) -> Iterator[str]:
    """Yield where the header contradicts the catalog whose hash it has."""
    yield from _rules(header, catalog)
    if header.cases != len(catalog.cases):
        yield f"it says that a whole run has {header.cases} cases, and this one has {len(catalog.cases)}"
    unknown = sorted({*header.methods} - {*catalog.methods})
    unknown += sorted(row for row, reading in header.readings.items() if reading not in _readings(catalog, row))
    unknown += sorted({*(header.selection or ())} - {*catalog.by_id})
    if unknown:
        yield f"it names {', '.join(unknown[:_SOME])}, which the data do not have"


def _readings(catalog: Catalog, row: str) -> Collection[str]:
    return catalog.ledger[row].readings if row in catalog.ledger else ()


def _rules(header: Header, catalog: Catalog) -> Iterator[str]:
    """Yield which rules and ledger rows of the header differ from the catalog's."""
    rules = [rule_record(rule, method.page) for method in catalog.methods.values() for rule in method.rules]
    wrong = [one.id for one, rule in zip_longest(header.rules, rules) if one != rule and one is not None]
    ledger = {name: ledger_record(row) for name, row in catalog.ledger.items()}
    wrong += [name for name in sorted({*ledger, *header.ledger}) if ledger.get(name) != header.ledger.get(name)]
    if wrong or len(header.rules) != len(rules):
        yield f"its rules differ from those of the data whose hash it has: {', '.join(wrong[:_SOME])}"


_SOME = 3
"""How many cases a remark names."""
