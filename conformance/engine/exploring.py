"""What a case that failed says about other values: further members of its class, and members of sibling classes.

One request shows that a target took one value for another. Which values it takes, and so what it does not compare,
shows in a few more: values of the same class, and of the classes that other cases of the rule put in the same place.
None of them changes a verdict. They are counted in one sentence of the report, and if a smaller value fails in the same
way, it is the one that is shown.

Explored are only cases that send an ordinary request in a healthy world and use up nothing of which the profile has a
limited number; each rule and class once, and at most `MOST` requests in a run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..catalog.edits.orders import Order
from ..catalog.model import OK, Evidence
from ..catalog.values import HEALTHY
from ..results.terms import Verdict
from ..target.world import Unreachable
from .scripts import exercise
from .twice import scarce_values, takes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Case
    from ..judge.model import Judgement
    from .session import Session
    from .trial import Trial

MOST = 120
"""The greatest number of requests in a run, or in each process of a run with several."""
OF_A_CLASS = 8
"""How many members of the case's own class are tried, and how many of all sibling classes together."""


class Explorer:
    """Explores cases of one session after a FAIL or WARN; `most` is the greatest number of requests."""

    def __init__(self, session: Session, judge: Callable[[Trial], Judgement], most: int = MOST) -> None:
        """Start with nothing explored."""
        self._session, self._judge, self._left = session, judge, most
        self._scarce = scarce_values(session.profile)
        self._done: set[tuple[str, tuple[str, ...]]] = set()

    def explored(self, case: Case, trial: Trial, judgement: Judgement) -> tuple[Trial, Judgement]:
        """Return the trial of the smallest value that fails in the same way, with what further values have shown.

        Trial and judgement are returned as they are if there is nothing to explore.
        """
        classes = _classes(case.edit)
        if not self._may(case, judgement) or (case.rule.id, classes) in self._done:
            return trial, judgement
        self._done.add((case.rule.id, classes))
        counts: dict[str, list[int]] = {}
        smallest = (_size(trial.shown.case), trial, judgement)
        try:
            for name, member in self._members(case):
                again = exercise(self._session, member)
                found = self._judge(again)
                if found.verdict is Verdict.INCONCLUSIVE:
                    continue
                right, tried = counts.setdefault(name, [0, 0])
                counts[name] = [right + (found.verdict is Verdict.PASS), tried + 1]
                size = _size(again.shown.case)
                is_alike = (found.verdict, found.observed) == (judgement.verdict, judgement.observed)
                if name == _name(classes) and is_alike and size < smallest[0]:
                    smallest = (size, again, found)
        except Unreachable:
            pass  # what is known so far is said
        _, trial, judgement = smallest
        return trial, replace(judgement, explored=in_words(case, counts)) if counts else judgement

    def _may(self, case: Case, judgement: Judgement) -> bool:
        ordinary = case.edit is not None and bool(case.edit.classes) and not isinstance(case.edit, Order)
        healthy = case.evidence is Evidence.REQUEST and case.world == HEALTHY
        failed = judgement.verdict in {Verdict.FAIL, Verdict.WARN}
        return failed and ordinary and healthy and not takes(case, self._session.catalog, self._scarce)

    def _members(self, case: Case) -> Iterator[tuple[str, Case]]:
        """Yield further members, each with the name of its class: of the case's own, then of the siblings in turn."""
        edits = [case.edit] * OF_A_CLASS
        siblings = list(self._siblings(case))
        edits += [siblings[number % len(siblings)] for number in range(OF_A_CLASS if siblings else 0)]
        for number, edit in enumerate(edits):
            if self._left <= 0:
                return
            self._left -= 1
            member = self._session.drawn(replace(case, edit=edit, id=f"{case.id}/{number}"))
            yield _name(_classes(edit)), replace(member, id=case.id)

    def _siblings(self, case: Case) -> Iterator[Edit]:
        """Yield an edit for each other class that cases of the rule put in the same place."""
        seen = {_classes(case.edit)}
        for other in self._session.catalog.methods[case.method].cases:
            edit = other.edit
            if other.rule is not case.rule or edit is None or type(edit) is not type(case.edit):
                continue
            same_place = case.edit is not None and edit.touches == case.edit.touches and other.accept == case.accept
            if same_place and _classes(edit) and _classes(edit) not in seen:
                seen.add(_classes(edit))
                yield edit


def _classes(edit: Edit | None) -> tuple[str, ...]:
    return tuple(value.like for value in edit.classes) if edit is not None else ()


def _name(classes: tuple[str, ...]) -> str:
    return " with ".join(classes)


def _size(case: Case) -> tuple[int, str]:
    literals = sorted(case.edit.literals) if case.edit is not None else []
    return sum(map(len, literals)), "".join(literals)


def in_words(case: Case, counts: dict[str, list[int]]) -> str:
    """Return what further values have shown, class by class, and which part of an address is not compared."""
    done = "accepted" if case.accept == {OK} else "refused as documented"
    shown = "; ".join(f"{right} of {tried} {name}" for name, (right, tried) in counts.items())
    own = next(iter(counts))
    part = own.removeprefix("other-")
    is_ignored = own not in {part, "other-address"} and not counts[own][0]
    return f"Further values {done}: {shown}{f': the {part} is not compared' if is_ignored else ''}."
