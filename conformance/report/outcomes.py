"""Convert cases of a results file into outcomes, so that reports sum up the same as the run did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import Evidence
from conformance.judge.model import Cause, Verdict
from conformance.summary.outcome import Found, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.report.records import CaseRecord


def outcomes(cases: Iterable[CaseRecord]) -> tuple[Outcome, ...]:
    """Return the outcome of each case."""
    return tuple(
        Outcome(
            id=case.id,
            method=case.method,
            rule=case.rule,
            verdict=Verdict(case.verdict),
            evidence=Evidence(case.evidence),
            base=case.base,
            edited=case.edit is not None,
            observed=case.observed or "",
            accept=frozenset(case.accept),
            findings=tuple(
                Found(one.rule, one.code, Verdict(one.level), one.expected, one.got) for one in case.findings
            ),
            cause=None if case.cause is None else Cause(case.cause.kind, case.cause.text, case.cause.needs),
        )
        for case in cases
    )
