"""Before all else: whether there is a target, whether it has the method, and whether it looks at what it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import OK, Evidence, RuleKind
from conformance.judge import words
from conformance.judge.model import Cause
from conformance.run.scripts import exercise
from conformance.target.world import Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Base, Case, Method
    from conformance.run.session import Session
    from conformance.run.trial import Trial
    from conformance.wire.answer import Answer

_PROBES = 3
_PATIENCE = 2
"""After this many ways in that draw nothing usable, each tried twice, a target is taken to be down."""


class Preflight:
    """What is known of each method before its first case, and the probes that serve as trials of their own cases."""

    def __init__(self, session: Session) -> None:
        """Send nothing yet."""
        self._session = session
        self._causes: dict[str, Cause | None] = {}
        self.trials: dict[str, Trial] = {}

    def cause(self, method: Method) -> Cause | None:
        """Return why no case of the method can be exercised, `None` if they can; sent once per method."""
        if method.name not in self._causes:
            try:
                self._causes[method.name] = self._look(method)
            except Unreachable as error:
                self._causes[method.name] = Cause(error.kind, error.text, error.needs)
        return self._causes[method.name]

    def _look(self, method: Method) -> Cause | None:
        answers: list[Answer] = []
        for base in _ways(method):
            answers.append(self._session.base(method, base).exchange.answer)
            nothing_yet = not any(answer.usable for answer in answers)
            if answers[-1].outcome == OK or (nothing_yet and len(answers) == _PATIENCE):
                break
        last = answers[-1]
        if not any(answer.usable for answer in answers):
            where = self._session.profile.url + method.name
            text = f"{method.name} gives no usable answer at {where}: {last.why}."
            if last.garbled:
                self._keep_trials(method)
                return Cause("unreadable", text, "Answers with a boolean ok and, where it is false, a code for error.")
            return Cause("target-down", text, "A target that listens there and answers with a JSON object.")
        outcomes = {answer.outcome for answer in answers if answer.usable}
        if last.outcome != OK and len(outcomes) > 1:
            return None
        probed = list(self._probe(method))
        if not probed or any(outcome not in outcomes for outcome in probed):
            return None
        return _indiscriminate(method, last.outcome)

    def _keep_trials(self, method: Method) -> None:
        """Let the bases that were sent be judged: the method does answer, so what it says is its own fault."""
        sent = {base for name, base in self._session.bases if name == method.name}
        for case in method.cases:
            if case.edit is None and case.base.name in sent:
                self.trials[case.id] = self._session.base_trial(case)

    def _probe(self, method: Method) -> Iterator[str]:
        """Yield what requests draw that the page refuses for different reasons; each is a trial of its own case."""
        for case in _probes(method):
            try:
                trial = exercise(self._session, case)
            except Unreachable:
                continue  # a value is missing, which says nothing about the method
            self.trials[case.id] = trial
            yield trial.shown.edited.outcome


def _ways(method: Method) -> list[Base]:
    """Return the promised bases, the first of each verb before all others: a target may know one verb only."""
    promised = [base for base in method.bases.values() if base.promised]
    first = {base.verb: base for base in reversed(promised)}
    return sorted(promised, key=lambda base: first[base.verb] is not base)


def _probes(method: Method) -> list[Case]:
    """Return one case of each concern that the request alone provokes and that may not succeed."""
    chosen: dict[str, Case] = {}
    for case in method.cases:
        refused = case.rule.kind is RuleKind.ERROR and OK not in case.accept and case.base.promised
        plain = case.edit is not None and case.edit.kind not in {"again", "again_after", "advance_s"}
        if refused and plain and case.evidence is Evidence.REQUEST:
            chosen.setdefault(case.rule.concern, case)
    return list(chosen.values())[:_PROBES]


def _indiscriminate(method: Method, outcome: str) -> Cause:
    said = words.outcome_in_words(outcome)
    text = f"{method.name} answers every request with {said}, also requests that have nothing in common"
    if outcome == OK:
        text = f"{method.name} answers every request with {said}, also those that its page refuses"
    elif outcome not in method.error_codes:
        text += "; its page does not list that code: the method seems to be missing or retired here"
    return Cause("indiscriminate", f"{text}.", "A target that looks at what it is sent.")
