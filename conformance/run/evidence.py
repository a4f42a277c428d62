"""What the `evidence` fixture returns: one case, exercised and judged. The test only calls `conforms()`."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..baseline.entries import Baseline
from ..catalog.alterations import ALTERATIONS
from ..engine.engine import failed
from ..results.io import to_text
from ..results.terms import Verdict
from ..secrecy.of_profile import public_text, public_texts, secrets_of_profile
from ..secrecy.secrets import Secrets
from ..wire.redact import Redactor
from .failure_text import proof, visible
from .outcome import EngineError, NotExercised, Violation
from .record import checked, record_of, rewritten, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..catalog.editions import Edition
    from ..catalog.model import Case
    from ..engine import Engine, JudgedCase
    from ..results.model import CaseResult

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
    """Has the engine run cases one after the other, and records the results. There is one per process."""

    def __init__(
        self,
        engine: Engine,
        rerun: Callable[[str], str] = str,
        *,
        keep_all: bool = True,
        baseline: Baseline = NONE_KNOWN,
        edition: Edition | None = None,
    ) -> None:
        """Prepare to record what this engine returns.

        `rerun` returns the command that runs the case with a given id again. Unless `keep_all`, exchanges of passing
        cases are not recorded. Deviations that the `baseline` accepts become KNOWN, cases that are newer than the
        `edition` NEW.
        """
        self._baseline, self._edition = baseline, edition
        self.engine, self._rerun, self._keep_all = engine, rerun, keep_all
        profile = engine.profile
        said = public_text(profile)
        self.redactor = Redactor(secrets_of_profile(profile), said)
        self.secrets = Secrets(secrets_of_profile(profile), self._new_secrets, said)
        self._public = public_texts(profile)
        engine.session.switches.hidden = lambda text: self.secrets.hidden(self.redactor.by_value(text))

    def examine(self, case: Case) -> ExaminedCase:
        """Exercise, judge and record the case. A failure of the suite itself gets the verdict ENGINE."""
        begun = time.perf_counter()
        judged = self.engine.run(case)
        try:
            result = self._recorded(judged, (time.perf_counter() - begun) * 1000)
        except Exception as error:  # noqa: BLE001 - any exception here is a fault of the suite, not of the target
            text = self.secrets.hidden_in_prose("".join(traceback.format_exception(error)))
            result = record_of(case, failed(case, error).judgement, None, self.redactor, 0)
            return ExaminedCase(result, lambda: text)
        return ExaminedCase(result, lambda: proof(result, judged.case, self.engine.catalog, self._rerun(case.id)))

    def show_waiting(self, show: Callable[[str], None]) -> None:
        """Call `show` with a line whenever the run waits for long. Lines quote the target, so secrets are hidden."""
        self.engine.session.waiting.show = lambda line: show(visible(self.secrets.hidden(line)))

    def _recorded(self, judged: JudgedCase, ms: float) -> CaseResult:
        if judged.error is not None:
            raise judged.error
        whole = self._keep_all or judged.judgement.verdict is not Verdict.PASS
        result = record_of(judged.case, judged.judgement, judged.trial, self.redactor, ms, whole=whole)
        if self.secrets.in_text(to_text(result).encode()):
            result = rewritten(result, self.secrets.hidden)
        result = self._baseline.judged(shortened(result))
        return checked(result.newer() if self.is_newer(result.id) else result, judged.case)

    def is_newer(self, case: str) -> bool:
        """Whether the case with this id is newer than the edition, so that it gates nothing."""
        return self._edition is not None and case not in self._edition.cases

    def _new_secrets(self) -> Iterator[tuple[str, str]]:
        for world in self.engine.session.worlds.taken():
            secrets = dict.fromkeys(world.secrets())
            # Half a value, which cases send, may also begin other values of the target; it gives nothing away.
            harmless = self._public | {ALTERATIONS["first-half"][1](value) for _, value in secrets}
            yield from ((name, value) for name, value in secrets if value not in harmless)


def require_verdict(evidence: ExaminedCase) -> ExaminedCase:
    """Return the evidence. Raises `NotExercised` if it is INCONCLUSIVE, `EngineError` if the suite failed."""
    match evidence.result.verdict:
        case Verdict.INCONCLUSIVE:
            raise NotExercised(evidence.proof)
        case Verdict.ENGINE:
            raise EngineError(evidence.proof)
        case _:
            return evidence
