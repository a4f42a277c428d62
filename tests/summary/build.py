"""Outcomes of an invented method, as a summary looks at them."""

from __future__ import annotations

from typing import Any

from conformance.summary.outcome import Found, Outcome

from conformance.results.model import Cause, Verdict

METHOD = "things.make"
NOT_READ = "HTTP 200, an answer that cannot be read: "


def outcome(
    rule: str,
    name: str = "one",
    verdict: str = "FAIL",
    *,
    method: str = METHOD,
    **more: Any,  # noqa: ANN401 - fields
) -> Outcome:
    """Return a case of the rule, which expects to be refused with the rule's name and was answered with ok:true."""
    owner = f"{method}.{rule}"
    fields = {"observed": "ok", "accept": frozenset({rule}), "base": "post-form", **more}
    return Outcome(f"{owner}.{name}", method, owner, Verdict(verdict), **fields)


def found(code: str, got: str = "ok:true", rule: str = "x", level: str = "FAIL", expected: str = "this") -> Found:
    """Return a finding against a rule of the invented method."""
    return Found(f"{METHOD}.{rule}", code, Verdict(level), expected, got)


def not_refused(rule: str, name: str = "one", **more: Any) -> Outcome:  # noqa: ANN401 - fields of an outcome
    """Return a case that was accepted where it should be refused."""
    return outcome(rule, name, findings=(found("not-refused", rule=rule),), **more)


def unreadable(rule: str, why: str, name: str = "one", **more: Any) -> Outcome:  # noqa: ANN401 - fields of an outcome
    """Return a case whose answer could not be read."""
    findings = (found("unreadable", f"{NOT_READ}{why}", rule=rule),)
    return outcome(rule, name, **{"observed": "unreadable", "findings": findings, **more})


def other_code(rule: str, got: str, name: str = "one", *, listed: bool = True, **more: Any) -> Outcome:  # noqa: ANN401
    """Return a case that was refused with another code."""
    code = "wrong-code" if listed else "undocumented-code"
    return outcome(rule, name, observed=got, findings=(found(code, f'error "{got}"', rule=rule),), **more)


def passing(rule: str, name: str = "one", **more: Any) -> Outcome:  # noqa: ANN401 - fields of an outcome
    """Return a case that was refused as it should be."""
    return outcome(rule, name, "PASS", **{"observed": rule, **more})


def way_in(base: str, verdict: str = "PASS", **more: Any) -> Outcome:  # noqa: ANN401 - fields of an outcome
    """Return the case of a base itself."""
    fields = {"edited": False, "base": base, "observed": "ok", "accept": frozenset({"ok"}), **more}
    return outcome(f"via-{base}", "accepted", verdict, **fields)


def untried(
    rule: str, name: str = "one", kind: str = "no-value", text: str = "No colour.", needs: str = "A colour."
) -> Outcome:
    """Return a case that could not be tried."""
    return outcome(rule, name, "INCONCLUSIVE", observed="", cause=Cause(kind, text, needs))
