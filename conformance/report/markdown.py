"""Render the results as Markdown for a step summary or a comment: short, escaped, and within a limit."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from ..results.model import Level, Verdict
from ..results.words import counted, place_in_words
from ..summary.causes import obstacles
from ..summary.faults import faults
from ..summary.tally import sentence_of
from .groups import cause_groups
from .page import rerun
from .standing import SIGNS, of_verdict
from .visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..results.io import Results
    from ..results.model import CaseResult
    from ..summary.faults import TargetFault
    from .diff import Change, Diff

LIMIT = 1024 * 1024
"""Bytes that the host of a step summary takes; it shows nothing at all of a longer one."""

_ROOM = 512
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|~$-])")
_TEXT = 300

_AGAIN = 3
"""So many faults say how to see them again."""

_MOST_FAULTS = {Level.FAIL: 18, Level.WARN: 5}
_MOST = 10
"""Faults, and entries of any other kind, that the summary lists; the HTML report has all of them."""

_IDS = 3


def render_markdown(results: Results, changes: Diff | None = None, limit: int = LIMIT) -> str:
    """Return the summary, cut at a whole line and saying so when it would exceed `limit` bytes."""
    return _within(_summary(results, changes), limit)


def render_diff(changes: Diff, limit: int = LIMIT) -> str:
    """Return the comparison of two runs in Markdown."""
    return _within(_difference(changes, "# What changed"), limit)


def text(value: str, limit: int = _TEXT) -> str:
    """Return the text escaped, so that Markdown shows it unchanged, without markup, links or mentions."""
    shown = _SPECIAL.sub(r"\\\1", shortened(value, limit))
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace("@", "@<!-- -->").replace(":", "&#58;")


def code(value: str, limit: int = _TEXT) -> str:
    """Return the text as a code span that it cannot break out of, not even in a table."""
    shown = shortened(value, limit) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    padding = " " if "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{padding}{shown}{padding}{fence}".replace("|", "\\|")


def _within(lines: Iterator[str], limit: int) -> str:
    kept: list[str] = []
    size, left_out = 0, 0
    for line in lines:
        size += len(line.encode()) + 1
        if left_out or size > limit - _ROOM:
            left_out += 1
        else:
            kept.append(line)
    if left_out:
        kept += ["", f"… {left_out} more lines did not fit; conformance.html and the results file have them all."]
    return "\n".join(kept) + "\n"


def _summary(results: Results, changes: Diff | None) -> Iterator[str]:
    header, counts = results.header, results.counts
    yield f"# {_spans(sentence_of(results), 1200)}"
    yield ""
    if results.footer is None or results.footer.cut is not None:
        yield "**This run was cut off; do not read it as a result.**"
        yield ""
    target = f"{code(header.target.name)} ({header.target.kind}) at {code(header.target.url)}"
    seed = "" if header.seed is None else f", seed {header.seed}"
    yield f"Target {target}, started {code(header.started)}{seed}."
    yield ""
    yield "| " + " | ".join(f"{SIGNS[of_verdict(verdict)]} {verdict}" for verdict in counts) + " |"
    yield "|" + " ---: |" * len(counts)
    yield "| " + " | ".join(str(count) for count in counts.values()) + " |"
    if changes is not None:
        yield ""
        yield from _difference(changes, "## Since the run before", _MOST)
    found = faults(results.cases)
    for level, title in ((Level.FAIL, "What is wrong"), (Level.WARN, "Warnings")):
        chosen = [fault for fault in found if fault.level is level]
        if chosen:
            yield from ("", f"## {title} ({counts[Verdict(level)]} {level})", "")
            entries = [tuple(_fault(fault, results, again=at < _AGAIN)) for at, fault in enumerate(chosen)]
            yield from _listed(entries, _MOST_FAULTS[level])
    engine, excluded = cause_groups(results.cases, Verdict.ENGINE), cause_groups(results.cases, Verdict.NOT_APPLICABLE)
    causes = (
        (Verdict.ENGINE, "Engine errors", [(len(one.cases), one.cause.text, one.cause.needs) for one in engine]),
        (
            Verdict.INCONCLUSIVE,
            "Could not be tried",
            [(one.cases, one.text, one.cause.needs) for one in obstacles(results.cases)],
        ),
        (
            Verdict.NOT_APPLICABLE,
            "Does not apply",
            [(len(one.cases), one.cause.text, one.cause.needs) for one in excluded],
        ),
    )
    for verdict, title, reasons in causes:
        if counts[verdict]:
            yield from ("", f"## {title} ({counts[verdict]})", "")
            yield from _listed([(_reason(*reason),) for reason in reasons], _MOST)
    if counts[Verdict.KNOWN]:
        yield from ("", f"## Known deviations ({counts[Verdict.KNOWN]})", "")
        yield from _listed([(_known(case),) for case in results.cases if case.verdict is Verdict.KNOWN], _MOST)


def _listed(entries: Sequence[tuple[str, ...]], most: int) -> Iterator[str]:
    """Yield the lines of the first entries, and how many more there are."""
    for entry in entries[:most]:
        yield from entry
    if len(entries) > most:
        yield f"- … and {len(entries) - most} more, in conformance.html"


def _reason(cases: int, why: str, needs: str) -> str:
    return f"- {counted(cases, 'case')}: {text(why)}" + (f" To reach it: {text(needs)}" if needs else "")


def _fault(fault: TargetFault, results: Results, *, again: bool) -> Iterator[str]:
    """Yield the lines of a fault: what is wrong, where, and optionally how to run its case again."""
    first = fault.sightings[0]
    rule = results.rules[first.finding.rule]
    shown = ", ".join(code(case) for case in fault.cases[:_IDS])
    more = f" and {len(fault.cases) - _IDS} more" if len(fault.cases) > _IDS else ""
    yield f"- {SIGNS[of_verdict(Verdict(fault.level))]} **{_spans(fault.title)}** ({fault.extent}): {shown}{more}"
    where = f"{rule.strength}; {text(place_in_words(rule.place))} of {text(rule.page)}"
    yield f"  - expected {code(first.finding.expected)}, got {code(first.finding.got)} ({where})"
    if first.case.explored:
        yield f"  - {text(first.case.explored)}"
    if again:
        yield f"  - again: {code(rerun(first.case.id, results), 2000)}"


def _spans(value: str, limit: int = _TEXT) -> str:
    """Return the text with names in backticks as code spans."""
    parts = value.split("`")
    return "".join(code(part) if index % 2 else text(part, limit) for index, part in enumerate(parts))


def _known(case: CaseResult) -> str:
    if case.known is None:
        return f"- {code(case.id)}"
    known = case.known
    terms = f"{code(known.issue)}, {text(known.owner)}, until {text(str(known.expires))}"
    return f"- {code(case.id)}: {terms}: {text(known.reason)}"


def _difference(changes: Diff, title: str, most: int = sys.maxsize) -> Iterator[str]:
    yield title
    yield ""
    yield changes.sentence
    for remark in changes.remarks:
        yield from ("", text(remark))
    for category, found in changes.by_category.items():
        if found:
            yield from ("", f"**{len(found)} {category}**", "")
            yield from _listed([(_change(change),) for change in found], most)


def _change(change: Change) -> str:
    was, now = change.before or "not there", change.after or "not there"
    why = " → ".join(code(reason) for reason in dict.fromkeys((change.was, change.now)) if reason)
    return f"- {code(change.id)}: {was} → {now}" + (f", {why}" if why else "")
