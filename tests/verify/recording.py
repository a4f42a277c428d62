"""Records the cases of a run in one process, without pytest: a results file in a second or two."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from slack_conformance.baseline.entries import Baseline
from slack_conformance.engine import Engine
from slack_conformance.lab.prove.local import LocalCaller
from slack_conformance.lab.prove.seeding import seeded_profile, seeds_of
from slack_conformance.lab.prove.trial import UNTHROTTLED
from slack_conformance.results.io import ResultsWriter
from slack_conformance.results.model import Target
from slack_conformance.results.terms import TargetKind
from slack_conformance.run.account import Account, header
from slack_conformance.run.evidence import Examiner
from slack_conformance.run.process_report import Totals, taken_by
from slack_conformance.sandbox import Sandbox
from slack_conformance.target.control import ControlClient
from slack_conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from slack_conformance.catalog.model import Case, Catalog
    from slack_conformance.results.model import Footer
    from slack_conformance.sandbox.deviation import Deviation

SEED = 5


def chosen(catalog: Catalog, words: Sequence[str], more: int = 0) -> list[Case]:
    """Return the cases whose ids have one of these words, and some others; bases among them."""
    named = [case for case in catalog.cases if any(word in case.id for word in words)]
    others = Random(SEED).sample(catalog.cases, more)  # noqa: S311 - not a secret
    return list({case.id: case for case in (*named, *others)}.values())


def record(
    path: Path, catalog: Catalog, cases: Sequence[Case], deviation: Deviation, *, by_profile: bool = False
) -> Footer:
    """Run the cases against a sandbox with this deviation, write the results file, and return its footer."""
    with Sandbox(catalog, control=False, deviation=deviation, variant=UNTHROTTLED) as sandbox:
        profile, control = profile_of_url(sandbox.url, "odd"), None
        if by_profile:
            profile = seeded_profile(sandbox.url, seeds_of(sandbox, catalog), catalog)
        else:
            control = ControlClient(LocalCaller(sandbox, catalog))
        profile = replace(profile, limit_s=5.0, wait_s=1.0)
        methods = tuple(catalog.methods)
        account = Account(catalog, methods, profile.name, Baseline())
        target = Target(profile.name, profile.url, TargetKind(profile.kind))
        opening = header(catalog, target, None, methods, SEED, readings={}, selected=[case.id for case in cases])
        with Engine(catalog, profile, control=control, seed=SEED, explore=True) as engine:
            examiner, writer = Examiner(engine), ResultsWriter(path, opening)
            for case in cases:
                result = examiner.examine(case).result
                account.add(result)
                writer.write(result)
            account.settle([Totals(engine.session.requests, engine.withdrawn(), taken_by(profile))])
            footer = account.footer(account.exit_code(0), 1.0, None)
            writer.write_footer(footer)
            writer.close()
    return footer
