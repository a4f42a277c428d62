"""What the `evidence` fixture returns: one case, exercised and judged. The test only calls `conforms()`."""

from __future__ import annotations

import json
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.baseline.entries import Baseline
from conformance.engine.engine import failed
from conformance.judge.model import Verdict
from conformance.run.failure_text import proof, visible
from conformance.run.outcome import EngineError, NotExercised, Violation
from conformance.run.record import checked, record_of, rewritten
from conformance.secrecy.of_profile import public_text, public_texts, secrets_of_profile
from conformance.secrecy.secrets import Secrets
from conformance.wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalog.model import Case
    from conformance.engine import Engine, JudgedCase

NONE_KNOWN = Baseline()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The result of one case; `record` is its line in the results file."""

    record: dict[str, Any]
    make_proof: Callable[[], str]

    @property
    def proof(self) -> str:
        """The rule, the requests, the answers and the verdict as text for a terminal, redacted."""
        return self.make_proof()

    def conforms(self) -> None:
        """Raise `Violation` with the proof if the verdict is FAIL."""
        if self.record["verdict"] == Verdict.FAIL:
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
    ) -> None:
        """Prepare to record what this engine returns.

        `rerun` returns the command that runs the case with a given id again. Unless `keep_all`, exchanges of passing
        cases are not recorded. Deviations that the `baseline` accepts become KNOWN.
        """
        self._baseline = baseline
        self.engine, self._rerun, self._keep_all = engine, rerun, keep_all
        profile = engine.profile
        said = public_text(profile)
        self.redactor = Redactor(secrets_of_profile(profile), said)
        self.secrets = Secrets(secrets_of_profile(profile), self._new_secrets, said)
        self._public = public_texts(profile)
        engine.session.switches.hidden = lambda text: self.secrets.hidden(self.redactor.by_value(text))

    def examine(self, case: Case) -> Evidence:
        """Exercise, judge and record the case. A failure of the suite itself gets the verdict ENGINE."""
        begun = time.perf_counter()
        result = self.engine.run(case)
        try:
            record = self._recorded(result, (time.perf_counter() - begun) * 1000)
        except Exception as error:  # noqa: BLE001 - any exception here is a fault of the suite, not of the target
            text = self.secrets.hidden_in_prose("".join(traceback.format_exception(error)))
            record = record_of(case, failed(case, error).judgement, None, self.redactor, 0)
            return Evidence(record, lambda: text)
        return Evidence(record, lambda: proof(record, result.case, self.engine.catalog, self._rerun(case.id)))

    def show_waiting(self, show: Callable[[str], None]) -> None:
        """Call `show` with a line whenever the run waits for long. Lines quote the target, so secrets are hidden."""
        self.engine.session.waiting.show = lambda line: show(visible(self.secrets.hidden(line)))

    def _recorded(self, result: JudgedCase, ms: float) -> dict[str, Any]:
        if result.error is not None:
            raise result.error
        whole = self._keep_all or result.judgement.verdict is not Verdict.PASS
        record = record_of(result.case, result.judgement, result.trial, self.redactor, ms, whole=whole)
        if self.secrets.in_text(json.dumps(record).encode()):
            record = rewritten(record, self.secrets.hidden)
        return checked(self._baseline.judged(record), result.case)

    def _new_secrets(self) -> Iterator[tuple[str, str]]:
        for world in self.engine.session.worlds.taken():
            yield from ((name, value) for name, value in world.secrets() if value not in self._public)


def require_verdict(evidence: Evidence) -> Evidence:
    """Return the evidence. Raises `NotExercised` if it is INCONCLUSIVE, `EngineError` if the suite failed."""
    match evidence.record["verdict"]:
        case Verdict.INCONCLUSIVE:
            raise NotExercised(evidence.proof)
        case Verdict.ENGINE:
            raise EngineError(evidence.proof)
        case _:
            return evidence
