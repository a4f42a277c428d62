"""Small stand-ins for what the prover weighs: faults, judgements and outcomes."""

from __future__ import annotations

from slack_conformance.judge.model import Judgement
from slack_conformance.lab.deviations.kinds import DeliberateFault
from slack_conformance.lab.prove.model import Symptom, TrialOutcome, TrialStanding
from slack_conformance.results.model import Cause, Finding
from slack_conformance.results.terms import Code, Kind, Level, Verdict
from tests.invented import INVENTED

METHOD = INVENTED.methods["pizza.order"]
CASES = {case.id: case for case in METHOD.cases}
RULES = {rule.id: rule for rule in METHOD.rules}
RULE, CASE = "pizza.order.bad_address", "pizza.order.bad_address.elsewhere"
OTHER_RULE, OTHER_CASE = "pizza.order.bad_voucher", "pizza.order.bad_voucher.missing"


def fault(**fields: object) -> DeliberateFault:
    """Return a fault of one rule that is bound to its method."""
    about = {"rule": "bad_address", "fault": "not-enforced", "summary": "Any redirect_uri is taken.", **fields}
    return DeliberateFault(**about).bound(METHOD)  # type: ignore[arg-type]


def finding(rule: str = RULE, level: Level = Level.FAIL, code: Code = Code.NOT_REFUSED) -> Finding:
    """Return a finding."""
    return Finding(rule, code, level, 'error "bad_address"', "ok:true", None)


def judgement(*findings: Finding, verdict: Verdict | None = None, cause: str = "") -> Judgement:
    """Return a judgement with these findings, or with a cause of this kind."""
    default = Verdict(max((str(found.level) for found in findings), default="PASS"))
    because = Cause(Kind(cause), f"There is {cause}.", "") if cause else None
    return Judgement(verdict or default, "", "", "", findings=findings, cause=because)


def symptom(case: str = CASE, rule: str = RULE, got: str = "ok:true") -> Symptom:
    """Return a finding as the prover keeps it."""
    return Symptom(case, rule, "not-refused", "FAIL", 'error "bad_address"', got)


def outcome(name: str = "not-enforced", **fields: object) -> TrialOutcome:
    """Return an outcome; one that was killed unless said otherwise."""
    about = {"rules": (RULE,), "summary": "A fault.", "standing": TrialStanding.KILLED, "kills": (symptom(),), **fields}
    return TrialOutcome(name=f"{RULE}--{name}", **about)  # type: ignore[arg-type]
