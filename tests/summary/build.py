"""Results of an invented method that summaries are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.results.build import METHOD, case_result, cause, finding

if TYPE_CHECKING:
    from slack_conformance.results.model import CaseResult, Finding


NOT_READ = "HTTP 200, an answer that cannot be read: "


def outcome(
    rule: str,
    name: str = "one",
    verdict: str = "FAIL",
    *,
    method: str = METHOD,
    **more: Any,  # noqa: ANN401 - fields
) -> CaseResult:
    """Return a case of the rule, which expects to be refused with the rule's name and was answered with ok:true."""
    return case_result(f"{method}.{rule}", name, verdict, **{"observed": "ok", **more})


def found(code: str, got: str = "ok:true", rule: str = "x", level: str = "FAIL", expected: str = "this") -> Finding:
    """Return a finding against a rule of the invented method."""
    return finding(code, got, f"{METHOD}.{rule}", level, expected)


def not_refused(rule: str, name: str = "one", **more: Any) -> CaseResult:  # noqa: ANN401 - fields of an outcome
    """Return a case that was accepted where it should be refused."""
    return outcome(rule, name, findings=(found("not-refused", rule=rule),), **more)


def unreadable(rule: str, why: str, name: str = "one", **more: Any) -> CaseResult:  # noqa: ANN401 - fields of an outcome
    """Return a case whose answer could not be read."""
    findings = (found("unreadable", f"{NOT_READ}{why}", rule=rule),)
    return outcome(rule, name, **{"observed": "unreadable", "findings": findings, **more})


def other_code(rule: str, got: str, name: str = "one", *, listed: bool = True, **more: Any) -> CaseResult:  # noqa: ANN401
    """Return a case that was refused with another code."""
    code = "wrong-code" if listed else "undocumented-code"
    return outcome(rule, name, observed=got, findings=(found(code, f'error "{got}"', rule=rule),), **more)


def passing(rule: str, name: str = "one", **more: Any) -> CaseResult:  # noqa: ANN401 - fields of an outcome
    """Return a case that was refused as it should be."""
    return outcome(rule, name, "PASS", **{"observed": rule, **more})


def way_in(base: str, verdict: str = "PASS", **more: Any) -> CaseResult:  # noqa: ANN401 - fields of an outcome
    """Return the case of a base itself."""
    fields = {"edit": None, "base": base, "observed": "ok", "accept": ("ok",), **more}
    return outcome(f"via-{base}", "accepted", verdict, **fields)


def untried(
    rule: str, name: str = "one", kind: str = "no-value", text: str = "No colour.", needs: str = "A colour."
) -> CaseResult:
    """Return a case that could not be tried."""
    return outcome(rule, name, "INCONCLUSIVE", observed="", cause=cause(kind, text, needs))
