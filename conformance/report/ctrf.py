"""The results in the Common Test Report Format (ctrf.io), for CI tools that read it.

    verdict        status    as in JUnit
    -------------  --------  --------------------------------------------------------
    PASS, WARN     passed    passed
    FAIL, ENGINE   failed    failure, error
    INCONCLUSIVE   other     error: the format has no status for a test without verdict
    N/A, KNOWN     skipped   skipped
    NEW            passed if it will be a PASS once it counts, else skipped; the same in JUnit

`rawStatus` has the verdict. `environment.healthy` says whether the run ended with 0: a tool that only counts failures
would accept a run that tested nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..results.terms import TargetKind, Verdict
from ..results.words import counted
from ..summary.sentences import sentence
from .visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..results.io import Results
    from ..results.model import CaseResult

_VERSION = "0.0.0"
"""The version of the format, as its schema has it."""

_STATUS = {
    Verdict.PASS: "passed",
    Verdict.WARN: "passed",
    Verdict.FAIL: "failed",
    Verdict.ENGINE: "failed",
    Verdict.INCONCLUSIVE: "other",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.KNOWN: "skipped",
}
_STATUSES = ("passed", "failed", "skipped", "pending", "other")
_LONGEST = 400
_FINDINGS = 3


def render_ctrf(results: Results) -> str:
    """Return the report as one JSON object in ASCII."""
    head, foot = results.header, results.footer
    tests = [_test(case, results) for case in results.cases]
    counts = Counter(test["status"] for test in tests)
    start = _milliseconds(head.started)
    stop = start if foot is None else _milliseconds(foot.finished)
    environment = {
        "appName": shortened(head.target.name, _LONGEST),
        "testEnvironment": str(head.target.kind),
        "healthy": foot is not None and foot.exit == 0,
        "extra": {
            "url": head.target.url,
            "seed": head.seed,
            "edition": head.edition,
            "exit": None if foot is None else foot.exit,
            "sentence": f"Cut off after {counted(len(tests), 'case')}." if foot is None else foot.sentence,
        },
    }
    document = {
        "reportFormat": "CTRF",
        "specVersion": _VERSION,
        "timestamp": head.started if foot is None else foot.finished,
        "generatedBy": "slack-conformance",
        "results": {
            "tool": {"name": "slack-conformance", "version": head.suite},
            "summary": {
                "tests": len(tests),
                **{status: counts[status] for status in _STATUSES},
                "start": start,
                "stop": stop,
            },
            "tests": tests,
            "environment": environment,
        },
    }
    return json.dumps(document, separators=(",", ":")) + "\n"


def _test(case: CaseResult, results: Results) -> dict[str, Any]:
    data = "audit" if results.header.target.kind is TargetKind.CLIENT else f"methods/{case.method}"
    test: dict[str, Any] = {
        "testId": case.id,
        "name": case.id,
        "status": _status(case),
        "rawStatus": str(case.verdict),
        "duration": round(case.ms),
        "suite": [case.method, str(case.concern), case.rule],
        "tags": [str(case.strength), str(case.evidence)],
        "type": "conformance",
        "filePath": f"fixtures/{data}.toml",
        "threadId": case.worker,
    }
    if message := _message(case, results):
        test["message"] = shortened(message, _LONGEST)
    if trace := list(_trace(case)):
        test["trace"] = "\n".join(shortened(line, _LONGEST) for line in trace)
    return test


def _status(case: CaseResult) -> str:
    is_open = case.verdict is Verdict.NEW and case.judged is not Verdict.PASS
    return "skipped" if is_open else _STATUS[case.judged]


def _message(case: CaseResult, results: Results) -> str:
    """Return what is wrong in one sentence; empty if nothing is."""
    if case.cause is not None:
        return case.cause.text
    said = sentence(case, case.findings[0], results.ledger).replace("`", "") if case.findings else ""
    if case.known is not None:
        known = case.known
        return f"{said}; known: {known.issue}, {known.owner}, until {known.expires}: {known.reason}"
    return said


def _trace(case: CaseResult) -> Iterator[str]:
    """Yield the lines of a short proof: what was sent, expected and got; the HTML page has the exchanges."""
    if case.cause is not None:
        yield from filter(None, [case.cause.needs and f"needs     {case.cause.needs}"])
    for finding in case.findings[:_FINDINGS]:
        yield f"{finding.level:<10}{finding.code} (rule {finding.rule})"
        yield f"sent      base {case.base}" + (f"; edit: {case.edit_text}" if case.edit_text else "")
        yield f"expected  {finding.expected}"
        yield f"got       {finding.got}"


def _milliseconds(moment: str) -> int:
    """Return the milliseconds since 1970."""
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
