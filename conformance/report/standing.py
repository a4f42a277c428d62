"""The standing of each rule over all its cases, and its place in the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ..catalog.model import Concern
from ..results.terms import Level, Verdict
from ..summary.tally import tally_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..results.io import Results
    from ..results.model import CaseResult, RuleRecord


class RuleVerdict(StrEnum):
    """The standing of a rule: the worst of its cases, or why it has none."""

    SEEN = "PASS"
    MET = "other reading"
    PARTLY = "partly tested"
    WARN = "WARN"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "N/A"
    KNOWN = "KNOWN"
    NEW = "NEW"
    ENGINE = "ENGINE"
    UNTESTABLE = "untestable"
    NOT_RUN = "not run"


SIGNS = {
    RuleVerdict.SEEN: "✓",
    RuleVerdict.MET: "≈",
    RuleVerdict.PARTLY: "◐",
    RuleVerdict.WARN: "!",
    RuleVerdict.FAIL: "✕",
    RuleVerdict.INCONCLUSIVE: "?",
    RuleVerdict.NOT_APPLICABLE: "\u2013",
    RuleVerdict.KNOWN: "≡",
    RuleVerdict.NEW: "+",
    RuleVerdict.ENGINE: "#",
    RuleVerdict.UNTESTABLE: "∅",
    RuleVerdict.NOT_RUN: "·",
}
"""The sign of each standing, so that nothing is said by colour alone."""

WORDS = {
    RuleVerdict.SEEN: "as documented",
    RuleVerdict.MET: "accepted under an alternative reading",
    RuleVerdict.PARTLY: "some checks passed, others could not run",
    RuleVerdict.WARN: "advisory: a should or may rule is broken",
    RuleVerdict.FAIL: "the documentation is contradicted",
    RuleVerdict.INCONCLUSIVE: "could not be tested",
    RuleVerdict.NOT_APPLICABLE: "does not apply",
    RuleVerdict.KNOWN: "known deviation, accepted for now",
    RuleVerdict.NEW: "newer than the edition, and does not count",
    RuleVerdict.ENGINE: "error in the suite itself",
    RuleVerdict.UNTESTABLE: "documented but not observable",
    RuleVerdict.NOT_RUN: "not selected",
}
"""The legend."""

_OF_VERDICT = {
    Verdict.PASS: RuleVerdict.SEEN,
    Verdict.WARN: RuleVerdict.WARN,
    Verdict.FAIL: RuleVerdict.FAIL,
    Verdict.INCONCLUSIVE: RuleVerdict.INCONCLUSIVE,
    Verdict.NOT_APPLICABLE: RuleVerdict.NOT_APPLICABLE,
    Verdict.KNOWN: RuleVerdict.KNOWN,
    Verdict.NEW: RuleVerdict.NEW,
    Verdict.ENGINE: RuleVerdict.ENGINE,
}

_WORST_FIRST = (
    RuleVerdict.FAIL,
    RuleVerdict.ENGINE,
    RuleVerdict.WARN,
    RuleVerdict.INCONCLUSIVE,
    RuleVerdict.KNOWN,
    RuleVerdict.NOT_APPLICABLE,
    RuleVerdict.SEEN,
    RuleVerdict.NEW,
)
"""NEW comes last: it changes nothing of what other cases show of the rule."""


_WORST_OF_ALL = (
    *_WORST_FIRST[:-2],
    RuleVerdict.PARTLY,
    RuleVerdict.MET,
    RuleVerdict.SEEN,
    RuleVerdict.NEW,
    RuleVerdict.UNTESTABLE,
    RuleVerdict.NOT_RUN,
)


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """A rule, its standing, and the cases behind it."""

    rule: RuleRecord
    standing: RuleVerdict
    cases: tuple[CaseResult, ...]

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The standing and the verdicts of the cases, as filters know them."""
        own = (of_verdict(case.verdict) for case in self.cases)
        return tuple(dict.fromkeys(anchor(word) for word in (self.standing, *own)))

    @property
    def alike(self) -> tuple[tuple[CaseResult, ...], ...]:
        """The cases, those together that make the same edit with the same verdict and reading, without `passing_by`."""
        found: dict[tuple[object, ...], list[CaseResult]] = {}
        for case in self.cases:
            if not self._passes_by(case):
                found.setdefault((case.verdict, case.edit_text, case.reading), []).append(case)
        return tuple(map(tuple, found.values()))

    @property
    def passing_by(self) -> int:
        """The number of passing cases of other rules whose answers show this rule too."""
        return sum(map(self._passes_by, self.cases))

    def _passes_by(self, case: CaseResult) -> bool:
        return case.rule != self.rule.id and case.verdict is Verdict.PASS

    @property
    def sign(self) -> str:
        """The sign of the standing."""
        return SIGNS[self.standing]


def anchor(word: str) -> str:
    """Return a standing or verdict in the form used in class names and URL fragments."""
    return "".join(letter for letter in word.lower() if letter.isalpha())


def of_verdict(verdict: Verdict) -> RuleVerdict:
    """Return the standing that shares the verdict's sign."""
    return _OF_VERDICT[verdict]


def worst(rules: Iterable[RuleStanding]) -> RuleVerdict:
    """Return the worst standing of several rules; rules that were not tried count only if no other was."""
    return min((one.standing for one in rules), key=_WORST_OF_ALL.index)


def standings(results: Results) -> tuple[RuleStanding, ...]:
    """Return the standing of each rule, in the order of the pages."""
    cases: dict[str, list[CaseResult]] = {rule.id: [] for rule in results.header.rules}
    for case in results.cases:
        for name in dict.fromkeys((case.rule, *case.also, *(finding.rule for finding in case.findings))):
            cases[name].append(case)
    met = frozenset(tally_of(results).rows().other_reading) if results.footer is not None else frozenset()
    return tuple(_standing(rule, cases[rule.id], met) for rule in results.header.rules)


def matrix(rules: tuple[RuleStanding, ...]) -> Mapping[str, Mapping[Concern, tuple[RuleStanding, ...]]]:
    """Return the rules by method and concern, the order of the pages kept."""
    methods = dict.fromkeys(entry.rule.method for entry in rules)
    return {
        method: {
            concern: cells
            for concern in Concern
            if (cells := tuple(one for one in rules if (one.rule.method, one.rule.concern) == (method, concern)))
        }
        for method in methods
    }


def _standing(rule: RuleRecord, cases: list[CaseResult], met: frozenset[str]) -> RuleStanding:
    if not cases:
        standing = RuleVerdict.UNTESTABLE if rule.untestable is not None else RuleVerdict.NOT_RUN
    else:
        found = {in_case(rule, case) for case in cases}
        standing = min(found, key=_WORST_FIRST.index)
        if standing is RuleVerdict.INCONCLUSIVE and RuleVerdict.SEEN in found:
            standing = RuleVerdict.PARTLY
        if standing is RuleVerdict.SEEN and rule.id in met:
            standing = RuleVerdict.MET
    return RuleStanding(rule, standing, tuple(cases))


def in_case(rule: RuleRecord, case: CaseResult) -> RuleVerdict:
    """Return the verdict of the case on this rule; a finding counts only against the rule that it names."""
    if case.verdict not in {Verdict.FAIL, Verdict.WARN} or not case.findings:
        return _OF_VERDICT[case.verdict]
    levels = {finding.level for finding in case.findings if finding.rule == rule.id}
    if Level.FAIL in levels:
        return RuleVerdict.FAIL
    return RuleVerdict.WARN if levels else RuleVerdict.SEEN
