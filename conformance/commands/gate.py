"""The gate `regression`: the exit code of a run, counting only what an earlier run did not have.

    the run itself ends with                                        gate
    --------------------------------------------------------------  --------------------------------------------
    0                                                               0
    1 or 10, and a method of which nothing could be proved          as the run ends: a target that is down was
                                                                    not compared
    1 or 10, and a case fails, or breaks a further rule, that       1
    did not before
    1 or 10, and a case is no longer proved, or one run lacks       10
    cases of the other, or they were judged by other rules
    10 with `--whole`, and cases were left out; 1 or 10, and no     as the run ends
    case explains it
    1 or 10 otherwise                                               0
    anything else                                                   as the run ends

So a run that could not be made is never green, whatever the earlier one was like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..report.diff import Category, diff, render_diff_text
from ..results.io import read_even_cut
from ..results.terms import Verdict
from ..run.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..report.diff import Diff
    from ..results.io import Results

_WEIGHED = frozenset({Exit.FAIL, Exit.INCONCLUSIVE})
_FAILED = frozenset({Verdict.FAIL, Verdict.ENGINE})


def gate(
    before: Results | None, path: Path, code: int, *, strict: bool = False, left_out: bool = False
) -> tuple[int, str]:
    """Return the exit code of the gate, and what it rests on as text for a terminal. Raises `ResultsError`.

    `code` is the exit code of the run whose results are in the file `path`. With `strict`, a new WARN is a FAIL; with
    `left_out`, the run was to be whole and is not.
    """
    if before is None:
        return code, "gate: there is no earlier run, so everything counts.\n"
    if code not in _WEIGHED:
        return code, "" if code == Exit.GOOD else f"gate: the run itself ends with {code}, so nothing is compared.\n"
    after, _ = read_even_cut(path)
    silent = list(_silent(after))
    if silent:
        return code, f"gate: nothing of {' and '.join(silent)} was proved, so nothing can be compared.\n"
    counted = _FAILED | ({Verdict.WARN} if strict else frozenset())
    explains = counted if code == Exit.FAIL else frozenset({Verdict.INCONCLUSIVE})
    if not any(case.verdict in explains for case in after.cases):
        return code, f"gate: the run ends with {code}, and no case explains why.\n"
    changes = diff(before, after)
    result = Exit.GOOD
    if any(one.after in counted for one in changes.by_category[Category.REGRESSED]):
        result = Exit.FAIL
    elif left_out or changes.by_category[Category.UNPROVED] or _apart(before, after, changes, counted):
        result = Exit.INCONCLUSIVE
    return result, f"\n{render_diff_text(changes)}\ngate: {_WORDS[result].format(code=code)}\n"


_WORDS = {
    Exit.FAIL: "something regressed since the earlier run.",
    Exit.INCONCLUSIVE: "nothing failed that did not before, but something was left out or is no longer "
    "proved, or the two runs cannot be compared.",
    Exit.GOOD: "nothing regressed since the earlier run. The run itself ends with {code}.",
}


def _apart(before: Results, after: Results, changes: Diff, counted: frozenset[Verdict]) -> bool:
    """Whether a regression may be hidden, since one run lacks what the other has."""
    cut = any(run.footer is None or run.footer.cut is not None for run in (before, after))
    new = any(one.after in counted for one in changes.by_category[Category.NEW])
    vanished = bool(changes.by_category[Category.VANISHED])
    return cut or new or vanished or before.header.catalog != after.header.catalog


def _silent(results: Results) -> Iterator[str]:
    """Yield the claimed methods of which no case could be judged."""
    for method in results.header.methods:
        cases = [case for case in results.cases if case.method == method and case.verdict is not Verdict.NOT_APPLICABLE]
        if cases and not any(case.tried for case in cases):
            yield method
