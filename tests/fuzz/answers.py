"""The strict parser and the judge under answers that no server gives: no exception, no delay, and no PASS.

The cases run once against the sandbox. Then each example takes the evidence of one case, mutates the answer to its
edited request, and has that read and judged in place of the sandbox's. A share of the examples goes the whole way: an
engine with a sender that mutates each answer to an edited request, so that whatever the engine does next is tried too.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

from slack_conformance.catalog.edits.orders import AtOnce
from slack_conformance.catalog.load import load_catalog
from slack_conformance.catalog.model import GATEWAY, OK
from slack_conformance.engine import Engine
from slack_conformance.judge.judge import judge
from slack_conformance.lab.prove.local import LocalCaller
from slack_conformance.results.terms import Verdict
from slack_conformance.sandbox import Sandbox
from slack_conformance.target.control import ControlClient
from slack_conformance.target.profile import profile_of_url
from slack_conformance.wire.answer import BODY_CAP, CODE_CAP, HEADER_CAP, TIME_IS_UP, read_answer
from slack_conformance.wire.sender import Sender
from tests.fuzz import answer_drafts
from tests.fuzz.answer_drafts import AnswerDraft
from tests.fuzz.mutation import Problem, mutated
from tests.fuzz.reader import WellFormed, simply_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_conformance.catalog.model import Case
    from slack_conformance.engine.composing import Composed
    from slack_conformance.judge.model import Judgement, Shown
    from slack_conformance.target.profile import Profile
    from slack_conformance.wire.sender import Exchange

LIMIT_S = 5.0
"""The most CPU time, in seconds, that reading and judging one answer may take; usual is a thousandth."""
MOST_BYTES = BODY_CAP + HEADER_CAP
"""No sender reads more of an answer."""
WHOLE_WAY = 20
"""One in so many examples goes through a whole engine."""
MOST_PROBLEMS = 20
_CATALOG = load_catalog()


@dataclass
class Report:
    """What came of the answers."""

    judged: int = 0
    through_engine: int = 0
    readings: Counter[str] = field(default_factory=Counter)
    """How often the simple reader found an answer well-formed, not well-formed, or was in doubt."""
    usable: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    problems: list[Problem] = field(default_factory=list)

    def line(self) -> str:
        """Return the report in one line."""
        verdicts = ", ".join(f"{verdict} {count} times" for verdict, count in sorted(self.verdicts.items()))
        readings = ", ".join(f"{name} {count}" for name, count in sorted(self.readings.items()))
        return (
            f"{self.judged} mutated answers, {self.through_engine} of them through an engine: well-formed: {readings};"
            f" {self.usable} usable; {verdicts}; the slowest took {self.slowest_s:.2f} s;"
            f" {len(self.problems)} problems"
        )


@dataclass(frozen=True)
class Material:
    """The evidence of one case: what the judge saw, and the bytes of the answer that decided."""

    shown: Shown
    received: bytes
    verb: str


class Still:
    """A clock that only sleeping moves."""

    now = 0.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let this many seconds pass at once."""
        self.now += seconds


def fuzzed(seed: int, answers: int, first: int = 0, cases: int | None = None) -> Report:
    """Mutate so many answers, from number `first` on, to so many cases (all of them by default)."""
    report = Report()
    chosen = [case for case in _CATALOG.cases if not isinstance(case.edit, AtOnce)]
    chosen = Random(f"{seed}/cases").sample(chosen, min(cases or len(chosen), len(chosen)))  # noqa: S311 - no secret
    with Sandbox(_CATALOG) as sandbox:
        profile = replace(profile_of_url(sandbox.url, "sandbox"), limit_s=30.0, wait_s=0.0)
        materials = material(sandbox, profile, chosen)
        for number in range(first, first + answers):
            if number % WHOLE_WAY == WHOLE_WAY - 1:
                _whole_way(report, sandbox, profile, chosen, seed, number)
            else:
                random = Random(f"{seed}/answer/{number}")  # noqa: S311 - no secret
                _judged(report, random.choice(materials), random, seed, number)
    return report


def material(sandbox: Sandbox, profile: Profile, cases: Sequence[Case]) -> list[Material]:
    """Run the cases and return the evidence of each."""
    found = []
    with Engine(_CATALOG, profile, control=ControlClient(LocalCaller(sandbox, _CATALOG)), clock=Still()) as engine:
        for result in engine.results(cases):
            assert result.judgement.verdict is Verdict.PASS, result
            assert result.trial is not None
            shown = result.trial.shown
            step = next(one for one in reversed(result.trial.sent) if one.answer is shown.edited)
            found.append(Material(shown, step.exchange.received, step.composed.verb))
    return found


def mutated_answer(received: bytes, random: Random) -> bytes:
    """Return an answer of the sandbox after some mutations; one in twenty is as it was."""
    draft = AnswerDraft.of(received)
    if draft is not None:
        for _ in range(random.choice((0, 1, 1, 2))):
            answer_drafts.changed(draft, random)
        received = draft.written()
    return mutated(received, random, random.choice((0, 0, 0, 1, 1, 3)))


