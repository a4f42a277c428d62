"""Compare answers with the readings that a profile declares.

A ledger row lists the readings of an unclear place in the pages. Every reading conforms, so none of them breaks a rule.
But a profile may declare one under `[readings]`. Since people rely on that, an answer by another reading is a WARN:

    profile declares   answer follows         result
    ----------------   --------------------   -----------------------------------
    nothing            any reading            no finding; the reading is recorded
    reading A          A                      no finding
    reading A          B                      WARN, `declared-reading`
    reading A          no reading of the row  no finding here; the ladder decides

Only an outcome that the case accepts is looked at: everything else is a finding of the ladder already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog.model import GATEWAY, Gate
from ..results.model import Finding
from ..results.terms import Code, Verdict
from . import words
from .levels import level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..catalog.model import Case, LedgerRow
    from .model import Judgement, Shown

_MANY = 4
_OF_THE_TARGET = {Verdict.PASS, Verdict.WARN, Verdict.FAIL}


def contradictions(shown: Shown, judged: Judgement, declared: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each ledger row of the case whose declared reading is not the one that the answer follows."""
    case = shown.case
    outcome = shown.edited.outcome if shown.edited.usable else f"{GATEWAY}{shown.edited.status}"
    if judged.verdict not in _OF_THE_TARGET or outcome not in case.accept:
        return
    # The base itself may be refused by a reading. The pages state no order, so the edit's own error may come first.
    found_first = case.gate is Gate.DIFFERS and outcome == case.rule.code
    for row in case.ledger:
        said, followed = declared.get(row.id), row.followed(outcome)
        named = outcome in row.readings.get(followed or "", ())
        if said is None or followed is None or said == followed or (found_first and not named):
            continue
        wanted = f"reading {said!r} of {row.id}, which the profile declares{_outcomes(row, said, case)}"
        came = f"reading {followed!r}: {words.outcome_in_words(outcome)}"
        code = Code.DECLARED_READING
        yield Finding(case.rule.id, code, level(case.strength, code), wanted, came, nearest=None)


def _outcomes(row: LedgerRow, reading: str, case: Case) -> str:
    """Return the outcomes that would follow the reading, in words; empty if there are too many to list."""
    outcomes = sorted(outcome for outcome in case.accept if row.followed(outcome) == reading)
    return f": {' or '.join(map(words.outcome_in_words, outcomes))}" if 0 < len(outcomes) <= _MANY else ""
