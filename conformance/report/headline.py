"""The headline of a report: the verdict alone, short enough to be read at a glance; the full sentence follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.records import Verdict
from conformance.report.standing import RuleStanding, Standing
from conformance.report.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.report.results import Results


def headline(results: Results, rules: Iterable[RuleStanding]) -> str:
    """Return what the run came to, with how many rules are broken or warned of."""
    if results.footer is None:
        return results.sentence
    ran, cases = len(results.cases), results.header.cases
    part = f" Only {ran} of {cases} cases ran." if ran < cases else ""
    return f"{_verdict(results, shortened(results.header.target.name, 80), tuple(rules))}.{part}"


def _verdict(  # noqa: PLR0911 - one for each way in which a run can end
    results: Results, target: str, rules: tuple[RuleStanding, ...]
) -> str:
    counts = results.counts
    broken, warned = (_rules(rules, standing) for standing in (Standing.FAIL, Standing.WARN))
    tried = counts[Verdict.PASS] + counts[Verdict.WARN] + counts[Verdict.KNOWN]
    untried = counts[Verdict.INCONCLUSIVE]
    known = counts[Verdict.KNOWN]
    but = f" but for {known} known {'deviation' if known == 1 else 'deviations'}" if known else ""
    warning = f", {warned} warned of" if warned else ""
    if counts[Verdict.ENGINE]:
        return f"The suite itself failed on {target}"
    if counts[Verdict.FAIL]:
        return f"{target} does not conform: {broken} broken{warning}"
    if results.footer is not None and results.footer.exit == 1 and counts[Verdict.WARN]:
        return f"{target} does not conform: {warned} warned of, and the run was strict"
    if not tried:
        return f"Nothing could be tested on {target}"
    if untried:
        untested = f"{untried} of {len(results.cases)} cases could not be tested"
        return f"Nothing speaks against {target}{but}, yet {untested}{warning}"
    if unproved := _unproved(results):
        return f"Nothing speaks against {target}{but}, yet nothing of {unproved} was proved"
    return f"{target} conforms{but}{warning}"


def _unproved(results: Results) -> str:
    """Return the claimed methods of which no case passed; what was not selected is nobody's fault."""
    proved = {case.method for case in results.cases if case.verdict in {Verdict.PASS, Verdict.WARN}}
    claimed = () if len(results.cases) < results.header.cases else results.header.methods
    return " and ".join(method for method in claimed if method not in proved)


def _rules(rules: tuple[RuleStanding, ...], standing: Standing) -> str:
    count = sum(rule.standing is standing for rule in rules)
    return f"{count} {'rule' if count == 1 else 'rules'}" if count else ""
