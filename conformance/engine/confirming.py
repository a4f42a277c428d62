"""Before a FAIL or WARN: check whether a single-use value of the profile explains the refusal.

A code or trigger from a profile may have been used or have expired before the run. A refusal that such a value explains
counts against the target only after two more requests: the base with another value, which must be answered as before,
and the edited request with one more value, which must be refused again. They are sent only if a FAIL or WARN would
follow, and once per case.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalog.model import OK
from conformance.engine.scripts import exercise
from conformance.judge import words
from conformance.judge.judge import judge
from conformance.judge.model import unexercised
from conformance.judge.values import doubtful, unconfirmed
from conformance.results.model import Verdict
from conformance.target.world import Unreachable

if TYPE_CHECKING:
    from conformance.catalog.model import Case
    from conformance.engine.session import Session
    from conformance.engine.trial import Trial
    from conformance.judge.model import Judgement, Shown


def in_doubt(shown: Shown, judgement: Judgement) -> bool:
    """Whether a FAIL or WARN rests on a refusal that a used or expired value of the profile may explain."""
    accused = judgement.verdict in {Verdict.FAIL, Verdict.WARN}
    return accused and shown.edited.usable and shown.edited.outcome in doubtful(shown.method, shown.once)


def confirmed(session: Session, case: Case, trial: Trial) -> tuple[Trial, Judgement]:
    """Send the case once more with other values, and return the trial and judgement that hold afterwards."""
    shown = trial.shown
    try:
        problem = _other_values_are_good(session, case, trial)
        if not problem:
            return _once_more(session, case, trial)
    except Unreachable as error:
        problem = error.cause.text.rstrip(".")
    cause = unconfirmed(shown.method, shown.edited, shown.once, problem)
    nothing = unexercised(cause)
    judged = judge(shown, session.profile.readings)
    return trial, replace(nothing, expected=judged.expected, got=judged.got, observed=judged.observed)


def _other_values_are_good(session: Session, case: Case, trial: Trial) -> str:
    """Return why other values of the profile do not help; empty if a base with them is answered as before."""
    shown, base, wanted = trial.shown, case.base, OK
    if shown.base is None:
        other = session.succeeded(case.method, case.base.name)
        if other is None:
            return "no base of the method succeeds"
        base = shown.method.bases[other]
    else:
        wanted = shown.base.outcome
        if wanted in doubtful(shown.method, shown.base_once):
            return "the base is refused in that way too"
    sent, world, _ = session.recheck(shown.method, base, shown.missing, case.world)
    trial.sent.append(sent)
    trial.worlds.append(world)
    outcome = sent.exchange.answer.outcome
    return "" if outcome == wanted else f"the base {base.name}, sent again, gets {words.outcome_in_words(outcome)} now"


def _once_more(session: Session, case: Case, trial: Trial) -> tuple[Trial, Judgement]:
    if case.edit is None:
        session.bases.pop((case.method, case.base.name), None)
    again = exercise(session, case)
    again.sent = [*trial.sent[-1:], *again.sent]
    again.worlds += trial.worlds
    return again, judge(again.shown, session.profile.readings)
