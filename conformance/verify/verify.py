"""Verify a whole results file.

    state        the file
    -----------  ---------------------------------------------------------------------------------------------
    verified     holds what its header announces, and every verdict follows from what it records
    differs      contradicts itself, the catalog, or what its own exchanges show
    incomplete   lacks cases or its footer, or cannot be judged again: other rules, or a client's results
    not ours     is not a results file of this suite, or of another format

What this does not prove is that the named server sent the recorded bytes: whoever runs the suite can record what they
like. It proves that the verdicts follow from the record, so that nobody has to believe them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING

from ..catalog.editions import find_edition
from ..results.io import CutError, ResultsError, lines_of, read_results
from ..results.model import CaseResult, Footer, TargetKind, Verdict
from ..results.words import counted
from ..run.record import ledger_record, rule_record
from ..summary.tally import tally_of
from . import judging, requests
from .judging import UnreadableRecordError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..catalog.model import Catalog
    from ..results.io import Results
    from ..results.model import Header


class State(StrEnum):
    """What is known of a file."""

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
    """What the file is for this reason."""


@dataclass
class Verification:
    """What was found out about one file."""

    path: Path
    remarks: list[Remark] = field(default_factory=list)
    judged_again: int = 0
    """How many cases were judged again."""
    not_judged: int = 0
    """How many cases say that they were not judged, with a cause."""

    @property
    def state(self) -> State:
        """The worst state that a remark gives the file."""
        found = {remark.state for remark in self.remarks}
        return next((one for one in (State.NOT_OURS, State.DIFFERS, State.INCOMPLETE) if one in found), State.VERIFIED)


def verify_file(path: Path, catalog: Catalog, *, today: bool = False) -> Verification:
    """Return what is known of the file. It is read line by line; nothing is sent.

    With `today`, a file that was judged by other rules is held against those of the catalog, and what changes are the
    remarks. Raises `ResultsError` if the file cannot be read at all.
    """
    found = Verification(path)
    try:
        header = _header_of(path)
    except ResultsError as error:
        found.remarks.append(Remark(str(error), 1, state=State.NOT_OURS))
        return found
    other = header.catalog != catalog.sha256
    if other and not today:
        text = f"it was judged by the rules of suite {header.suite}, which are not those of this version"
        found.remarks.append(Remark(f"{text}; --rules today judges it by these", 1, state=State.INCOMPLETE))
    if header.target.kind is TargetKind.CLIENT:
        text = "it is about a client, whose calls are not recorded whole enough to be judged again"
        found.remarks.append(Remark(text, 1, state=State.INCOMPLETE))
    elif not other or today:
        found.remarks += _lines(path, header, catalog, found)
    found.remarks += _whole(path, header, catalog)
    return found


def _header_of(path: Path) -> Header:
    """Return the header. Raises `ResultsError`."""
    for _, content, _ in lines_of(path):
        if not isinstance(content, CaseResult | Footer):
            return content
    raise ResultsError(f"{path}: the file is empty.")


def _lines(path: Path, header: Header, catalog: Catalog, found: Verification) -> Iterator[Remark]:
    """Yield what is wrong with single lines: order, requests, verdicts."""
    before, newer = "", _newer(header, catalog)
    try:
        for number, content, digest in lines_of(path):
            if isinstance(content, CaseResult | Footer) and content.after != before:
                text = "the line before it is not the one that stood there: it was changed, moved, or is missing"
                yield Remark(text, number, content.id if isinstance(content, CaseResult) else "")
            before = digest
            if isinstance(content, CaseResult):
                found.judged_again += content.grounds is not None
                found.not_judged += content.grounds is None
                for text in _of_a_case(content, header, catalog, newer):
                    yield Remark(text, number, content.id)
    except ResultsError as error:
        yield Remark(str(error).removeprefix(f"{path}: "))


def _newer(header: Header, catalog: Catalog) -> frozenset[str]:
    """Return the ids of the cases that are newer than the edition of the header, if it is known."""
    if header.edition not in catalog.editions:
        return frozenset()
    edition = find_edition(catalog, header.edition, "edition")
    return frozenset(edition.newer(catalog.cases) if edition is not None else ())


def _of_a_case(line: CaseResult, header: Header, catalog: Catalog, newer: frozenset[str]) -> Iterator[str]:
    never = line.verdict in {Verdict.ENGINE, Verdict.NOT_APPLICABLE}
    if not never and (line.verdict is Verdict.NEW) != (line.id in newer):
        yield f"the verdict is {line.verdict}, and the edition {header.edition} says whether the case is NEW"
    try:
        case = judging.case_of(line, catalog)
        yield from judging.differences(line, case, catalog, header.readings)
        if line.grounds is not None and header.seed is not None:
            yield from requests.differences(line, case, catalog, header.seed)
    except UnreadableRecordError as error:
        yield str(error)


def _whole(path: Path, header: Header, catalog: Catalog) -> Iterator[Remark]:
    """Yield what is wrong with the file as a whole: what its reader refuses, and cases that are not there."""
    try:
        results = read_results(path)
    except CutError as error:
        yield Remark(str(error).removeprefix(f"{path}: "), state=State.INCOMPLETE)
        return
    except ResultsError as error:
        yield Remark(str(error).removeprefix(f"{path}: "))
        return
    yield from map(Remark, _footer(results))
    if results.footer is not None and results.footer.cut is not None:
        yield Remark(f"the run was ended early, by {results.footer.cut}", state=State.INCOMPLETE)
    if header.target.kind is TargetKind.CLIENT:
        return
    if header.catalog == catalog.sha256:
        yield from (Remark(text, 1) for text in _rules(header, catalog))
        if header.edition is not None and header.edition not in catalog.editions:
            yield Remark(f"there is no edition {header.edition!r}", 1)
    held = {case.id for case in results.cases}
    wanted = {case.id for case in catalog.cases} if header.selection is None else {*header.selection}
    for name in sorted(held - wanted)[:_SOME]:
        yield Remark("the header does not name it among the selected cases", case=name)
    lacking = sorted(wanted - held)
    if lacking:
        some = ", ".join(lacking[:_SOME]) + (" and others" if len(lacking) > _SOME else "")
        yield Remark(f"{counted(len(lacking), 'selected case')} not in the file: {some}", state=State.INCOMPLETE)


def _footer(results: Results) -> Iterator[str]:
    """Yield what the footer says otherwise than the lines."""
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
        yield f"the footer's sentence is {footer.sentence!r}, and follows as {sentence!r}"


def _rules(header: Header, catalog: Catalog) -> Iterator[str]:
    """Yield which rules and rows of the ledger stand in the header otherwise than in the catalog."""
    rules = [rule_record(rule, method.page) for method in catalog.methods.values() for rule in method.rules]
    wrong = [one.id for one, rule in zip_longest(header.rules, rules) if one != rule and one is not None]
    ledger = {name: ledger_record(row) for name, row in catalog.ledger.items()}
    wrong += [name for name in sorted({*ledger, *header.ledger}) if ledger.get(name) != header.ledger.get(name)]
    if wrong or len(header.rules) != len(rules):
        yield f"its rules are not those of the data that it names: {', '.join(wrong[:_SOME])}"


_SOME = 3
"""How many cases a remark names."""
