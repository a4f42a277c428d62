"""Faults: findings of many cases that have one cause.

A target whose refusals lack a field fails every case that expects a refusal. That is one fault, not a hundred, and a
reader wants it said once, with one proof and the rest behind it. What belongs together is derived from the records
alone, so that the terminal, the Markdown summary, the HTML report and the annotations always agree.

Two findings have one cause if they are of the same kind and show the same thing, whatever the request was about: the
same missing field, the same Content-Type. Where the answer is about the request (a fault was not refused, or refused
with another code), rules are kept apart, since each is likely to be a mistake of its own. The exception is a target
that treats nearly every refusal in the same way: `Habits` looks for that before anything is sorted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.catalog.model import OK, Evidence
from conformance.judge.model import Code, Verdict
from conformance.summary.counted import counted
from conformance.summary.fault_kinds import Habits, Sighting, kind_of, symptom

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.summary.outcome import Outcome

_SAME_TREATMENT = 0.9
"""The share of a method's refusals that must look alike before they count as one habit of the target."""

_RULES_OF_A_HABIT = 3
"""As many different rules must be concerned: preflight alone provokes three refusals."""


@dataclass(frozen=True)
class Fault:
    """Findings with one cause. `title` is a clause for people; the first sighting is the one to show as proof."""

    title: str
    level: Verdict
    sightings: tuple[Sighting, ...]

    @cached_property
    def cases(self) -> tuple[str, ...]:
        """The cases that show it, each once, the one to show as proof first."""
        return tuple(dict.fromkeys(one.outcome.id for one in self.sightings))

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The rules that it breaks."""
        return tuple(dict.fromkeys(one.finding.rule for one in self.sightings))

    @property
    def extent(self) -> str:
        """How much it concerns: "5 cases of 2 rules", or of the one rule by its name."""
        names = {rule.rpartition(".")[2] for rule in self.rules}
        of = f"rule {names.pop()}" if len(names) == 1 else counted(len(self.rules), "rule")
        return f"{counted(len(self.cases), 'case')} of {of}"


def faults(outcomes: Iterable[Outcome]) -> tuple[Fault, ...]:
    """Return what is wrong with the target, FAIL before WARN, the fault that concerns most cases first.

    The order of the outcomes does not matter.
    """
    outcomes = sorted(outcomes, key=lambda one: one.id)
    habits = _habits(outcomes)
    found: dict[tuple[str, ...], list[Sighting]] = {}
    for outcome in outcomes:
        if outcome.verdict in {Verdict.FAIL, Verdict.WARN}:
            for finding in outcome.findings:
                sighting = Sighting(outcome, finding)
                found.setdefault(kind_of(finding.code).key(sighting, habits), []).append(sighting)
    return tuple(sorted(map(_fault, found.values()), key=_weight))


def first_faults(found: Iterable[Fault]) -> Mapping[str, Fault]:
    """Return, for each case, the heaviest of the faults that it shows."""
    first: dict[str, Fault] = {}
    for fault in found:
        for case in fault.cases:
            first.setdefault(case, fault)
    return first


def _fault(sightings: list[Sighting]) -> Fault:
    ordered = sorted(sightings, key=_as_proof)
    title = kind_of(ordered[0].finding.code).title(ordered)
    return Fault(title, ordered[0].finding.level, tuple(ordered))


def _as_proof(sighting: Sighting) -> tuple[bool, bool]:
    """Order by what convinces most: a FAIL before a WARN, what the request alone shows before what needs a state."""
    return sighting.finding.level is not Verdict.FAIL, sighting.outcome.evidence is not Evidence.REQUEST


def _weight(fault: Fault) -> tuple[bool, int, str]:
    return fault.level is not Verdict.FAIL, -len(fault.cases), fault.cases[0]


def _habits(outcomes: Sequence[Outcome]) -> Habits:
    """Return what the target does in nearly every refusal of a method, and which ways in it does not take."""
    by_method: dict[str, list[Outcome]] = defaultdict(list)
    taken: dict[str, set[str]] = defaultdict(set)
    for one in outcomes:
        if one.edited and one.must_be_refused and one.tried:
            by_method[one.method].append(one)
        if not one.edited and one.verdict in {Verdict.PASS, Verdict.WARN} and one.observed == OK:
            taken[one.method].update(one.base.split("-"))
    return Habits(
        refuses_nothing=frozenset(
            method for method, cases in by_method.items() if _is_habit(cases, [one.observed == OK for one in cases])
        ),
        one_code={
            method: code
            for method, cases in by_method.items()
            if (code := _commonest(one.error for one in cases))
            and _is_habit(cases, [one.error == code for one in cases])
        },
        own_codes=frozenset(
            method for method, cases in by_method.items() if _is_habit(cases, [_is_undocumented(one) for one in cases])
        ),
        taken=taken,
        unreadable=frozenset(_symptoms_of_many(one for cases in by_method.values() for one in cases)),
    )


def _is_habit(cases: Sequence[Outcome], alike: Sequence[bool]) -> bool:
    rules = {one.rule for one, is_alike in zip(cases, alike, strict=True) if is_alike}
    return len(rules) >= _RULES_OF_A_HABIT and sum(alike) >= _SAME_TREATMENT * len(cases)


def _symptoms_of_many(refusals: Iterable[Outcome]) -> Iterator[str]:
    """Yield what is wrong with the refusals of more than a few rules."""
    rules: dict[str, set[str]] = defaultdict(set)
    for one in refusals:
        for finding in one.findings:
            if finding.code == Code.UNREADABLE:
                rules[symptom(finding)].add(one.rule)
    yield from (wrong for wrong, names in rules.items() if len(names) >= _RULES_OF_A_HABIT)


def _commonest(codes: Iterable[str]) -> str:
    counts = Counter(code for code in codes if code)
    return min(counts, key=lambda code: (-counts[code], code), default="")


def _is_undocumented(outcome: Outcome) -> bool:
    return any(finding.code == Code.UNDOCUMENTED_CODE for finding in outcome.findings)
