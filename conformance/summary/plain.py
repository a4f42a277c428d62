"""The headline of the reports for people: a verdict in plain words with one number, then what it was held against.

The sentence of `summary.headline` stays in the results file and in the terminal, where one line has to say everything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..results.terms import Level, Verdict
from ..results.words import API, counted
from .faults import faults
from .tally import sentence_of, tally_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..results.io import Results
    from .tally import Tally

_IN_WORDS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.FAIL: ("failed", "failed"),
    Verdict.ENGINE: ("ended in an error of the suite", "ended in errors of the suite"),
    Verdict.WARN: ("got a warning", "got warnings"),
    Verdict.INCONCLUSIVE: ("could not run", "could not run"),
    Verdict.KNOWN: ("is a known deviation", "are known deviations"),
    Verdict.NEW: ("is newer than the edition and does not count", "are newer than the edition and do not count"),
    Verdict.NOT_APPLICABLE: ("does not apply", "do not apply"),
    Verdict.PASS: ("passed", "passed"),
}
"""What a check with this verdict did, and what several did, the worst first."""


class Plain(NamedTuple):
    """The headline, and the line below it."""

    title: str
    detail: str


def in_plain_words(results: Results) -> Plain:
    """Return the headline of a run."""
    if results.footer is None:
        return Plain(sentence_of(results), "")
    return Plain(_title(results), _counts(results.counts))


def conforms_to(results: Results) -> str:
    """Return what the target is held against, such as "Slack Web API: things.make and things.break"."""
    *before, last = [f"`{method}`" for method in results.header.methods] or ["no method"]
    return f"{API}: {', '.join(before)} and {last}" if before else f"{API}: {last}"


def _title(results: Results) -> str:
    target, counts, tally = _named(results.header.target.name), results.counts, tally_of(results)
    found = faults(results.cases)
    warnings = counted(sum(fault.level is Level.WARN for fault in found), "warning")
    if counts[Verdict.ENGINE]:
        return f"The suite itself failed on {target}"
    if counts[Verdict.FAIL]:
        problems = counted(sum(fault.level is Level.FAIL for fault in found), "problem")
        return f"{target} does not conform: {problems}, {counted(counts[Verdict.FAIL], 'failed check')}"
    if tally.strict and counts[Verdict.WARN]:
        return f"{target} does not conform: {warnings}, and here a warning counts as a failure"
    if tally.only_new:
        return f"Nothing counts on {target}: what was selected is newer than the edition"
    if not _tried(counts):
        return f"Nothing could be tested on {target}"
    return _without_failures(target, tally, warnings)


def _without_failures(target: str, tally: Tally, warnings: str) -> str:
    counts = tally.counts
    known = counted(counts[Verdict.KNOWN], "known deviation")
    if untried := counts[Verdict.INCONCLUSIVE]:
        good = f"No failures and {warnings}" if counts[Verdict.WARN] else "No failures"
        but = f", {known}" if counts[Verdict.KNOWN] else ""
        total = sum(counts.values()) - counts[Verdict.NEW]
        return f"{good} on {target}{but}, but {untried} of {counted(total, 'check')} could not run"
    if not counts[Verdict.PASS] + counts[Verdict.WARN]:
        return f"Nothing passed on {target}: it has {known}"
    but = f" but for {known}" if counts[Verdict.KNOWN] else ""
    rest = " in what was selected" if tally.partial else ""
    rest += "; its baseline is out of date" if tally.stale else ""
    if counts[Verdict.WARN]:
        return f"No failures on {target}{but}, {warnings}{rest}"
    unproved = "" if tally.partial else " and ".join(tally.unproved_methods())
    return f"{target} conforms{but}{rest}{f', but nothing of {unproved} was proved' if unproved else ''}"


def _named(target: str) -> str:
    """Return the target's name; what is no plain name, such as a URL, in backticks."""
    return target if re.fullmatch(r"[\w .,()-]{1,80}", target) else f"`{target[:80].replace('`', chr(39))}`"


def _counts(counts: Mapping[Verdict, int]) -> str:
    """Return the counts in words, without zeros."""
    total = sum(counts.values())
    if counts[Verdict.PASS] == total:
        return f"{'The one check' if total == 1 else f'All {total} checks'} passed."
    said = [
        f"{counts[verdict]} {words[counts[verdict] > 1]}" for verdict, words in _IN_WORDS.items() if counts[verdict]
    ]
    return f"{counted(total, 'check')}: {', '.join(said)}."


def _tried(counts: Mapping[Verdict, int]) -> int:
    return sum(counts[verdict] for verdict in (Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.KNOWN))
