"""A declared reading binds: an answer that shows another reading than the one that the profile declares is a WARN.

Every reading of a ledger row conforms, so none of them breaks a rule. But an owner who declares a reading says what the
target does, and everybody who relies on that needs to know where it does something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import GATEWAY, Gate
from conformance.judge import words
from conformance.judge.levels import level
from conformance.judge.model import Code, Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.catalog.model import Case, LedgerRow
    from conformance.judge.model import Judgement, Shown

_MANY = 4
_OF_THE_TARGET = {Verdict.PASS, Verdict.WARN, Verdict.FAIL}


def contradictions(shown: Shown, judged: Judgement, declared: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each row of the case of which the answer shows another reading than the declared one."""
    case = shown.case
    outcome = shown.edited.outcome if shown.edited.usable else f"{GATEWAY}{shown.edited.status}"
    if judged.verdict not in _OF_THE_TARGET or outcome not in case.accept:
        return
    # Where a reading may refuse the base itself, the fault of the row may still be found first: no order is stated.
    found_first = case.gate is Gate.DIFFERS and outcome == case.rule.code
    for row in case.ledger:
        said, followed = declared.get(row.id), row.followed(outcome)
        named = outcome in row.readings.get(followed or "", ())
        if said is None or followed is None or said == followed or (found_first and not named):
            continue
        wanted = f"reading {said!r} of {row.id}, which the profile declares{_outcomes(row, said, case)}"
        came = f"reading {followed!r}: {words.outcome_in_words(outcome)}"
        code = Code.DECLARED_READING
        yield Finding(case.rule.id, code, level(case.strength, code), wanted, came)


def _outcomes(row: LedgerRow, reading: str, case: Case) -> str:
    """Return the outcomes with which the case would show the reading, in words; nothing where they are too many."""
    outcomes = sorted(outcome for outcome in case.accept if row.followed(outcome) == reading)
    return f": {' or '.join(map(words.outcome_in_words, outcomes))}" if 0 < len(outcomes) <= _MANY else ""
