"""The proof by profile: which faults the suite finds in a target that it can influence by values alone.

A third-party target has no control API. Its profile contains one healthy set of values, and sets of values for some of
the states. Here every deviation is tried in a sandbox with such a profile. A deviation that no case finds is not a gap
if none of the cases that find it with a control API can be run with values alone. It is then out of reach, and is
listed with the reason that a run gives for these cases.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from ...catalog.load import load_catalog
from ...results.terms import Kind, Verdict
from ...sandbox import Sandbox
from .model import TrialStanding
from .trial import UNTHROTTLED, attempt, examined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...catalog.model import Catalog
    from ...judge.model import Judgement
    from ..deviations.kinds import DeliberateFault
    from .model import TrialOutcome


IN_THE_JOURNAL = "not-presented"
"""The check that looks at what a world's journal says, and so never at a target without a control API."""


def sound_by_profile(catalog: Catalog) -> tuple[list[str], int]:
    """Return the complaints about a sandbox without faults (there should be none), and the number of requests."""
    judged, requests = _without_fault(catalog.sha256)
    accused = [
        f"By profile, {name} is {said.verdict} although the sandbox has no fault."
        for name, said in judged.items()
        if said.verdict not in {Verdict.PASS, Verdict.INCONCLUSIVE}
    ]
    return accused, requests


def attempt_by_profile(fault: DeliberateFault, catalog: Catalog) -> TrialOutcome:
    """Return the outcome of trying this fault with values alone."""
    outcome = attempt(fault, catalog, by_profile=True)
    if outcome.standing not in {TrialStanding.SURVIVED, TrialStanding.VOID}:
        return outcome
    judged, _ = _without_fault(catalog.sha256)
    kills = attempt(fault, catalog).kills
    journalled = {rule.id for rule in catalog.rules if rule.check == IN_THE_JOURNAL}
    if kills and all(symptom.rule in journalled for symptom in kills):
        return replace(outcome, standing=TrialStanding.OUT_OF_REACH, why="Only the journal of a control API shows it.")
    killers = dict.fromkeys(symptom.case for symptom in kills)
    doubted = _doubted(fault, catalog)
    reached = [case for case in killers if judged[case].verdict is Verdict.PASS and case not in doubted]
    if reached:
        return replace(
            outcome, standing=TrialStanding.SURVIVED, why=f"{reached[0]} can be tried by values and does not find it"
        )
    undoubted = {case: cause.text for case in killers if (cause := judged[case].cause) is not None}
    causes = dict.fromkeys(text for case in killers if (text := doubted.get(case) or undoubted.get(case)))
    return replace(outcome, standing=TrialStanding.OUT_OF_REACH, why=" ".join(causes))


def _doubted(fault: DeliberateFault, catalog: Catalog) -> dict[str, str]:
    """Return the cases in which a bad value of the profile explains what the fault does, with that cause.

    A code from a list that the target calls used may have been used before the run: values cannot tell the two apart.
    """
    with Sandbox(catalog, control=False, deviation=fault, variant=UNTHROTTLED) as sandbox:
        judged, _ = examined(catalog.methods[fault.method].cases, catalog, sandbox, by_profile=True)
    in_doubt = {Kind.USED_VALUE, Kind.VALUE_IN_DOUBT}
    return {case.id: said.cause.text for case, said in judged if said.cause is not None and said.cause.kind in in_doubt}


@cache
def _without_fault(_catalog: str) -> tuple[dict[str, Judgement], int]:
    """Return the judgement of each case on a sandbox without faults, and the number of requests."""
    catalog = load_catalog()
    with Sandbox(catalog, control=False, variant=UNTHROTTLED) as sandbox:
        judged, requests = examined(catalog.cases, catalog, sandbox, by_profile=True)
    return {case.id: said for case, said in judged}, requests


def out_of_reach(outcomes: Iterable[TrialOutcome]) -> Iterator[str]:
    """Yield lines that list the deviations out of reach, grouped by reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.standing is TrialStanding.OUT_OF_REACH:
            by_reason[outcome.why].append(outcome.name)
    for reason, names in by_reason.items():
        yield f"out of reach, {len(names)}: {reason}"
        yield from (f"  {name}" for name in names)


def sentence_by_profile(outcomes: list[TrialOutcome], cut: str | None) -> str:
    """Return the result in one sentence."""
    killed = sum(outcome.standing is TrialStanding.KILLED for outcome in outcomes)
    beyond = sum(outcome.standing is TrialStanding.OUT_OF_REACH for outcome in outcomes)
    start = f"Cut off by {cut}. " if cut else ""
    return (
        f"{start}By profile, {killed} of {len(outcomes)} deliberate faults were named by a case that cites the broken"
        f" rule; out of reach of values: {beyond}; missed: {len(outcomes) - killed - beyond}."
    )
