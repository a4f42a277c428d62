"""Cases of each kind that the judge tells apart, by names, and what tests ask of a judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.model import Case, Strength
from slack_conformance.results.terms import Code, Verdict
from tests.judge.build import A, B, answer
from tests.judge.build import case as real_case

if TYPE_CHECKING:
    from slack_conformance.judge.model import Judgement
    from slack_conformance.results.model import Cause

MUST = f"{B}.bad_address.elsewhere"
SHOULD = f"{MUST} as a should-rule"
MAY = f"{B}.extra-cheese.zero"
READINGS = f"{A}.bad_ticket.never-issued-by-form"
HARMLESS = f"{B}.extra-cheese.true"
DIFFERS = f"{B}.wrong_alphabet.text-plain-utf-16"
DIFFERS_SHOULD = f"{A}.not_a_box.array"
SILENT = f"{A}.missing_napkin.text-plain"
STAYS_SILENT = f"{A}.missing_napkin.form-without-charset-is-silent"
WARNED = f"{A}.needless_napkin.form-utf-8"
CUT = f"{B}.order_cut_off.half-a-form"
DOWN = f"{B}.kitchen_closed.closed"
BASE = f"{B}.via-post-form.accepted"
BASE_SHOULD = f"{B}.via-get.accepted"

WORKS = {"get": answer()}
"""Another base that succeeded."""

PASS, WARN, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.INCONCLUSIVE


def case(name: str, **changes: Any) -> Case:  # noqa: ANN401 - as the class has them
    """Return the case with this id, changed; that of a should-rule is one of a must-rule but for its strength."""
    if name == SHOULD:
        return real_case(MUST, strength=Strength.SHOULD, **changes)
    return real_case(name, **changes)


def codes(judged: Judgement) -> list[Code]:
    """Return the kinds of the findings."""
    return [finding.code for finding in judged.findings]


def cause(judged: Judgement) -> Cause:
    """Return the cause, which there must be."""
    assert judged.cause is not None
    return judged.cause
