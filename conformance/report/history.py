"""The last runs against a target, from a folder of results files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..results.io import ResultsError, read_even_cut

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..results.io import Results
    from ..results.terms import Verdict

_MOST = 20
"""So many runs are shown, the newest ones."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run: when it began, what it counted, and whether it was whole."""

    started: str
    suite: str
    counts: Mapping[Verdict, int]
    cases: int
    whole: bool


def history(folder: Path, results: Results) -> tuple[PastRun, ...]:
    """Return the last runs against the same target from every results file below the folder, the newest last.

    The run of `results` is among them. Files that cannot be read are left out.
    """
    found = {results.header.started: _past(results)}
    for path in sorted(folder.rglob("*.jsonl")):
        try:
            other, _ = read_even_cut(path)
        except ResultsError:
            continue
        if (other.header.target.name, other.header.target.kind) == (
            results.header.target.name,
            results.header.target.kind,
        ):
            found.setdefault(other.header.started, _past(other))
    return tuple(found[started] for started in sorted(found))[-_MOST:]


def _past(results: Results) -> PastRun:
    header, footer = results.header, results.footer
    whole = footer is not None and footer.cut is None and len(results.cases) == header.cases
    return PastRun(header.started, header.suite, results.counts, len(results.cases), whole)
