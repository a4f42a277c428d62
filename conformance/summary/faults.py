"""Group the findings of many cases into faults: findings with one cause.

A target whose refusals lack a field fails every case that expects a refusal. That is one fault, not a hundred, and a
reader wants it reported once, with one proof. Faults are derived from the records alone, so that terminal, Markdown
summary, HTML report and annotations always agree.

Findings are grouped by a key (`fault_kinds.FaultKind.key`):

    the finding is about           findings belong together if they have the same
    -----------------------------  ------------------------------------------------------------------
    the form of any answer         symptom: the missing field, the Content-Type, the parser's message
    a base that is refused         outcome and way in
    a request that is accepted or  rule, since each is likely to be a mistake of its own
    refused with another code

The last row has an exception. A target that accepts everything, or answers every mistake with one code, has one fault.
`Habits` finds such methods first: at least nine of ten refusals, of three rules or more, are treated alike.
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
"""The share of a method's refusals that must be alike to count as a habit of the target."""

_RULES_OF_A_HABIT = 3
"""The least number of rules that a habit concerns. Preflight alone provokes three refusals."""


@dataclass(frozen=True)
class Fault:
    """Findings with one cause. `title` is a clause for people; the first sighting is the best proof."""

    title: str
    level: Verdict
    sightings: tuple[Sighting, ...]

    @cached_property
    def cases(self) -> tuple[str, ...]:
        """The ids of the cases that show it, without duplicates, the best proof first."""
        return tuple(dict.fromkeys(one.outcome.id for one in self.sightings))

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that it breaks, without duplicates."""
        return tuple(dict.fromkeys(one.finding.rule for one in self.sightings))

    @property
    def extent(self) -> str:
        """Its size in words, such as "5 cases of 2 rules"; a single rule is named."""
        names = {rule.rpartition(".")[2] for rule in self.rules}
        of = f"rule {names.pop()}" if len(names) == 1 else counted(len(self.rules), "rule")
        return f"{counted(len(self.cases), 'case')} of {of}"


def faults(outcomes: Iterable[Outcome]) -> tuple[Fault, ...]:
    """Return the faults of the target: FAIL before WARN, then by the number of cases.

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
    """Return the first of its faults for each case, by the case's id."""
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
    """Sort key for proofs: a FAIL before a WARN, a case that needs only a request before one that needs a state."""
    return sighting.finding.level is not Verdict.FAIL, sighting.outcome.evidence is not Evidence.REQUEST


def _weight(fault: Fault) -> tuple[bool, int, str]:
    return fault.level is not Verdict.FAIL, -len(fault.cases), fault.cases[0]


def _habits(outcomes: Sequence[Outcome]) -> Habits:
    """Return how the target treats nearly every refusal of a method, and which ways in succeed."""
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
    """Yield symptoms of unreadable answers that occur with three rules or more."""
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
