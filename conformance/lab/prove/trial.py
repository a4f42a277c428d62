"""The trial of one deviation: run every case of its method against a sandbox that has it.

A conformance suite that passes everything proves nothing, so its cases are tested like code under mutation testing: the
sandbox is given one deliberate fault at a time, and a case of the broken rule must find it, at the level of that rule.
Other cases may fail too, but only as the fault declares.

The suite controls the sandbox in one of two ways. With the control API it can produce every state, so every deviation
must be found. With a profile it has only values that the sandbox handed out in advance, as for any third-party target;
deviations within reach of these values must be found as well (`by_profile`).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.judge.model import Cause, Judgement, Verdict, unexercised
from conformance.lab.prove.local import LocalControl
from conformance.lab.prove.seeding import seeded_profile, seeds_of
from conformance.lab.prove.weigh import weigh
from conformance.run.evidence import Examiner
from conformance.sandbox import Sandbox
from conformance.sandbox.variant import PREFERRED
from conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalog.model import Case, Catalog
    from conformance.lab.deviations.kinds import DeliberateFault
    from conformance.lab.prove.model import TrialOutcome
    from conformance.lab.prove.weigh import Judged

LIMIT_S = 30.0

_PLENTY = 1_000_000
UNTHROTTLED = PREFERRED.changed(
    requests_a_minute={"apps.permissions.request": _PLENTY, "oauth.access": _PLENTY},
)
"""A sandbox whose one healthy world accepts all requests of a run at once; small buckets stay small."""


def attempt(fault: DeliberateFault, catalog: Catalog, *, by_profile: bool = False) -> TrialOutcome:
    """Return the outcome of running the suite against a sandbox with this fault.

    Only the cases of its method are run, since a fault does not affect other methods.
    """
    begun = time.perf_counter()
    with Sandbox(catalog, control=False, deviation=fault, variant=UNTHROTTLED if by_profile else None) as sandbox:
        judged, requests = examined(catalog.methods[fault.method].cases, catalog, sandbox, by_profile=by_profile)
    rules = {rule.id: rule for rule in catalog.methods[fault.method].rules}
    harness = [f"{type(failure).__name__}: {failure}" for failure in sandbox.failures]
    outcome = weigh(fault, judged, rules, took_effect=sandbox.took_effect, harness=harness)
    return replace(outcome, requests=requests, seconds=time.perf_counter() - begun)


def examined(
    cases: Sequence[Case], catalog: Catalog, sandbox: Sandbox, *, by_profile: bool = False
) -> tuple[list[Judged], int]:
    """Return the judgement of every case, and the number of requests to the target."""
    profile = profile_of_url(sandbox.url, "sandbox")
    if by_profile:
        profile = seeded_profile(sandbox.url, seeds_of(sandbox, catalog), catalog)
    examiner = Judging(catalog, replace(profile, limit_s=LIMIT_S, wait_s=0.0))
    session = examiner.session
    if not by_profile:
        session.control = session.worlds.control = LocalControl(sandbox, catalog, session.control_sender)
    return examiner.judged_all(cases)


class Judging(Examiner):
    """Judges without recording: nothing here is secret, and redaction would take a fifth of the time."""

    def judged_all(self, cases: Sequence[Case]) -> tuple[list[Judged], int]:
        """Return the final judgement of each of these cases, and the number of requests."""
        try:
            judged = [(case, self.judged(case)) for case in cases]
            withdrawn = self.session.broken_bases()
        finally:
            self.session.close()
        return [(case, _withdrawn(said, withdrawn.get(case.id))) for case, said in judged], self.session.sender.count

    def judged(self, case: Case) -> Judgement:
        """Return the judgement of the case; an exception in the suite becomes the verdict ENGINE."""
        try:
            return self._judged(case)[1]
        except Exception as error:  # noqa: BLE001 - any exception is a bug in the suite and must not count as a kill
            text = f"The suite itself failed: {type(error).__name__}: {error}"
            return unexercised(Cause("engine", text, "A fix of the suite."), Verdict.ENGINE)


def _withdrawn(said: Judgement, cause: Cause | None) -> Judgement:
    return said if cause is None else unexercised(cause)
