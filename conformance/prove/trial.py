"""One deviation's trial: a sandbox that has it, and every case of its method against that.

The suite reaches the sandbox in one of two ways. By its control API every state can be had, so that this way every
deviation must be named. By a profile it has nothing but values that the sandbox handed out beforehand, as with any
target of somebody else's; what such values can reach must be named as well (`by_profile`).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.judge.model import Cause, Judgement, Verdict
from conformance.prove.local import LocalControl
from conformance.prove.seeding import seeded_profile, seeds_of
from conformance.prove.weigh import weigh
from conformance.run.evidence import Examiner
from conformance.run.record import unexercised
from conformance.sandbox import Sandbox
from conformance.sandbox.variant import PREFERRED
from conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalog.model import Case, Catalog
    from conformance.prove.model import Outcome
    from conformance.prove.weigh import Judged
    from conformance.sandbox.deviations.fault import Fault

LIMIT_S = 30.0

_PLENTY = 1_000_000
UNTHROTTLED = PREFERRED.changed(
    requests_a_minute={"apps.permissions.request": _PLENTY, "oauth.access": _PLENTY},
)
"""A sandbox whose one healthy world takes all requests of a run at once; a bucket that is small stays small."""


def attempt(fault: Fault, catalog: Catalog, *, by_profile: bool = False) -> Outcome:
    """Return what the suite makes of a target with this fault.

    Only the cases of its method are sent, since a fault sees no request to another one.
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
    """Return the judgement of every case, and how many requests were sent to the target."""
    profile = profile_of_url(sandbox.url, "sandbox")
    if by_profile:
        profile = seeded_profile(sandbox.url, seeds_of(sandbox, catalog), catalog)
    examiner = Judging(catalog, replace(profile, limit_s=LIMIT_S, wait_s=0.0))
    session = examiner.session
    if not by_profile:
        session.control = session.worlds.control = LocalControl(sandbox, catalog, session.control_sender)
    return examiner.judged_all(cases)


class Judging(Examiner):
    """Examines without recording: nothing here is secret, and redaction would cost a fifth of the time."""

    def judged_all(self, cases: Sequence[Case]) -> tuple[list[Judged], int]:
        """Return the judgement of each of these cases at the end of a run, and how many requests it took."""
        try:
            judged = [(case, self.judged(case)) for case in cases]
            withdrawn = self.session.broken_bases()
        finally:
            self.session.close()
        return [(case, _withdrawn(said, withdrawn.get(case.id))) for case, said in judged], self.session.sender.count

    def judged(self, case: Case) -> Judgement:
        """Return what the case came to; a fault of the suite is a verdict too."""
        try:
            return self._judged(case)[1]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is ours, and must not count as a kill
            text = f"The suite itself failed: {type(error).__name__}: {error}"
            return unexercised(Cause("engine", text, "A fix of the suite."), Verdict.ENGINE)


def _withdrawn(said: Judgement, cause: Cause | None) -> Judgement:
    return said if cause is None else unexercised(cause)
