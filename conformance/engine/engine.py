"""Run cases: send what a case needs, judge the answers, and confirm what would count against the target.

A case ends in one of three ways. Its trial is judged; or it could not be exercised, and the judgement is INCONCLUSIVE
with the cause; or the suite itself failed, and the verdict is ENGINE. A cause that concerns the whole method is found
before its first case (`engine.preflight`).

Before a FAIL or WARN, there is one more question: does a single-use value of the profile explain the refusal? A code or
trigger from a profile may have been used or have expired before the run. Such a refusal counts only after two more
requests: the base with another value, which must be answered as before, and the edited request with one more value,
which must be refused again. They are sent only if a FAIL or WARN would follow, and once per case.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from ..catalog.model import OK
from ..judge import words
from ..judge.judge import judge
from ..judge.model import unexercised
from ..judge.values import doubtful, unconfirmed
from ..results.model import Cause
from ..results.terms import Kind, Role, Verdict
from ..results.words import NEEDS
from ..target.world import Unreachable
from .exploring import Explorer
from .preflight import Preflight
from .scripts import exercise
from .second_look import looked_again, may_have_been_a_moment
from .session import Session
from .twice import worse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..catalog.model import Case, Catalog
    from ..judge.model import Judgement, Shown
    from ..target.control import ControlClient
    from ..target.pace import Clock
    from ..target.profile import Profile
    from .session import RequestSender
    from .trial import Trial


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """The result of one case."""

    case: Case
    """The case as it was exercised, possibly with another base or an equivalent state (`Case.instead`)."""
    judgement: Judgement
    trial: Trial | None = None
    """What was sent and received; `None` if nothing was."""
    error: Exception | None = None
    """The exception, if the suite itself failed and the verdict is ENGINE."""


class Engine:
    """Runs cases against one target, one after the other. Use it as a context manager, or close it."""

    def __init__(  # noqa: PLR0913 - one parameter per part
        self,
        catalog: Catalog,
        profile: Profile,
        *,
        sender: RequestSender | None = None,
        control: ControlClient | None = None,
        clock: Clock = time,
        seed: int = 0,
        asked_twice: frozenset[str] = frozenset(),
        explore: bool = False,
        limit_s: float | None = None,
        correlate: bool = False,
    ) -> None:
        """Prepare to test the target of `profile`; nothing is sent yet.

        `sender`, `control` and `clock` replace what a real run makes from the profile (see `engine.session`).
        `asked_twice` has ids of cases that are sent with the first case of their method too (see `engine.twice`).
        What a run draws (members of classes, the User-Agent of each base) follows from `seed`. With `explore`, cases
        that fail are tried with further values (see `engine.exploring`). After `limit_s` seconds nothing more is sent,
        and the cases that are left are INCONCLUSIVE. With `correlate`, each request has the id of its case in a header.
        """
        self._asked_twice = asked_twice
        self._first: dict[str, Trial] = {}
        self.catalog, self.profile = catalog, profile
        self.session = Session(
            catalog,
            profile,
            sender=sender,
            control=control,
            clock=clock,
            seed=seed,
            limit_s=limit_s,
            correlate=correlate,
        )
        self._preflight = Preflight(self.session)
        self._explorer = Explorer(self.session, self._judge) if explore else None
        self._begun: set[str] = set()
        """The methods of which a case has run."""
        self._standing: set[str] = set()
        """The cases whose FAIL or WARN stands even if their base fails at the end."""
        self._judged: set[str] = set()
        """The cases that this process has judged; those that it only asked first may be another process's."""

    def __enter__(self) -> Self:
        """Return the engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the session."""
        self.close()

    def close(self) -> None:
        """Take the target out of the state it was put into, then close every connection."""
        self.session.close()

    def results(self, cases: Iterable[Case]) -> Iterator[JudgedCase]:
        """Yield the result of each case, as soon as it is known."""
        yield from map(self.run, cases)

    def run(self, case: Case) -> JudgedCase:
        """Exercise and judge the case. An exception in the suite itself becomes the verdict ENGINE."""
        self._judged.add(case.id)
        try:
            result = self._run(case)
        except Exception as error:  # noqa: BLE001 - any exception here is a fault of the suite, not of the target
            return failed(case, error)
        if _stands(result):
            self._standing.add(case.id)
        return result

    def withdrawn(self) -> dict[str, Cause]:
        """Send the bases once more, at the end of a run; return the cases whose base now fails, each with the cause.

        A FAIL or WARN is not withdrawn if the target accepted the request, since no refused base explains that, or if
        the base was sent again and succeeded just before.
        """
        broken = self.session.broken_bases()
        return {case: cause for case, cause in broken.items() if case in self._judged - self._standing}

    def _run(self, case: Case) -> JudgedCase:
        trial: Trial | None = None
        try:
            self.session.pacer.clock.check()
            with self.session.about(case.id), self.session.switches.during({*case.states, case.instead}):
                cause = self._preflight.cause(self.catalog.methods[case.method])
                if cause is None:
                    self._ask_first(case.method)
                trial = self._preflight.trials.pop(case.id, None)
                if cause is None:
                    trial = trial or exercise(self.session, case)
                    judgement = self._judge(trial)
                    if _in_doubt(trial.shown, judgement):
                        trial, judgement = self._confirmed(self.session.delivered(case), trial, judgement)
                    elif may_have_been_a_moment(trial.shown, judgement):
                        trial, judgement = looked_again(self.session, case, trial, judgement, self._judge)
                    first = self._first.pop(case.id, None)
                    if first is not None:
                        trial, judgement = worse((first, self._judge(first)), (trial, judgement))
                    if self._explorer is not None:
                        trial, judgement = self._explorer.explored(case, trial, judgement)
                    return JudgedCase(trial.shown.case, judgement, trial)
        except Unreachable as error:
            cause = error.cause
        trial = trial or self.session.throttled_trial(case)
        if trial is None:
            return JudgedCase(case, unexercised(cause))
        return JudgedCase(trial.shown.case, _with_cause(self._judge(trial), cause, trial.shown), trial)

    def _ask_first(self, method: str) -> None:
        """Send the cases of the method that are asked twice, unless that was done before."""
        cases = self.catalog.methods[method].cases if method not in self._begun else ()
        self._begun.add(method)
        for case in cases:
            if case.id in self._asked_twice:
                with suppress(Unreachable):  # when its turn comes, the case itself will report the reason
                    trial = self._preflight.trials.pop(case.id, None)
                    self._first[case.id] = trial or exercise(self.session, case)

    def _judge(self, trial: Trial) -> Judgement:
        return judge(trial.shown, self.profile.readings)

    def _confirmed(self, case: Case, trial: Trial, judgement: Judgement) -> tuple[Trial, Judgement]:
        """Send the case once more with other values, and return the trial and judgement that hold afterwards."""
        shown = trial.shown
        try:
            problem = self._problem_of_other_values(case, trial)
            if not problem:
                if case.edit is None:
                    self.session.bases.pop((case.method, case.base.name), None)
                again = exercise(self.session, case)
                again.sent = [*trial.sent[-1:], *again.sent]
                again.worlds += trial.worlds
                return again, self._judge(again)
        except Unreachable as error:
            problem = error.cause.text.rstrip(".")
        nothing = unexercised(unconfirmed(shown.method, shown.edited, shown.once, problem))
        return trial, replace(nothing, expected=judgement.expected, got=judgement.got, observed=judgement.observed)

    def _problem_of_other_values(self, case: Case, trial: Trial) -> str:
        """Return why other values of the profile do not help; empty if a base with them is answered as before."""
        shown, base, wanted = trial.shown, case.base, OK
        if shown.base is None:
            other = self.session.succeeded(case.method, case.base.name)
            if other is None:
                return "no base of the method succeeds"
            base = shown.method.bases[other]
        else:
            wanted = shown.base.outcome
            if wanted in doubtful(shown.method, shown.base_once):
                return "the base is refused in that way too"
        trial.add(self.session.recheck(shown.method, base, shown.missing, case.world))
        got = trial.sent[-1].answer.outcome
        return "" if got == wanted else f"the base {base.name}, sent again, gets {words.outcome_in_words(got)} now"


