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

The last row has two exceptions. A code that never comes is one fault, whatever comes instead. And a target that accepts
everything, or answers every mistake with one code, has one fault: `TargetHabits` finds such methods first, those in
which at least nine of ten refusals, of three rules or more, are treated alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..catalog.model import OK, Evidence
from ..results.terms import Code, Level, Verdict
from ..results.words import counted
from .fault_kinds import Sighting, TargetHabits, kind_of, symptom

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..results.model import CaseResult

_SAME_TREATMENT = 0.9
"""The share of a method's refusals that must be alike to count as a habit of the target."""

_RULES_OF_A_HABIT = 3
"""The least number of rules that a habit concerns. Preflight alone provokes three refusals."""


_MOST = {Level.FAIL: 10, Level.WARN: 3}
"""The most faults of each level that are printed; the HTML report has all."""

_IDS = 3
"""The most ids that are named of a fault."""


@dataclass(frozen=True)
class TargetFault:
    """Findings with one cause. `title` is a clause for people; the first sighting is the best proof."""

    title: str
    level: Level
    sightings: tuple[Sighting, ...]

    @cached_property
    def cases(self) -> tuple[str, ...]:
        """The ids of the cases that show it, without duplicates, the best proof first."""
        return tuple(dict.fromkeys(one.case.id for one in self.sightings))

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


def faults(cases: Iterable[CaseResult]) -> tuple[TargetFault, ...]:
    """Return the faults of the target: FAIL before WARN, then by the number of cases.

    The order of the cases does not matter, nor what is newer than the edition.
    """
    cases = sorted((one for one in cases if one.verdict is not Verdict.NEW), key=lambda one: one.id)
    habits = _habits(cases)
    found: dict[tuple[str, ...], list[Sighting]] = {}
    for case in cases:
        if case.verdict in {Verdict.FAIL, Verdict.WARN}:
            for finding in case.findings:
                sighting = Sighting(case, finding)
                found.setdefault(kind_of(finding.code).key(sighting, habits), []).append(sighting)
    return tuple(sorted(map(_fault, found.values()), key=_weight))


def first_faults(found: Iterable[TargetFault]) -> Mapping[str, TargetFault]:
    """Return the first of its faults for each case, by the case's id."""
    first: dict[str, TargetFault] = {}
    for fault in found:
        for case in fault.cases:
            first.setdefault(case, fault)
    return first


def fault_lines(faults: Sequence[TargetFault]) -> Iterator[str]:
    """Yield a line for each fault, and expected and got for a WARN, whose proof is not printed."""
    for level, most in _MOST.items():
        found = [fault for fault in faults if fault.level is level]
        for fault in found[:most]:
            yield f"{level}  {fault.title} ({fault.extent}): {ids(fault.cases)}"
            if level is Level.WARN:
                finding = fault.sightings[0].finding
                yield f"      expected {finding.expected}; got {finding.got}"
        if len(found) > most:
            noun = "fault" if level is Level.FAIL else "warning"
            yield f"{level}  and {counted(len(found) - most, f'more {noun}')}, in the reports"


def ids(cases: Sequence[str]) -> str:
    """Return the first three ids, joined, and how many more there are."""
    more = f" and {len(cases) - _IDS} more" if len(cases) > _IDS else ""
    return ", ".join(cases[:_IDS]) + more


def _fault(sightings: list[Sighting]) -> TargetFault:
    ordered = sorted(sightings, key=_as_proof)
    title = kind_of(ordered[0].finding.code).title(ordered)
    return TargetFault(title, ordered[0].finding.level, tuple(ordered))


def _as_proof(sighting: Sighting) -> tuple[bool, bool]:
    """Sort key for proofs: a FAIL before a WARN, a case that needs only a request before one that needs a state."""
    return sighting.finding.level is not Level.FAIL, sighting.case.evidence is not Evidence.REQUEST


def _weight(fault: TargetFault) -> tuple[bool, int, str]:
    return fault.level is not Level.FAIL, -len(fault.cases), fault.cases[0]


def _habits(cases: Sequence[CaseResult]) -> TargetHabits:
    """Return how the target treats nearly every refusal of a method, and which ways in succeed."""
    by_method: dict[str, list[CaseResult]] = defaultdict(list)
    taken: dict[str, set[str]] = defaultdict(set)
    for one in cases:
        if one.edit and one.must_be_refused and one.tried:
            by_method[one.method].append(one)
        if one.edit is None and one.verdict in {Verdict.PASS, Verdict.WARN} and one.observed == OK:
            taken[one.method].update(one.base.split("-"))
    return TargetHabits(
        refuses_nothing=frozenset(
            method for method, ours in by_method.items() if _is_habit(ours, [one.observed == OK for one in ours])
        ),
        one_code={
            method: code
            for method, ours in by_method.items()
            if (code := _commonest(one.error for one in ours)) and _is_habit(ours, [one.error == code for one in ours])
        },
        own_codes=frozenset(
            method for method, ours in by_method.items() if _is_habit(ours, [_is_undocumented(one) for one in ours])
        ),
        taken=taken,
        never=frozenset(_never(cases)),
        unreadable=frozenset(_symptoms_of_many(one for ours in by_method.values() for one in ours)),
    )


def _is_habit(cases: Sequence[CaseResult], alike: Sequence[bool]) -> bool:
    rules = {one.rule for one, is_alike in zip(cases, alike, strict=True) if is_alike}
    return len(rules) >= _RULES_OF_A_HABIT and sum(alike) >= _SAME_TREATMENT * len(cases)


def _never(cases: Iterable[CaseResult]) -> Iterator[str]:
    """Yield codes of rules that no case got, while the cases that call for them show several wrong outcomes."""
    instead: dict[str, set[str]] = defaultdict(set)
    given = {case.error for case in cases}
    for case in cases:
        if case.rule_name in case.accept and any(finding.code in _ABOUT_A_CODE for finding in case.findings):
            instead[case.rule_name].add(case.observed or "")
    yield from (code for code, seen in instead.items() if len(seen) > 1 and code not in given)


_ABOUT_A_CODE = {Code.NOT_REFUSED, Code.WRONG_CODE}


def _symptoms_of_many(refusals: Iterable[CaseResult]) -> Iterator[str]:
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


def _is_undocumented(case: CaseResult) -> bool:
    return any(finding.code == Code.UNDOCUMENTED_CODE for finding in case.findings)
