"""One deviation's trial: a sandbox that has it, and every case of its method against that."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.judge.model import Verdict
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
    """Return what the suite makes of a target with this fault."""
    begun = time.perf_counter()
    with Sandbox(catalog, deviation=fault) as sandbox:
        records, requests = examined(catalog.methods[fault.method].cases, catalog, sandbox)
    harness = [f"{type(failure).__name__}: {failure}" for failure in sandbox.failures]
    rules = {rule.id: rule for rule in catalog.methods[fault.method].rules}
    outcome = weigh(fault, records, rules, took_effect=sandbox.took_effect, harness=harness)
    return replace(outcome, requests=requests, seconds=time.perf_counter() - begun)


def examined(cases: Sequence[Case], catalog: Catalog, sandbox: Sandbox) -> tuple[list[dict[str, Any]], int]:
    """Return the record of every case, and how many requests that took."""
    profile = profile_of_url(sandbox.url, "sandbox", sandbox.control)
    examiner = Examiner(catalog, replace(profile, limit_s=LIMIT_S, wait_s=0.0), "", keep_all=False)
    try:
        records = [examiner.examine(case).record for case in cases]
        withdrawn = examiner.session.broken_bases()
        requests = examiner.session.sender.count
    finally:
        examiner.session.close()
    for record in records:
        cause = withdrawn.get(record["id"])
        if cause is not None:
            record |= {"verdict": Verdict.INCONCLUSIVE, "cause": {"kind": cause.kind, "text": cause.text}}
    return records, requests
