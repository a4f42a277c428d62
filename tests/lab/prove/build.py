"""Small stand-ins for what the prover weighs: faults, judgements and outcomes."""

from __future__ import annotations

from conformance.catalog.load import load_catalog
from conformance.judge.model import Judgement
from conformance.lab.deviations.kinds import DeliberateFault
from conformance.lab.prove.model import Symptom, TrialOutcome, TrialStanding
from conformance.results.model import Cause, Code, Finding, Kind, Level, Verdict

CATALOG = load_catalog()
METHOD = CATALOG.methods["oauth.access"]
CASES = {case.id: case for case in METHOD.cases}
RULES = {rule.id: rule for rule in METHOD.rules}
RULE, CASE = "oauth.access.bad_redirect_uri", "oauth.access.bad_redirect_uri.other-host"
OTHER_RULE, OTHER_CASE = "oauth.access.invalid_code", "oauth.access.invalid_code.missing"


def fault(**fields: object) -> DeliberateFault:
    """Return a fault of one rule that is bound to its method."""
    about = {"rule": "bad_redirect_uri", "fault": "not-enforced", "summary": "Any redirect_uri is taken.", **fields}
    return DeliberateFault(**about).bound(METHOD)  # type: ignore[arg-type]


def finding(rule: str = RULE, level: Level = Level.FAIL, code: Code = Code.NOT_REFUSED) -> Finding:
    """Return a finding."""
    return Finding(rule, code, level, 'error "bad_redirect_uri"', "ok:true", None)


def judgement(*findings: Finding, verdict: Verdict | None = None, cause: str = "") -> Judgement:
    """Return a judgement with these findings, or with a cause of this kind."""
    default = Verdict(max((str(found.level) for found in findings), default="PASS"))
    because = Cause(Kind(cause), f"There is {cause}.", "") if cause else None
    return Judgement(verdict or default, "", "", "", findings=findings, cause=because)


def symptom(case: str = CASE, rule: str = RULE, got: str = "ok:true") -> Symptom:
    """Return a finding as the prover keeps it."""
    return Symptom(case, rule, "not-refused", "FAIL", 'error "bad_redirect_uri"', got)


def outcome(name: str = "not-enforced", **fields: object) -> TrialOutcome:
    """Return an outcome; one that was killed unless said otherwise."""
    about = {"rules": (RULE,), "summary": "A fault.", "standing": TrialStanding.KILLED, "kills": (symptom(),), **fields}
    return TrialOutcome(name=f"{RULE}--{name}", **about)  # type: ignore[arg-type]
