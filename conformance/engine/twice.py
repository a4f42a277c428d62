"""Refusals that are asked for twice: when the first case of their method runs, and again near the end of the run.

A target may be right for the first three hundred requests and then say yes to everything. The bases, which are sent
again at the end, do not show that. So a drawn share of the refusals is kept for the end of the run, and sent a first
time before. Each is one case with one verdict: that of the worse answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..catalog.edits.arguments import DropArgument, SetArgument
from ..catalog.edits.orders import Order
from ..catalog.model import OK, Evidence
from ..judge import words
from ..results.terms import Role, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from ..catalog.model import Case, Catalog
    from ..judge.model import Judgement
    from ..target.profile import Profile
    from .trial import Trial

MOST = 10
SHARE = 4
"""One of so many refusals is drawn, up to `MOST`, so that a run of a few cases sends nothing twice."""

_WEIGHT = (Verdict.PASS, Verdict.WARN, Verdict.FAIL)


def asked_twice(cases: Iterable[Case], catalog: Catalog, profile: Profile | None, random: Random) -> frozenset[str]:
    """Return the ids of the refusals among these cases that are to be asked for twice.

    They need a request only, and no value of which the profile has a limited number.
    """
    scarce = scarce_values(profile)
    pool = sorted(case.id for case in cases if _is_plain_refusal(case) and not takes(case, catalog, scarce))
    return frozenset(random.sample(pool, min(MOST, len(pool) // SHARE)))


def scarce_values(profile: Profile | None) -> frozenset[str]:
    """Return the values of which the profile has a limited number, as cases name them."""
    if profile is None or profile.control:
        return frozenset()
    return frozenset(f"${name}" for name, source in profile.values.items() if source.once and source.stock is not None)


def _is_plain_refusal(case: Case) -> bool:
    ordinary = case.edit is not None and not isinstance(case.edit, Order)
    return ordinary and case.evidence is Evidence.REQUEST and OK not in case.accept and not case.warning


def takes(case: Case, catalog: Catalog, scarce: frozenset[str]) -> bool:
    """Whether the case sends one of these values."""
    arguments = catalog.methods[case.method].arguments.values()
    replaced = {case.edit.name} if isinstance(case.edit, SetArgument | DropArgument) else set()
    return any(one.value in scarce and one.name not in replaced for one in arguments)


def worse(first: tuple[Trial, Judgement], last: tuple[Trial, Judgement]) -> tuple[Trial, Judgement]:
    """Return the trial and the judgement that count: the last ones, unless the first answer was worse.

    The trial has both exchanges. If one answer alone breaks a rule, the judgement says what the other was.
    """
    (trial, judgement), (other, another) = last, first
    if judgement.verdict not in _WEIGHT or another.verdict not in _WEIGHT:
        return last
    when = "at the beginning of the run it got"
    if _WEIGHT.index(another.verdict) > _WEIGHT.index(judgement.verdict):
        (trial, judgement), (other, another), when = first, last, "at the end of the run it got"
    edited = [step for step in other.sent if step.role is Role.EDITED]
    trial.sent = [*trial.sent[:-1], *(replace(step, role=Role.AGAIN) for step in edited), *trial.sent[-1:]]
    trial.worlds += other.worlds  # their secrets are in that exchange
    if judgement.verdict is not another.verdict:
        judgement = judgement.with_remark(f"{when} {words.got(other.shown.edited)}")
    return trial, judgement
