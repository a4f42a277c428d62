"""What the `evidence` fixture returns: one case, exercised and judged. The test only calls `conforms()`."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.baseline.entries import Baseline
from conformance.engine.confirming import confirmed, in_doubt
from conformance.engine.preflight import Preflight
from conformance.engine.scripts import exercise
from conformance.engine.session import Session
from conformance.judge.judge import judge
from conformance.judge.model import Judgement, unexercised
from conformance.results.io import to_text
from conformance.results.model import Cause, Kind, Verdict
from conformance.results.words import NEEDS
from conformance.run.failure_text import proof, visible
from conformance.run.outcome import EngineError, NotExercised, Violation
from conformance.run.record import checked, record_of, rewritten
from conformance.secrecy.of_profile import public_text, public_texts, secrets_of_profile
from conformance.secrecy.secrets import Secrets
from conformance.target.world import Unreachable
from conformance.wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalog.model import Case, Catalog
    from conformance.engine.trial import Trial
    from conformance.results.model import CaseResult
    from conformance.target.profile import Profile


NONE_KNOWN = Baseline()


@dataclass(frozen=True, slots=True)
class ExaminedCase:
    """One case, exercised and judged: its result, and its proof on demand."""

    result: CaseResult
    make_proof: Callable[[], str]

    @property
    def proof(self) -> str:
        """The rule, the requests, the answers and the verdict as text for a terminal, redacted."""
        return self.make_proof()

    def conforms(self) -> None:
        """Raise `Violation` with the proof if the verdict is FAIL."""
        if self.result.verdict is Verdict.FAIL:
            raise Violation(self.proof)


class Examiner:
    """Exercises and judges cases one after the other. There is one per process."""

    def __init__(
        self,
        catalog: Catalog,
        profile: Profile,
        rerun: Callable[[str], str] = str,
        *,
        keep_all: bool = True,
        baseline: Baseline = NONE_KNOWN,
    ) -> None:
        """Prepare to test the target of `profile`; nothing is sent yet.

        `rerun` returns the command that runs the case with a given id again. Unless `keep_all`, exchanges of passing
        cases are not recorded. Deviations that the `baseline` accepts become KNOWN.
        """
        self._baseline = baseline
        self.catalog, self.profile, self._rerun, self._keep_all = catalog, profile, rerun, keep_all
        self.session = Session(catalog, profile)
        self.preflight = Preflight(self.session)
        said = public_text(profile)
        self.redactor = Redactor(secrets_of_profile(profile), said)
        self.secrets = Secrets(secrets_of_profile(profile), self._new_secrets, said)
        self._public = public_texts(profile)
        self.session.switches.hidden = lambda text: self.secrets.hidden(self.redactor.by_value(text))

    def examine(self, case: Case) -> ExaminedCase:
        """Exercise, judge and record the case. A failure of the suite itself gets the verdict ENGINE."""
        begun = time.perf_counter()
        trial: Trial | None = None
        try:
            trial, judgement = self._judged(case)
            ms = (time.perf_counter() - begun) * 1000
            whole = self._keep_all or judgement.verdict is not Verdict.PASS
            case = trial.shown.case if trial is not None else case  # as it was exercised: see `Case.instead`
            result = record_of(case, judgement, trial, self.redactor, ms, whole=whole)
            if self.secrets.in_text(to_text(result).encode()):
                result = rewritten(result, self.secrets.hidden)
            result = checked(self._baseline.judged(result), case)
        except Exception as error:  # noqa: BLE001 - any exception here is a fault of the suite, not of the target
            text = self.secrets.hidden_in_prose("".join(traceback.format_exception(error)))
            cause = Cause(Kind.ENGINE, f"The suite itself failed: {type(error).__name__}.", NEEDS[Kind.ENGINE])
            result = record_of(case, unexercised(cause, Verdict.ENGINE), None, self.redactor, 0)
            return ExaminedCase(result, lambda: text)
        return ExaminedCase(result, lambda: proof(result, case, self.catalog, self._rerun(case.id)))

    def show_waiting(self, show: Callable[[str], None]) -> None:
        """Call `show` with a line whenever the run waits for long. Lines quote the target, so secrets are hidden."""
        self.session.waiting.show = lambda line: show(visible(self.secrets.hidden(line)))

    def _new_secrets(self) -> Iterator[tuple[str, str]]:
        for world in self.session.worlds.taken():
            yield from ((name, value) for name, value in world.secrets() if value not in self._public)

    def _judged(self, case: Case) -> tuple[Trial | None, Judgement]:
        trial: Trial | None = None
        try:
            with self.session.switches.during({*case.states, case.instead}):
                cause = self.preflight.cause(self.catalog.methods[case.method])
                trial = self.preflight.trials.pop(case.id, None)
                if cause is None:
                    trial = trial or exercise(self.session, case)
                    judgement = judge(trial.shown, self.profile.readings)
                    if in_doubt(trial.shown, judgement):
                        return confirmed(self.session, self.session.delivered(case), trial)
                    return trial, judgement
        except Unreachable as error:
            cause = error.cause
        trial = trial or self.session.throttled_trial(case)
        if trial is None:
            return None, unexercised(cause)
        return trial, _with_cause(judge(trial.shown, self.profile.readings), cause, trial)


def _with_cause(judgement: Judgement, cause: Cause, trial: Trial) -> Judgement:
    """Return the judgement for a case of a method that cannot be tested for this cause.

    The cause of the whole method wins: if every request gets the same answer, the answer to a base proves nothing. An
    unusable answer is a fault by itself and keeps its judgement.
    """
    if judgement.cause is None and (trial.shown.case.edit is not None or not trial.shown.edited.usable):
        return judgement
    return replace(judgement, verdict=Verdict.INCONCLUSIVE, findings=(), seen=False, reading=None, cause=cause)


def require_verdict(evidence: ExaminedCase) -> ExaminedCase:
    """Return the evidence. Raises `NotExercised` if it is INCONCLUSIVE, `EngineError` if the suite failed."""
    match evidence.result.verdict:
        case Verdict.INCONCLUSIVE:
            raise NotExercised(evidence.proof)
        case Verdict.ENGINE:
            raise EngineError(evidence.proof)
        case _:
            return evidence
