"""Format faults as a few lines of plain text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.judge.model import Verdict
from conformance.summary.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.summary.faults import Fault

_MOST = {Verdict.FAIL: 10, Verdict.WARN: 3}
"""The most faults of each level that are printed; the HTML report has all."""

_IDS = 3


def fault_lines(faults: Sequence[Fault]) -> Iterator[str]:
    """Yield a line for each fault, and expected and got for a WARN, whose proof is not printed."""
    for level, most in _MOST.items():
        found = [fault for fault in faults if fault.level is level]
        for fault in found[:most]:
            yield f"{level}  {fault.title} ({fault.extent}): {ids(fault.cases)}"
            if level is Verdict.WARN:
                finding = fault.sightings[0].finding
                yield f"      expected {finding.expected}; got {finding.got}"
        if len(found) > most:
            noun = "fault" if level is Verdict.FAIL else "warning"
            yield f"{level}  and {counted(len(found) - most, f'more {noun}')}, in the reports"


def ids(cases: Sequence[str]) -> str:
    """Return the first three ids, joined, and how many more there are."""
    more = f" and {len(cases) - _IDS} more" if len(cases) > _IDS else ""
    return ", ".join(cases[:_IDS]) + more
