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
from functools import cache
from typing import TYPE_CHECKING

from ...catalog.edits.orders import AtOnce
from ...catalog.load import load_catalog
from ...engine import Engine
from ...judge.model import unexercised
from ...results.model import Cause
from ...results.terms import Kind, Verdict
from ...results.words import NEEDS
from ...sandbox import Sandbox
from ...sandbox.variant import PREFERRED
from ...target.control import ControlClient
from ...target.profile import profile_of_url
from ..deviations import all_deviations
from ..deviations.kinds import SpendsLate
from .local import LocalCaller
from .seeding import seeded_profile, seeds_of
from .touched import KINDS, touched
from .weigh import weigh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...catalog.model import Case, Catalog
    from ...engine import JudgedCase
    from ...judge.model import Judgement
    from ...target.profile import Profile
    from ..deviations.kinds import DeliberateFault
    from .model import TrialOutcome
    from .weigh import Judged

LIMIT_S = 30.0

_PLENTY = 1_000_000
UNTHROTTLED = PREFERRED.changed(
    requests_a_minute={"apps.permissions.request": _PLENTY, "oauth.access": _PLENTY},
)
"""A sandbox whose one healthy world accepts all requests of a run at once; small buckets stay small."""


def attempt(fault: DeliberateFault, catalog: Catalog, *, by_profile: bool = False) -> TrialOutcome:
    """Return the outcome of running the suite against a sandbox with this fault.

    Only the cases of its method are run, since a fault does not affect other methods, and of these only the ones that
    it can touch, where that is known. Those that send dozens of requests at once are run only for faults that need
    requests at once to show, and copies of cases for none.
    """
    begun = time.perf_counter()
    cases = _touched(fault.method).get(fault.name) if catalog is load_catalog() and not by_profile else None
    if cases is None:
        usual = [case for case in catalog.methods[fault.method].cases if not case.is_copy]
        cases = [case for case in usual if isinstance(fault, SpendsLate) or not isinstance(case.edit, AtOnce)]
    with Sandbox(catalog, control=False, deviation=fault, variant=UNTHROTTLED if by_profile else None) as sandbox:
        judged, requests = examined(cases, catalog, sandbox, by_profile=by_profile)
    rules = {rule.id: rule for rule in catalog.methods[fault.method].rules}
    harness = [f"{type(failure).__name__}: {failure}" for failure in sandbox.failures]
    outcome = weigh(fault, judged, rules, took_effect=sandbox.took_effect, harness=harness)
    return replace(outcome, requests=requests, seconds=time.perf_counter() - begun)


@cache
def _touched(method: str) -> dict[str, list[Case]]:
    """Return the cases that each fault of the method can touch; once for each process."""
    catalog = load_catalog()
    faults = {
        name: fault
        for name, fault in all_deviations(catalog).items()
        if fault.method == method and isinstance(fault, KINDS)
    }
    cases = [case for case in catalog.methods[method].cases if not (case.is_copy or isinstance(case.edit, AtOnce))]
    return touched(catalog, catalog.methods[method], cases, faults)


def examined(
    cases: Sequence[Case], catalog: Catalog, sandbox: Sandbox, *, by_profile: bool = False
) -> tuple[list[Judged], int]:
    """Return the judgement of every case, and the number of requests to the target."""
    profile = profile_of_url(sandbox.url, "sandbox")
    if by_profile:
        profile = seeded_profile(sandbox.url, seeds_of(sandbox, catalog), catalog)
    profile = replace(profile, limit_s=LIMIT_S, wait_s=0.0)
    control = None if by_profile else ControlClient(LocalCaller(sandbox, catalog))
    return judged_all(cases, catalog, profile, control)


def judged_all(
    cases: Sequence[Case], catalog: Catalog, profile: Profile, control: ControlClient | None = None
) -> tuple[list[Judged], int]:
    """Return the final judgement of each of these cases, and the number of requests to the target."""
    with Engine(catalog, profile, control=control) as engine:
        results = list(engine.results(cases))
        withdrawn = engine.withdrawn()
    judged = [(case, _final(result, withdrawn)) for case, result in zip(cases, results, strict=True)]
    return judged, engine.session.requests.target


def _final(result: JudgedCase, withdrawn: Mapping[str, Cause]) -> Judgement:
    """Return the judgement at the end of a run. Unlike that of a record, the text of a failure may be complete."""
    cause = withdrawn.get(result.case.id)
    if result.error is not None:
        cause = Cause(Kind.ENGINE, f"The suite itself failed: {result.error!r}", NEEDS[Kind.ENGINE])
        return unexercised(cause, Verdict.ENGINE)
    return result.judgement if cause is None else unexercised(cause)
