"""The kill grid as data: for each rule, its deviations with the cases that found them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from ... import __version__
from .model import TrialStanding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...catalog.model import Catalog, Method, Rule
    from .model import Symptom, TrialOutcome

FORMAT = 1

_TRIED = [standing for standing in TrialStanding if standing is not TrialStanding.OUT_OF_REACH]


class GridSymptom(TypedDict):
    """One finding of a case."""

    case: str
    code: str
    level: str
    expected: str
    got: str


class UndeclaredSymptom(GridSymptom):
    """A finding that the deviation does not declare, with the rule that it is about."""

    rule: str


class GridDeviation(TypedDict):
    """One deviation of a rule, and what the suite said of it."""

    name: str
    summary: str
    standing: str
    why: str
    kills: list[GridSymptom]
    collateral: list[dict[str, str | list[str]]]
    undeclared: list[UndeclaredSymptom]
    like: list[dict[str, str]]
    requests: int
    seconds: float


class GridRule(TypedDict):
    """One rule with its deviations."""

    id: str
    name: str
    kind: str
    strength: str
    place: str
    summary: str
    untestable: str | None
    deviations: list[GridDeviation]


class GridMethod(TypedDict):
    """One method with its rules."""

    method: str
    title: str
    page: str
    rules: list[GridRule]


class Grid(TypedDict):
    """The whole grid, as in `schemas/kill-grid.schema.json`."""

    format: int
    suite: str
    catalog: str
    prefix: str
    sentence: str
    counts: dict[str, int]
    jobs: int
    seconds: float
    complaints: list[str]
    cut: str | None
    methods: list[GridMethod]


@dataclass(frozen=True, slots=True)
class Run:
    """What the grid reports about the run as a whole."""

    prefix: str
    """Prefix of the selected rules; empty for all."""
    jobs: int
    seconds: float
    complaints: tuple[str, ...]
    sound_requests: int
    """Number of requests to the sandbox without faults."""
    planned: int | None = None
    """How many deviations were to be tried; `None` if exactly those that were."""
    cut: str | None = None
    """What ended the proof early, e.g. a signal; `None` if it is complete."""


def grid(catalog: Catalog, outcomes: Sequence[TrialOutcome], run: Run) -> Grid:
    """Return the grid of these outcomes."""
    counts = _counts(catalog, outcomes, run)
    return {
        "format": FORMAT,
        "suite": __version__,
        "catalog": catalog.sha256,
        "prefix": run.prefix,
        "sentence": sentence(counts, run),
        "counts": counts,
        "jobs": run.jobs,
        "seconds": round(run.seconds, 1),
        "complaints": list(run.complaints),
        "cut": run.cut,
        "methods": [_method(method, outcomes) for method in catalog.methods.values()],
    }


def _counts(catalog: Catalog, outcomes: Sequence[TrialOutcome], run: Run) -> dict[str, int]:
    broken = {rule for outcome in outcomes for rule in outcome.rules}
    testable = [rule for rule in catalog.rules if not rule.untestable and rule.id.startswith(run.prefix)]
    return {
        "deviations": len(outcomes),
        **{standing.value: sum(outcome.standing is standing for outcome in outcomes) for standing in _TRIED},
        "undeclared": sum(len(outcome.undeclared) for outcome in outcomes),
        "rules": len(testable),
        "rules_with_deviation": sum(rule.id in broken for rule in testable),
        "cases": len(catalog.cases),
        "requests": run.sound_requests + sum(outcome.requests for outcome in outcomes),
    }


def sentence(counts: dict[str, int], run: Run) -> str:
    """Return the result in one sentence."""
    total, killed = counts["deviations"], counts["killed"]
    part = f"Partial proof, rules {run.prefix}…: " if run.prefix else ""
    if run.cut is not None:
        planned = total if run.planned is None else run.planned
        return f"Cut off by {run.cut}: {total} of {planned} deliberate faults were tried, of which {killed} were named."
    if killed < total:
        return (
            f"{part}{total - killed} of {total} deliberate faults were not named by a case that cites the broken rule:"
            f" {counts['survived']} survived, {counts['void']} did nothing,"
            f" {counts['broken']} broke the harness."
        )
    said = (
        f"{part}All {total} deliberate faults were named by a case that cites the broken rule,"
        f" at the level of that rule; they break {counts['rules_with_deviation']} of {counts['rules']} testable rules."
    )
    if counts["undeclared"]:
        return f"{said} Findings that no fault declares: {counts['undeclared']}."
    rest = f" Complaints: {len(run.complaints)}." if run.complaints else ""
    return f"{said} Nothing else turned red beyond what a fault declares.{rest}"


def _method(method: Method, outcomes: Sequence[TrialOutcome]) -> GridMethod:
    return {
        "method": method.name,
        "title": method.title,
        "page": method.page,
        "rules": [_rule(rule, outcomes) for rule in method.rules],
    }


def _rule(rule: Rule, outcomes: Sequence[TrialOutcome]) -> GridRule:
    return {
        "id": rule.id,
        "name": rule.name,
        "kind": str(rule.kind),
        "strength": str(rule.strength),
        "place": rule.place,
        "summary": rule.summary,
        "untestable": rule.untestable,
        "deviations": [_deviation(outcome, rule.id) for outcome in outcomes if rule.id in outcome.rules],
    }


def _deviation(outcome: TrialOutcome, rule: str) -> GridDeviation:
    return {
        "name": outcome.name,
        "summary": outcome.summary,
        "standing": str(outcome.standing),
        "why": outcome.why,
        "kills": [_symptom(symptom) for symptom in outcome.kills if symptom.rule == rule],
        "collateral": [
            {"what": entry.what, "why": entry.why, "cases": list(entry.cases)} for entry in outcome.collateral
        ],
        "undeclared": [{**_symptom(symptom), "rule": symptom.rule} for symptom in outcome.undeclared],
        "like": [{"deviation": name, "why": why} for name, why in outcome.like],
        "requests": outcome.requests,
        "seconds": round(outcome.seconds, 2),
    }


def _symptom(symptom: Symptom) -> GridSymptom:
    return {
        "case": symptom.case,
        "code": symptom.code,
        "level": symptom.level,
        "expected": symptom.expected,
        "got": symptom.got,
    }