def _judged(report: Report, one: Material, random: Random, seed: int, number: int) -> None:
    """Read and judge one mutated answer, and check both against the simple reader."""
    received = mutated_answer(one.received, random)
    interrupted = TIME_IS_UP if random.random() < 0.05 else ""
    if len(received) > MOST_BYTES:  # as a sender does
        received, interrupted = received[:MOST_BYTES], "the answer is too long"
    shown, judgement, took_s, what = one.shown, None, 0.0, ""
    begun = time.thread_time()
    try:
        answer = read_answer(received, one.verb, interrupted)
        shown = replace(one.shown, edited=answer, recheck=None if answer.usable else one.shown.base)
        judgement = judge(shown)
    except Exception as error:  # noqa: BLE001 - what no answer may lead to
        what = f"{type(error).__name__}: {error}"
    took_s = time.thread_time() - begun
    report.judged += 1
    report.slowest_s = max(report.slowest_s, took_s)
    if judgement is not None:
        report.verdicts[str(judgement.verdict)] += 1
        report.usable += shown.edited.usable
        reading, document = simply_read(received, one.verb)
        if interrupted:
            reading = WellFormed.DOUBT
        report.readings[reading.value] += 1
        what = wrong(shown, judgement, reading, document)
    if took_s > LIMIT_S:
        what = f"took {took_s:.1f} s"
    if what and len(report.problems) < MOST_PROBLEMS:
        report.problems.append(Problem(f"{one.shown.case.id}: {what}", seed, number, received))


def wrong(shown: Shown, judgement: Judgement, reading: WellFormed, document: dict[str, object]) -> str:
    """Return what is wrong with how an answer was read or judged; empty if nothing is."""
    answer, case, passed = shown.edited, shown.case, judgement.verdict is Verdict.PASS
    if judgement.verdict is Verdict.ENGINE:
        return "the engine failed"
    if reading is WellFormed.NO:
        if answer.usable:
            return "usable, though not well-formed"
        # A gateway may answer in the method's place, where a row of the ledger says so.
        if passed and f"{GATEWAY}{answer.status}" not in case.readings:
            return "PASS, though not well-formed"
    if reading is WellFormed.YES and answer.usable:
        if answer.document != document:
            return "another document was read"
        outcome = OK if document["ok"] else str(document["error"])
        refused = shown.base is not None and shown.base.outcome != OK
        if passed and not refused and len(outcome) <= CODE_CAP and outcome not in case.accept:
            return f"PASS for {outcome!r}, which is not accepted"
    return ""


class Mutating(Sender):
    """Sends to the sandbox, and mutates the answers to edited requests."""

    def __init__(self, random: Random) -> None:
        """Draw the mutations from this generator."""
        super().__init__()
        self._random = random
        self.mutated: dict[int, tuple[bytes, str]] = {}
        """The bytes and the verb of each mutated answer, by the identity of the parsed one."""
        self._kept: list[Exchange] = []

    def send(self, request: Composed) -> Exchange:  # type: ignore[override]  # the engine sends nothing else
        """Send one request; only edited ones say what they accept."""
        exchange = super().send(request)
        if not request.accept:
            return exchange
        received = mutated_answer(exchange.received, self._random)[:MOST_BYTES]
        exchange = replace(exchange, received=received, answer=read_answer(received, request.verb))
        self._kept.append(exchange)
        self.mutated[id(exchange.answer)] = received, request.verb
        return exchange


def _whole_way(  # noqa: PLR0917 - what an example consists of
    report: Report, sandbox: Sandbox, profile: Profile, cases: Sequence[Case], seed: int, number: int
) -> None:
    """Run one case in an engine of its own, of which each edited request gets a mutated answer."""
    random = Random(f"{seed}/engine/{number}")  # noqa: S311 - no secret
    case, sender = random.choice(cases), Mutating(random)
    control = ControlClient(LocalCaller(sandbox, _CATALOG))
    begun = time.thread_time()
    with Engine(
        _CATALOG, profile, sender=sender, control=control, clock=Still(), seed=number, explore=random.random() < 0.2
    ) as engine:
        result = engine.run(case)
    took_s = time.thread_time() - begun
    report.judged += 1
    report.through_engine += 1
    report.verdicts[str(result.judgement.verdict)] += 1
    what, received = "", b""
    if result.trial is not None and id(result.trial.shown.edited) in sender.mutated:
        received, verb = sender.mutated[id(result.trial.shown.edited)]
        what = wrong(result.trial.shown, result.judgement, *simply_read(received, verb))
    if result.error is not None:
        what = f"{type(result.error).__name__}: {result.error}"
        received = b"\n\n".join(each for each, _ in sender.mutated.values())
    if took_s > LIMIT_S * max(1, len(sender.mutated)):
        what = f"took {took_s:.1f} s"
    if what and len(report.problems) < MOST_PROBLEMS:
        report.problems.append(Problem(f"{case.id}, through an engine: {what}", seed, number, received))
