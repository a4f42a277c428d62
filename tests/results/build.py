"""Results of an invented method, with a default for every field."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from slack_conformance.catalog.model import Concern, Evidence, Strength
from slack_conformance.results.model import CaseResult, Cause, EditRecord, Finding
from slack_conformance.results.terms import Code, Kind, Level, Verdict

METHOD = "things.make"


def case_result(rule: str, name: str = "one", verdict: str = "PASS", **fields: Any) -> CaseResult:  # noqa: ANN401
    """Return the result of a case of the rule with this id; its request has an edit and gets the rule's code."""
    method, _, own = rule.rpartition(".")
    made = CaseResult(
        id=f"{rule}.{name}",
        method=method,
        rule=rule,
        also=(),
        concern=Concern.ERRORS,
        strength=Strength.MUST,
        evidence=Evidence.REQUEST,
        differential=False,
        verdict=Verdict(verdict),
        observed=own,
        seen=False,
        reading=None,
        expected=f'error "{own}"',
        got="ok:true",
        accept=(own,),
        findings=(),
        cause=None,
        base="post-form",
        edit=EditRecord("set_argument", {"colour": "none"}),
        edit_text='argument colour = "none"',
        state="healthy",
        exchanges=(),
        grounds=None,
        known=None,
        ms=1.5,
        worker="master",
        explored="",
        after="",
    )
    return replace(made, **fields)


def finding(
    code: str = "not-refused",
    got: str = "ok:true",
    rule: str = f"{METHOD}.x",
    level: str = "FAIL",
    expected: str = "this",
) -> Finding:
    """Return a finding against the rule."""
    return Finding(rule, Code(code), Level(level), expected, got, nearest=None)


def cause(kind: str = "no-value", text: str = "No colour.", needs: str = "A colour.") -> Cause:
    """Return the cause of a case that could not be judged."""
    return Cause(Kind(kind), text, needs)


def cause_of(case: CaseResult) -> Cause:
    """Return the cause of a case that has one."""
    assert case.cause is not None, case.id
    return case.cause


def kind_of(case: CaseResult) -> Kind | None:
    """Return the kind of the case's cause, or `None` without a cause."""
    return None if case.cause is None else case.cause.kind
