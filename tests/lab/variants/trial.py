"""One conforming target's trial: every case against it, and whatever the suite says that it should not have said."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.lab.prove.local import LocalCaller
from slack_conformance.lab.variants.registry import all_variants, combined
from slack_conformance.results.terms import Verdict
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox import Sandbox
from slack_conformance.sandbox.variant import PREFERRED
from slack_conformance.summary.tally import Tally
from slack_conformance.target.control import ControlClient
from slack_conformance.target.profile import profile_of_url
from tests.results.build import cause_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_conformance.catalog.model import Case
    from slack_conformance.results.model import CaseResult
    from slack_conformance.sandbox.variant import Variant

CATALOG = load_catalog()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the suite made of one variant."""

    name: str
    cases: int
    requests: int
    seconds: float
    accusations: tuple[str, ...]
    drawn: frozenset[str]
    """Ids of the rules on which a WARN fell."""


def as_it_is(seed: int) -> Outcome:
    """Try the sandbox as it is, with requests that are drawn from this seed."""
    return tried(PREFERRED, seed)


def alone(name: str, seed: int = 0) -> Outcome:
    """Try the variant of this name, with requests that are drawn from this seed."""
    return tried(all_variants(CATALOG)[name], seed)


def seeded(seed: int) -> Outcome:
    """Try the combination of this seed, with requests that are drawn from it too."""
    return tried(combined(seed, CATALOG), seed)


def tried(variant: Variant, seed: int = 0, cases: Sequence[Case] = CATALOG.cases) -> Outcome:
    """Examine these cases, with what they draw from the seed, against a sandbox that is this variant."""
    begun = time.perf_counter()
    tally, drawn = Tally(CATALOG, tuple(CATALOG.methods)), set()
    accusations: list[str] = []
    with Sandbox(CATALOG, control=False, variant=variant) as sandbox:
        control = ControlClient(LocalCaller(sandbox, CATALOG))
        profile = profile_of_url(sandbox.url, variant.name)
        examiner = Examiner(Engine(CATALOG, profile, control=control, seed=seed), keep_all=False)
        try:
            for case in cases:
                record = examiner.examine(case).result
                tally.add(record)
                drawn |= {finding.rule for finding in record.findings}
                if not _is_innocent(record, variant):
                    accusations.append(_told(record))
            accusations += [f"{case}: {cause.text}" for case, cause in examiner.engine.withdrawn().items()]
            requests = examiner.engine.session.sender.count
        finally:
            examiner.engine.close()
        accusations += [f"the sandbox failed: {failure!r}" for failure in sandbox.failures]
    accusations += tally.notes()
    seconds = time.perf_counter() - begun
    if seed:
        accusations = [f"{accusation} (seed {seed})" for accusation in accusations]
    return Outcome(variant.name, len(cases), requests, seconds, tuple(accusations), frozenset(drawn))


def _is_innocent(record: CaseResult, variant: Variant) -> bool:
    """Whether a verdict is one that the variant may draw: a WARN only where it declares one."""
    match record.verdict:
        case Verdict.PASS:
            return True
        case Verdict.WARN:
            return {finding.rule for finding in record.findings} <= variant.warns
        case _:
            return False


def _told(record: CaseResult) -> str:
    said = "; ".join(f"{finding.rule} {finding.code}" for finding in record.findings)
    why = said or (cause_of(record).text if record.cause else "")
    return f"{record.verdict} {record.id}: expected {record.expected}, got {record.got} ({why})"
