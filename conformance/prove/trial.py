"""One deviation's trial: a sandbox that has it, and every case of its method against that."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.judge.model import Cause, Judgement, Verdict
from conformance.prove.local import LocalControl
from conformance.prove.weigh import weigh
from conformance.run.evidence import Examiner
from conformance.run.record import unexercised
from conformance.sandbox import Sandbox
from conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalog.model import Case, Catalog
    from conformance.prove.model import Outcome
    from conformance.prove.weigh import Judged
    from conformance.sandbox.deviations.fault import Fault

LIMIT_S = 30.0


def attempt(fault: Fault, catalog: Catalog) -> Outcome:
    """Return what the suite makes of a target with this fault.

    Only the cases of its method are sent, since a fault sees no request to another one.
    """
    begun = time.perf_counter()
    with Sandbox(catalog, control=False, deviation=fault) as sandbox:
        judged, requests = examined(catalog.methods[fault.method].cases, catalog, sandbox)
    rules = {rule.id: rule for rule in catalog.methods[fault.method].rules}
    harness = [f"{type(failure).__name__}: {failure}" for failure in sandbox.failures]
    outcome = weigh(fault, judged, rules, took_effect=sandbox.took_effect, harness=harness)
    return replace(outcome, requests=requests, seconds=time.perf_counter() - begun)


def examined(cases: Sequence[Case], catalog: Catalog, sandbox: Sandbox) -> tuple[list[Judged], int]:
    """Return what every case came to, and how many requests that took."""
    profile = replace(profile_of_url(sandbox.url, "sandbox"), limit_s=LIMIT_S, wait_s=0.0)
    examiner = Judging(catalog, profile)
    session = examiner.session
    session.control = session.worlds.control = LocalControl(sandbox, catalog, session.control_sender)
    try:
        judged = [(case, examiner.judged(case)) for case in cases]
        withdrawn = session.broken_bases()
        requests = session.sender.count
    finally:
        session.close()
    return [(case, _withdrawn(said, withdrawn.get(case.id))) for case, said in judged], requests


class Judging(Examiner):
    """Examines without recording: nothing here is secret, and redaction would cost a fifth of the time."""

    def judged(self, case: Case) -> Judgement:
        """Return what the case came to; a fault of the suite is a verdict too."""
        try:
            return self._judged(case)[1]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is ours, and must not count as a kill
            text = f"The suite itself failed: {type(error).__name__}: {error}"
            return unexercised(Cause("engine", text, "A fix of the suite."), Verdict.ENGINE)


def _withdrawn(said: Judgement, cause: Cause | None) -> Judgement:
    return said if cause is None else unexercised(cause)
