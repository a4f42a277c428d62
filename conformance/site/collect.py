"""Read one results file for the site: what its implementation does about each rule, and the proof of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec.structs import replace

from ..catalog.model import Evidence
from ..report.failure import exchange_views
from ..report.groups import cause_groups
from ..report.page import overall
from ..report.standing import RuleVerdict, in_case, standings
from ..report.visible import shortened
from ..results.terms import Verdict
from ..results.words import counted
from ..summary.faults import faults
from ..summary.plain import in_plain_words
from ..summary.sentences import sentence
from .model import Cell, Fault, Followed, Implementation, Run, Untested

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..report.failure import ExchangeView
    from ..report.standing import RuleStanding
    from ..results.io import Results
    from ..results.model import CaseResult, RuleRecord
    from ..summary.faults import TargetFault
    from .model import Source

_SAID = 240
"""The most bytes of what a case shows: a stranger's file must not decide how large the pages are."""

_NAME, _EDITION = 80, 20
_FAULTS = 40
"""So many faults, and reasons for untested cases, are listed; the report of the run has all."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry of an implementation's transcripts: a rule, the case that decides, and its exchanges."""

    rule: RuleRecord
    cell: Cell
    case: CaseResult
    exchanges: tuple[ExchangeView, ...]


def run_of(results: Results, source: Source) -> Run:
    """Return what is kept of a run, whether it counts or is history."""
    header, footer = results.header, results.footer
    return Run(
        source=source,
        url=shortened(header.target.url, _SAID),
        started=header.started,
        suite=shortened(header.suite, _NAME),
        edition=header.edition and shortened(header.edition, _EDITION),
        catalog=shortened(header.catalog, _NAME),
        cases=header.cases,
        counts=results.counts,
        cut=footer is None or footer.cut is not None,
    )


def implementation_of(name: str, results: Results, run: Run) -> Implementation:
    """Return what a run shows of its implementation; `name` is that of its files. The history is not known yet."""
    headline = in_plain_words(results)
    return Implementation(
        format=1,
        id=name,
        name=shortened(results.header.target.name, _NAME),
        kind=results.header.target.kind,
        tested=run.tried > 0,
        standing=overall(results),
        title=shortened(headline.title, 2 * _SAID),
        detail=shortened(headline.detail, 2 * _SAID),
        run=run,
        history=(),
        notes=(),
        faults=tuple(_fault(one, results) for one in faults(results.cases)[:_FAULTS]),
        untested=tuple(
            Untested(shortened(one.cause.text, _SAID), shortened(one.cause.needs, _SAID), len(one.cases))
            for one in cause_groups(results.cases, Verdict.INCONCLUSIVE)[:_FAULTS]
        ),
        rules={one.rule.id: _cell(one, deciding(one), results) for one in standings(results)},
        readings=_readings(results),
    )


def with_history(one: Implementation, history: tuple[Run, ...]) -> Implementation:
    """Return the implementation with its earlier runs, the newest first, and what they mean to a reader."""
    return replace(one, history=history, notes=tuple(_notes(one.run, history)))


def proofs(results: Results, cells: Mapping[str, Cell]) -> Iterable[Proof]:
    """Yield the proof of each cell that has one, in the order of the pages."""
    cases = {case.id: case for case in results.cases}
    for rule, cell in cells.items():
        if cell.case is not None:
            case = cases[cell.case]
            yield Proof(results.rules[rule], cell, case, tuple(exchange_views(case)))


def deciding(one: RuleStanding) -> CaseResult | None:
    """Return the case on which the standing rests, the best proof first: of the rule itself, and by a request alone."""
    wanted = {one.standing, *([RuleVerdict.SEEN] if one.standing in _PASSED else [])}
    found = [case for case in one.cases if in_case(one.rule, case) in wanted]
    return min(found, key=lambda case: (*_as_proof(one.rule, case), case.id), default=None)


def _as_proof(rule: RuleRecord, case: CaseResult) -> tuple[bool, ...]:
    """Sort key: what shows the most comes first."""
    return case.rule != rule.id, not case.seen, not case.exchanges, case.evidence is not Evidence.REQUEST


_PASSED = {RuleVerdict.MET, RuleVerdict.PARTLY}


def _cell(one: RuleStanding, case: CaseResult | None, results: Results) -> Cell:
    if case is None:
        return Cell(one.standing, None, "")
    finding = next((finding for finding in case.findings if finding.rule == one.rule.id), None)
    if finding is not None and case.verdict is not Verdict.INCONCLUSIVE:
        said = sentence(case, finding, results.ledger)
    else:
        said = case.cause.text if case.cause is not None else case.got
    return Cell(one.standing, case.id, shortened(said, _SAID))


def _fault(fault: TargetFault, results: Results) -> Fault:
    """Return the fault as a sentence: that of its only case, or what its cases have in common."""
    proof = fault.sightings[0]
    alone = len(fault.cases) == 1
    text = sentence(proof.case, proof.finding, results.ledger) if alone else fault.title[:1].upper() + fault.title[1:]
    return Fault(fault.level, shortened(text, 2 * _SAID), len(fault.cases), fault.rules)


def _readings(results: Results) -> Mapping[str, Mapping[str, Followed]]:
    found: dict[str, dict[str, list[CaseResult]]] = {}
    for case in sorted(results.cases, key=lambda case: case.id):
        if case.reading is not None and case.tried and case.reading[0] in results.ledger:
            row, reading = case.reading
            found.setdefault(row, {}).setdefault(shortened(reading, _NAME), []).append(case)
    return {
        row: {reading: Followed(len(cases), cases[0].rule) for reading, cases in sorted(each.items())}
        for row, each in sorted(found.items())
    }


def _notes(run: Run, history: tuple[Run, ...]) -> Iterable[str]:
    """Yield what a reader should know before this implementation is compared with others."""
    if run.cut:
        yield f"This run was ended early: {run.judged} of {counted(run.cases, 'case')} were judged."
    elif not run.whole:
        yield f"This run was partial: {run.judged} of {counted(run.cases, 'case')} were selected."
    if not run.whole and (earlier := next((one for one in history if one.whole), None)):
        yield f"The last whole run began at {earlier.started}; it is in the history below."
    if known := run.counts[Verdict.KNOWN]:
        yield f"Its owner accepts {counted(known, 'deviation')} for now. Beside others, they count as broken rules."
    places = dict.fromkeys(one.url for one in (run, *history))
    if len({_place(url) for url in places}) > 1:
        some = ", ".join([*places][:_ADDRESSES]) + (" and others" if len(places) > _ADDRESSES else "")
        yield (
            f"Runs of this name had different addresses: {some}. They may be about different servers. Only the newest "
            f"one, of {run.url}, is compared; give servers names of their own to compare each."
        )


_ADDRESSES = 5
_HERE = {"localhost", "::1"}


def _place(url: str) -> str:
    """Return the address, the same for all ports of this computer: a server in tests gets a new port each time."""
    host = urlsplit(url).hostname or ""
    return "here" if host in _HERE or host.startswith("127.") else url