def failed(case: Case, error: Exception) -> JudgedCase:
    """Return the result of a case in which the suite itself failed."""
    cause = Cause(Kind.ENGINE, f"The suite itself failed: {type(error).__name__}.", NEEDS[Kind.ENGINE])
    return JudgedCase(case, unexercised(cause, Verdict.ENGINE), error=error)


def _stands(result: JudgedCase) -> bool:
    """Whether a FAIL or WARN does not rest on a base that may fail at the end."""
    if result.trial is None or result.judgement.verdict not in {Verdict.FAIL, Verdict.WARN}:
        return False
    again = (step.answer.outcome for step in result.trial.sent if step.role is Role.RECHECK)
    return OK in {result.judgement.observed, result.trial.shown.edited.outcome, *again}


def _in_doubt(shown: Shown, judgement: Judgement) -> bool:
    """Whether a FAIL or WARN rests on a refusal that a used or expired value of the profile may explain."""
    accused = judgement.verdict in {Verdict.FAIL, Verdict.WARN}
    return accused and shown.edited.usable and shown.edited.outcome in doubtful(shown.method, shown.once)


def _with_cause(judgement: Judgement, cause: Cause, shown: Shown) -> Judgement:
    """Return the judgement for a case of a method that cannot be tested for this cause.

    The cause of the whole method wins: if every request gets the same answer, the answer to a base proves nothing. An
    unusable answer is a fault by itself and keeps its judgement.
    """
    if judgement.cause is None and (shown.case.edit is not None or not shown.edited.usable):
        return judgement
    return replace(judgement, verdict=Verdict.INCONCLUSIVE, findings=(), seen=False, reading=None, cause=cause)
