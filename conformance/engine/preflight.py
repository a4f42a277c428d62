"""Before a case: whether the profile excludes it, and whether its method can be tested at all.

`ruled_out` asks the profile only. `Preflight` sends requests before the first case of a method: it checks that there is
a target, that it has the method, and that it looks at its requests. Every documented way in is tried before a method is
given up, then simpler requests if all are refused. Exchanges are kept as trials of their own cases, so a fault in such
an answer is judged even if nothing else of the method can be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..catalog.edits.orders import Order
from ..catalog.model import OK, Evidence, RuleKind
from ..judge import causes, words
from ..judge.causes import Way
from ..target.world import Unreachable
from .adapting import delivery_of, simplifications
from .scripts import exercise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..catalog.model import Base, Case, Method
    from ..results.model import Cause
    from ..target.profile import Profile
    from .adapting import Simpler
    from .session import Session
    from .trial import Trial

_PROBES = 3
_TIME_OUTS = 3
"""Time-outs after which a method counts as too slow; each costs the whole time limit."""


def ruled_out(case: Case, profile: Profile) -> str:
    """Return why the profile excludes the case; empty if it does not."""
    declared = profile.unavailable
    if profile.methods and case.method not in profile.methods:
        return declared.get(case.method, f"The profile claims no method {case.method}.")
    for name in (case.id, case.rule.id):
        if name in declared:
            return f"{name}: {declared[name]}"
    reasons = {name: reason for name in case.states if (reason := profile.without_state(name, case.method))}
    if case.instead:
        if profile.seeded(case.instead, case.method) is not None:
            return ""
        reason = profile.without_state(case.instead, case.method)
        if reason and (reasons or not case.states):
            reasons[case.instead] = reason
    return "; ".join(f"{name}: {reason}" for name, reason in sorted(reasons.items()))


class Preflight:
    """Probes each method once; `trials` holds the exchanges that count as trials of cases, by id."""

    def __init__(self, session: Session) -> None:
        """Use this session; nothing is sent yet."""
        self._session = session
        self._causes: dict[str, Cause | None] = {}
        self.trials: dict[str, Trial] = {}

    def cause(self, method: Method) -> Cause | None:
        """Return why the method cannot be tested, or `None` if it can; the first call for a method sends requests."""
        if method.name not in self._causes:
            try:
                cause = self._look(method)
            except Unreachable as error:
                cause = error.cause
            self._causes[method.name] = cause
            if cause is not None:
                self._keep_bases(method)
        return self._causes[method.name]

    def _look(self, method: Method) -> Cause | None:
        ways = list(self._ways_in(method))
        if ways[-1].answer.outcome == OK:
            delivery = delivery_of(ways)
            if delivery is not None:
                self._session.delivery[method.name] = delivery
            return causes.always_succeeds(method) if self._refuses_nothing(method, ways[-1].base) else None
        if not any(way.answer.usable for way in ways):
            return causes.unanswered(method.name, self._session.profile.url + method.name, ways)
        gone = causes.gone(method, ways)
        if gone is not None or self._simplified(method, ways) is not None:
            return gone
        outcomes = {way.answer.outcome for way in ways}
        if len(outcomes) > 1:
            return None
        probed = list(self._probe(method, ways[0].base))
        if not probed or any(outcome not in outcomes for outcome in probed):
            return None
        return causes.same_to_all(method, ways[0].answer.outcome, _lacking(ways))

    def _ways_in(self, method: Method) -> Iterator[Way]:
        """Send one documented way in after the other, until one succeeds or there is no hope for the next."""
        hung = 0
        for base in _in_order(method):
            step = self._session.base(method, base).step
            way = Way(base, step.answer, step.exchange.connected, frozenset(step.composed.missing))
            yield way
            hung += way.answer.timed_out
            if way.answer.outcome == OK or not way.connected or hung == _TIME_OUTS:
                return

    def _keep_bases(self, method: Method) -> None:
        """Keep the bases that were sent as trials, since nothing else of the method will be judged."""
        sent = {base for name, base in self._session.bases if name == method.name}
        for case in method.cases:
            if case.edit is None and case.base.name in sent:
                self.trials[case.id] = self._session.base_trial(case)

    def _refuses_nothing(self, method: Method, succeeded: Base) -> bool:
        """Whether requests that must be refused succeed, on this base and on one base of each other verb."""
        others = {base.verb: base for base in reversed(_in_order(method)) if base.verb != succeeded.verb}
        for base in (succeeded, *others.values()):
            if self._session.base(method, base).step.answer.outcome != OK:
                return False
            outcomes = list(self._probe(method, base))
            if not outcomes or any(outcome != OK for outcome in outcomes):
                return False
        return True

    def _probe(self, method: Method, base: Base) -> Iterator[str]:
        """Yield the outcomes of requests that must be refused for different reasons; each is kept as a trial."""
        for case in probes(method, base):
            try:
                trial = exercise(self._session, case)
            except Unreachable:
                continue  # the case itself will report the reason
            self.trials[case.id] = trial
            yield trial.shown.edited.outcome

    def _simplified(self, method: Method, ways: list[Way]) -> Simpler | None:
        """Try simpler documented requests; keep the first that succeeds for the whole method, and return it."""
        refused = _one_of_each_delivery([way for way in ways if way.answer.usable])
        world = self._session.base(method, refused[0].base).step.composed.world
        for simpler in simplifications(method, world, _lacking(ways)):
            for way in refused:
                said = words.outcome_in_words(way.answer.outcome)
                if self._session.simplify(method, way.base, replace(simpler, refused=said)):
                    return simpler
        return None


def _lacking(ways: list[Way]) -> frozenset[str]:
    return frozenset().union(*(way.missing for way in ways))


def _in_order(method: Method) -> list[Base]:
    """Return the promised bases, the first of each verb before all others: a target may know one verb only."""
    promised = [base for base in method.bases.values() if base.promised]
    first = {base.verb: base for base in reversed(promised)}
    return sorted(promised, key=lambda base: first[base.verb] is not base)


def _one_of_each_delivery(ways: list[Way]) -> list[Way]:
    """Return the first way in of each verb and place of the credentials; the others differ in their body only."""
    first: dict[tuple[str, str | None, str | None], Way] = {}
    for way in ways:
        first.setdefault((way.base.verb, way.base.token, way.base.credentials), way)
    return list(first.values())


def probes(method: Method, base: Base) -> list[Case]:
    """Return up to three cases on this base, of different concerns, that need only a request and must be refused."""
    chosen: dict[str, Case] = {}
    for case in method.cases:
        refused = case.rule.kind is RuleKind.ERROR and OK not in case.accept and case.base is base
        plain = case.edit is not None and not isinstance(case.edit, Order)
        if refused and plain and case.evidence is Evidence.REQUEST:
            chosen.setdefault(case.rule.concern, case)
    return list(chosen.values())[:_PROBES]
