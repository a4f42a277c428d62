"""One deviation's trial: a sandbox that has it, and every case of its method against that."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.judge.model import Verdict
from conformance.prove.local import LocalControl
from conformance.prove.weigh import weigh
from conformance.run.evidence import Examiner
from conformance.sandbox import Sandbox
from conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalog.model import Case, Catalog
    from conformance.prove.model import Outcome
    from conformance.sandbox.deviations.fault import Fault

LIMIT_S = 5.0


def attempt(fault: Fault, catalog: Catalog) -> Outcome:
    """Return what the suite makes of a target with this fault.

    Only the cases of its method are sent, since a fault sees no request to another one.
    """
    begun = time.perf_counter()
    with Sandbox(catalog, control=False, deviation=fault) as sandbox:
        records, requests = examined(catalog.methods[fault.method].cases, catalog, sandbox)
    rules = {rule.id: rule for rule in catalog.methods[fault.method].rules}
    harness = [f"{type(failure).__name__}: {failure}" for failure in sandbox.failures]
    outcome = weigh(fault, records, rules, took_effect=sandbox.took_effect, harness=harness)
    return replace(outcome, requests=requests, seconds=time.perf_counter() - begun)


def examined(cases: Sequence[Case], catalog: Catalog, sandbox: Sandbox) -> tuple[list[dict[str, Any]], int]:
    """Return the record of every case, and how many requests that took."""
    profile = replace(profile_of_url(sandbox.url, "sandbox"), limit_s=LIMIT_S, wait_s=0.0)
    examiner = Examiner(catalog, profile, "", keep_all=False)
    session = examiner.session
    session.control = session.worlds.control = LocalControl(sandbox, catalog, session.control_sender)
    try:
        records = [examiner.examine(case).record for case in cases]
        withdrawn = session.broken_bases()
        requests = session.sender.count
    finally:
        session.close()
    for record in records:
        cause = withdrawn.get(record["id"])
        if cause is not None:
            record |= {"verdict": Verdict.INCONCLUSIVE, "cause": {"kind": cause.kind, "text": cause.text}}
    return records, requests
