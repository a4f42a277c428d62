"""The closing notes of a run about its edition: the cases that are newer, and what was corrected since.

The lines are notes in the footer, so that the terminal and every report have the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..results.terms import Verdict
from ..results.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..catalog.editions import Edition
    from ..catalog.model import Case
    from ..results.model import CaseResult

_CORRECTED = "EDITION  "
"""The beginning of a note about a correction, or about the edition of the baseline."""

_NAMED = 8
"""The most new cases that are named among those that will not pass."""


def gates_in_words(edition: Edition | None, cases: Sequence[Case], *, whole: bool = True) -> Iterator[str]:
    """Yield a line of a plan: how many of the cases gate in this edition; unless `whole`, only if some do not."""
    if edition is None:
        return
    newer = len(edition.newer(cases))
    if newer:
        total = counted(len(cases), "case")
        yield f"edition {edition.name}: {len(cases) - newer} of {total} gate, {counted(newer, 'case')} new since"
    elif whole:
        yield f"edition {edition.name}: every case gates"


def in_edition(edition: Edition, cases: Iterable[CaseResult], of_baseline: str = "") -> Iterator[str]:
    """Yield a line about the cases that are newer than the edition, and one for each correction that concerns a case.

    A case that is newer and will not pass is named, with the verdict that it will have. A last line says so if the
    baseline was updated under another edition, `of_baseline`.
    """
    cases = tuple(cases)
    newer = [case for case in cases if case.verdict is Verdict.NEW]
    if newer:
        found = Counter(case.judged for case in newer)
        listed = ", ".join(f"{found[verdict]} {verdict}" for verdict in Verdict if found[verdict])
        open_ones = [f"{case.id} ({case.judged})" for case in newer if case.judged is not Verdict.PASS]
        more = f" and {len(open_ones) - _NAMED} more" if len(open_ones) > _NAMED else ""
        named = f": {', '.join(open_ones[:_NAMED])}{more}" if open_ones else ""
        is_new = "is" if len(newer) == 1 else "are"
        yield (
            f"NEW  {counted(len(newer), 'case')} {is_new} new since edition {edition.name} and changed no exit code. "
            f"Once counted: {listed}{named}."
        )
    about = {name for case in cases for name in (case.id, case.method, case.rule, *case.also)}
    for erratum in edition.errata:
        if erratum.id in about or not erratum.sha256:
            yield f"{_CORRECTED}since {edition.name} was published, {erratum}"
    if of_baseline and of_baseline != edition.name:
        yield (
            f"{_CORRECTED}the baseline was updated under {of_baseline}, and this run is judged by {edition.name}. "
            "What is new between them has no entry yet: `slack-conformance baseline` adds it."
        )


def corrections_in(notes: Iterable[str]) -> tuple[str, ...]:
    """Return what a footer's notes say of corrections and of the baseline's edition, as sentences."""
    found = (note.removeprefix(_CORRECTED) for note in notes if note.startswith(_CORRECTED))
    return tuple(note[:1].upper() + note[1:] for note in found)
