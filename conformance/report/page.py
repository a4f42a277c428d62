"""Gather the content of the HTML report, in reading order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..catalog.model import Concern, Evidence, RuleKind, Strength
from ..results.terms import TargetKind, Verdict
from ..results.words import audit_again, counted, rerun_command
from ..summary.faults import faults
from ..summary.missing import Missing, missing
from ..summary.plain import Plain, conforms_to, in_plain_words
from ..summary.tally import tally_of
from .diff import Category
from .failure import failure
from .groups import CauseGroup, FailureGroup, TopProblem, cause_groups, failure_groups, problems
from .links import page_links
from .standing import RuleStanding, RuleVerdict, anchor, matrix, of_verdict, standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..results.io import Results
    from ..results.model import CaseResult, LedgerRecord, RuleRecord
    from .diff import Diff
    from .history import PastRun

EMBEDDED = "embedded sandbox"
"""The name of the target that a run without a target brings along."""


@dataclass(frozen=True, slots=True)
class LedgerView:
    """A ledger row, with the number of cases that followed each reading."""

    id: str
    row: LedgerRecord
    followed: Mapping[str, int]
    places: Mapping[str, tuple[tuple[str, RuleRecord | None], ...]]

    @property
    def torn(self) -> bool:
        """Whether the target follows more than one reading."""
        return len(self.followed) > 1

    @property
    def others(self) -> tuple[str, ...]:
        """Readings that the target follows and that the row no longer has."""
        return tuple(name for name in self.followed if name not in self.row.readings)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything on the page, in its order."""

    results: Results
    overall: RuleVerdict
    headline: Plain
    conforms_to: str
    facts: tuple[tuple[str, str], ...]
    changes: Diff | None
    matrix: Mapping[str, Mapping[Concern, tuple[RuleStanding, ...]]]
    failures: tuple[FailureGroup, ...]
    not_reachable: tuple[CauseGroup, ...]
    not_applicable: tuple[CauseGroup, ...]
    known: tuple[CaseResult, ...]
    newer: tuple[CaseResult, ...]
    """The cases that are newer than the run's edition, those that will not pass first."""
    ledger: tuple[LedgerView, ...]
    engine: tuple[CauseGroup, ...]
    problems: tuple[TopProblem, ...]
    untestable: tuple[RuleStanding, ...]
    missing: Missing
    evidence: Mapping[Evidence, int]
    links: Mapping[str, str]
    """The address of each method's page, where one is known."""
    past: tuple[PastRun, ...]
    """The last runs against this target, this one included, the newest last; empty unless they were asked for."""

    @property
    def stale(self) -> int:
        """The number of baseline entries that no longer hold."""
        return tally_of(self.results).stale

    @property
    def standings(self) -> frozenset[RuleVerdict]:
        """The standings that occur, for the legend."""
        return frozenset(one.standing for groups in self.matrix.values() for cells in groups.values() for one in cells)

    @property
    def problems_title(self) -> str:
        """How many problems and warnings there are, such as "4 problems, 1 warning"."""
        found = Counter("warning" if one.standing is RuleVerdict.WARN else "problem" for one in self.problems)
        return ", ".join(counted(found[noun], noun) for noun in ("problem", "warning") if found[noun])

    @property
    def places(self) -> Mapping[Verdict, str]:
        """The part of the page in which checks with this verdict are found."""
        apart = {
            Verdict.INCONCLUSIVE: "not-reachable",
            Verdict.NOT_APPLICABLE: "not-applicable",
            Verdict.KNOWN: "known",
            Verdict.NEW: "newer",
            Verdict.ENGINE: "engine",
        }
        return {verdict: apart.get(verdict, "rules" if verdict is Verdict.PASS else "failures") for verdict in Verdict}

    @property
    def of_client(self) -> bool:
        """Whether a client is judged, and not a server."""
        return self.results.header.target.kind is TargetKind.CLIENT

    @property
    def fresh(self) -> frozenset[str]:
        """The ids of cases that failed in this run and not in the previous one."""
        if self.changes is None:
            return frozenset()
        categories = self.changes.by_category
        return frozenset(change.id for change in (*categories[Category.REGRESSED], *categories[Category.NEW]))

    @property
    def choices(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The options of each filter: the value in the fragment and its label."""
        rules = self.results.header.rules
        counts = {of_verdict(verdict): count for verdict, count in self.results.counts.items()}
        found: Mapping[str, Iterable[str]] = {
            "method": dict.fromkeys(rule.method for rule in rules),
            "group": [word for word in Concern if any(rule.concern is word for rule in rules)],
            "verdict": [word for word in RuleVerdict if word in self.standings or counts.get(word)],
            "strength": [word for word in Strength if any(rule.strength is word for rule in rules)],
            "evidence": self.evidence,
        }
        return {
            name: tuple((anchor(word) if name == "verdict" else word, word.replace("_", " ")) for word in words)
            for name, words in found.items()
        }


def gathered(results: Results, changes: Diff | None, past: tuple[PastRun, ...] = ()) -> ReportPage:
    """Return the content of the page for these results."""
    order = {rule.id: index for index, rule in enumerate(results.header.rules)}
    cases = sorted(results.cases, key=lambda case: (order[case.rule], case.id))
    failing = [case for case in cases if case.verdict in {Verdict.FAIL, Verdict.WARN}]
    rules = standings(results)
    failures = failure_groups(faults(cases), (failure(case, results, rerun(case, results)) for case in failing))
    not_reachable, engine = cause_groups(cases, Verdict.INCONCLUSIVE), cause_groups(cases, Verdict.ENGINE)
    return ReportPage(
        results=results,
        overall=overall(results),
        headline=in_plain_words(results),
        conforms_to=conforms_to(results),
        facts=tuple(_facts(results)),
        changes=changes,
        matrix=matrix(rules),
        failures=failures,
        not_reachable=not_reachable,
        not_applicable=cause_groups(cases, Verdict.NOT_APPLICABLE),
        known=tuple(case for case in cases if case.verdict is Verdict.KNOWN),
        newer=tuple(
            sorted((case for case in cases if case.verdict is Verdict.NEW), key=lambda one: one.judged is Verdict.PASS)
        ),
        ledger=tuple(_ledger(results)),
        engine=engine,
        problems=problems(failures, engine),
        untestable=tuple(entry for entry in rules if entry.rule.untestable is not None),
        missing=missing(cases),
        evidence=_evidence(cases),
        links=page_links(),
        past=past,
    )


def rerun(case: CaseResult, results: Results) -> str:
    """Return the command that runs just this case against the same target; of a client, the whole audit."""
    if results.header.target.kind is TargetKind.CLIENT:
        return audit_again(case)
    embedded = results.header.target.name == EMBEDDED
    return rerun_command(
        case.id,
        results.header.profile,
        None if embedded else results.header.target.url,
        results.header.seed,
        correlate=any(exchange.correlation for exchange in case.exchanges),
    )


def overall(results: Results) -> RuleVerdict:
    """Return the standing that decides the look of the headline."""
    counts = results.counts
    for verdict in (Verdict.FAIL, Verdict.ENGINE):
        if counts[verdict]:
            return of_verdict(verdict)
    if results.footer is None or results.footer.cut is not None or not counts[Verdict.PASS]:
        return RuleVerdict.INCONCLUSIVE
    for verdict in (Verdict.INCONCLUSIVE, Verdict.WARN):
        if counts[verdict]:
            return of_verdict(verdict)
    return RuleVerdict.SEEN if results.footer.exit == 0 else RuleVerdict.WARN


def _facts(results: Results) -> list[tuple[str, str]]:
    header, footer = results.header, results.footer
    versions = ", ".join(f"{name} {version}" for name, version in header.environment.items())
    facts = [
        ("Target", f"{header.target.name} ({header.target.kind})"),
        ("Address", header.target.url),
        ("Profile", header.profile or "none"),
        ("Methods", ", ".join(header.methods)),
        ("Started", header.started.replace("T", " ").replace("Z", " UTC")),
        ("Versions", f"slack-conformance {header.suite}" + (f", {versions}" if versions else "")),
        ("Rules and cases", header.catalog[:12]),
    ]
    if header.edition is not None:
        facts.append(("Edition", header.edition))
    if header.seed is not None:
        facts.append(("Seed", str(header.seed)))
    if footer is not None:
        requests = f"{footer.requests.target:,} to the target, {footer.requests.control:,} to its control API"
        facts[5:5] = [("Duration", _duration(footer.seconds)), ("Requests", requests)]
        facts.append(("Exit code", str(footer.exit)))
    return facts


def _duration(seconds: float) -> str:
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def _ledger(results: Results) -> list[LedgerView]:
    readings = results.footer.readings if results.footer is not None else {}
    at = {f"{rule.method}: {rule.place}": rule for rule in results.header.rules if rule.kind is not RuleKind.STATEMENT}
    return [
        LedgerView(
            name,
            row,
            {reading: len(cases) for reading, cases in readings.get(name, {}).items() if cases},
            _places(row, at),
        )
        for name, row in results.ledger.items()
    ]


def _places(row: LedgerRecord, at: Mapping[str, RuleRecord]) -> Mapping[str, tuple[tuple[str, RuleRecord | None], ...]]:
    """Return the row's places by method, each with the rule that stands there if it is a row of a table."""
    found: dict[str, tuple[tuple[str, RuleRecord | None], ...]] = {}
    for place in row.places:
        method, _, where = place.partition(": ")
        found[method] = (*found.get(method, ()), (where, at.get(place)))
    return found


def _evidence(cases: list[CaseResult]) -> Mapping[Evidence, int]:
    found = Counter(case.evidence for case in cases)
    return {evidence: found[evidence] for evidence in Evidence if found[evidence]}
