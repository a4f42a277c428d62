"""Group the causes of INCONCLUSIVE cases, so that what helps most comes first.

Each INCONCLUSIVE case has a cause: its kind, a sentence that all cases with this cause share, and what it needs. A run
with a bare URL has dozens of causes, most for one or two cases (one for each state that the target cannot be put into).
So that the first thing to do stands out, small causes of one kind are merged into one *obstacle*, and so are causes
that differ only in the method.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..results.terms import Verdict
from ..results.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..results.model import CaseResult, Cause
    from ..results.terms import Kind

_SMALL = 0.1
"""A cause of less than this share of the INCONCLUSIVE cases is small."""

_WITH_NEEDS = 3
"""The number of obstacles shown with what would help."""

_LINES = 12
"""The most lines about INCONCLUSIVE cases; the HTML report has all causes."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One or more causes of one kind: the most frequent one, the number of `others`, and the number of cases of all.

    `also` has the further methods, if the others differ from the first only in their method.
    """

    cause: Cause
    others: int
    cases: int
    also: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The cause as a sentence."""
        if self.also:
            return f"{self.cause.text} The same goes for {' and '.join(self.also)}."
        return f"{self.others + 1} causes alike, such as: {self.cause.text}" if self.others else self.cause.text


def obstacles(cases: Iterable[CaseResult]) -> tuple[Obstacle, ...]:
    """Return the obstacles of the INCONCLUSIVE cases, the one with most cases first."""
    counts: Counter[Cause] = Counter()
    methods: dict[Cause, str] = {}
    for one in sorted(cases, key=lambda one: one.id):
        if one.verdict is Verdict.INCONCLUSIVE and one.cause is not None:
            counts[one.cause] += 1
            methods.setdefault(one.cause, one.method)
    alike: dict[tuple[str, ...], list[Cause]] = defaultdict(list)
    for cause, _ in counts.most_common():
        said = (cause.kind, cause.text, cause.needs)
        alike[tuple(text.replace(methods[cause], "METHOD") for text in said)].append(cause)
    least = _SMALL * counts.total()
    small: dict[Kind, list[Cause]] = defaultdict(list)
    found = []
    for first, *others in alike.values():
        total = sum(counts[cause] for cause in (first, *others))
        if total >= least:
            found.append(Obstacle(first, len(others), total, tuple(methods[cause] for cause in others)))
        else:
            small[first.kind] += [first, *others]
    found += [
        Obstacle(max(causes, key=counts.__getitem__), len(causes) - 1, sum(counts[cause] for cause in causes))
        for causes in small.values()
    ]
    return tuple(sorted(found, key=lambda one: -one.cases))


def in_lines(found: tuple[Obstacle, ...]) -> Iterator[str]:
    """Yield at most twelve lines: the obstacles, and what the first three need."""
    if len(found) > 1:
        total = sum(one.cases for one in found)
        yield f"INCONCLUSIVE  {counted(total, 'case')} could not be tried; what helps most comes first:"
    shown = found if len(found) <= _LINES - 1 - _WITH_NEEDS else found[: _LINES - 2 - _WITH_NEEDS]
    for index, one in enumerate(shown):
        yield f"INCONCLUSIVE  {counted(one.cases, 'case')}: {one.text}"
        if index < _WITH_NEEDS:
            yield f"              needs: {one.cause.needs}"
    if len(shown) < len(found):
        rest = sum(one.cases for one in found[len(shown) :])
        yield f"              and {counted(rest, 'case')} for {counted(len(found) - len(shown), 'other reason')}"
