"""A second look before a FAIL or WARN that a moment's failure of the target may explain.

A connection may break once, a gateway may answer in the target's place, a server may have an internal error: that is no
fault of the rule that is tested. So the case is exercised once more, in a fresh world. What comes again is the target's
fault. What does not is reported as unstable, a WARN that shows both answers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..judge import words
from ..results.model import Finding
from ..results.terms import Code, Level, Role, Verdict
from ..target.world import Unreachable
from .scripts import exercise

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..catalog.model import Case
    from ..judge.model import Judgement, Shown
    from .session import Session
    from .trial import Trial


def may_have_been_a_moment(shown: Shown, judgement: Judgement) -> bool:
    """Whether a FAIL or WARN rests on a missing or unreadable answer, or on an error of the server itself.

    A time-out does not count: each costs the whole time limit.
    """
    if judgement.verdict not in {Verdict.FAIL, Verdict.WARN} or shown.together or shown.edited.timed_out:
        return False
    return not shown.edited.usable or shown.edited.outcome in shown.method.momentary_codes - shown.case.accept


def looked_again(
    session: Session, case: Case, trial: Trial, judgement: Judgement, judged: Callable[[Trial], Judgement]
) -> tuple[Trial, Judgement]:
    """Exercise the case once more; return a trial and the judgement that hold afterwards.

    The trial is the first one, unless the fault has not come again. If the case cannot be exercised once more, the
    first judgement stands.
    """
    if case.edit is None:
        session.bases.pop((case.method, case.base.name), None)
    try:
        again = exercise(session, case)
    except Unreachable:
        return trial, judgement
    second = judged(again)
    if second.verdict is not Verdict.PASS:
        return trial, judgement
    shown = trial.shown
    finding = Finding(
        case.rule.id, Code.UNSTABLE, Level.WARN, words.expected(shown.case, shown.method), words.got(shown.edited), None
    )
    # Behind an answer that cannot be used stands the base that was sent again.
    first = next(step for step in trial.sent if step.answer is shown.edited)
    again.sent = [replace(first, role=Role.RECHECK), *again.sent]
    again.worlds += trial.worlds
    return again, replace(second, verdict=Verdict.WARN, findings=(finding,), seen=False)
