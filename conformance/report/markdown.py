"""Render the results as Markdown for a step summary or a comment: short, escaped, and within a limit."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from ..results.terms import Level, Verdict
from ..results.words import counted, place_in_words
from ..summary.editions import corrections_in
from ..summary.faults import faults
from ..summary.missing import missing
from ..summary.plain import conforms_to, in_plain_words
from ..summary.sentences import sentence
from .groups import cause_groups
from .page import rerun
from .standing import SIGNS, of_verdict
from .visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..results.io import Results
    from ..results.model import CaseResult
    from ..summary.faults import TargetFault
    from ..summary.missing import Missing
    from .diff import Change, Diff

LIMIT = 1024 * 1024
"""Bytes that the host of a step summary takes; it shows nothing at all of a longer one."""

_ROOM = 512
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|~$-])")
_IN_A_LINE = re.compile(r"([\\`*\[|~#$]|(?<!\w)_|_(?!\w))")
_TEXT = 300

_AGAIN = 3
"""So many faults say how to see them again."""

_MOST_FAULTS = {Level.FAIL: 18, Level.WARN: 5}
_MOST = 10
"""Faults, and entries of any other kind, that the summary lists; the HTML report has all of them."""

_IDS = 3
_STATES = 6

_PROVED = 8
"""So many faults have a line of proof; the others say what is wrong, and where."""


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
    plain = in_plain_words(results)
    yield f"# {_spans(plain.title, 600)}"
    yield ""
    yield f"{_spans(conforms_to(results))}. {_spans(plain.detail, 600)}".rstrip()
    yield ""
    if results.footer is None or results.footer.cut is not None:
        yield "**This run was cut off; do not read it as a result.**"
        yield ""
    target = f"{code(header.target.name)} ({header.target.kind}) at {code(header.target.url)}"
    seed = "" if header.seed is None else f", seed {header.seed}"
    edition = "" if header.edition is None else f", edition {code(header.edition)}"
    yield f"Target {target}, started {code(header.started)}{seed}{edition}."
    yield ""
    yield "| " + " | ".join(f"{SIGNS[of_verdict(verdict)]} {verdict}" for verdict in counts) + " |"
    yield "|" + " ---: |" * len(counts)
    yield "| " + " | ".join(str(count) for count in counts.values()) + " |"
    if changes is not None:
        yield ""
        yield from _difference(changes, "## Since the previous run", _MOST)
    found = faults(results.cases)
    for level, title, noun in ((Level.FAIL, "What is wrong", "problem"), (Level.WARN, "Warnings", "warning")):
        chosen = [fault for fault in found if fault.level is level]
        if chosen:
            yield from ("", f"## {title} ({counted(len(chosen), noun)})", "")
            entries = [tuple(_fault(fault, results, at)) for at, fault in enumerate(chosen)]
            yield from _listed(entries, _MOST_FAULTS[level])
    if counts[Verdict.INCONCLUSIVE]:
        yield from ("", f"## What to do next ({counted(counts[Verdict.INCONCLUSIVE], 'check')} could not run)", "")
        yield from _listed([(line,) for line in _missing(missing(results.cases))], _MOST)
    if results.footer is not None and results.footer.notes:
        yield from ("", f"## Notes ({len(results.footer.notes)})", "")
        yield from _listed([(f"- {code(note, 600)}",) for note in results.footer.notes], _MOST)
    for verdict, title in ((Verdict.ENGINE, "Errors of the suite itself"), (Verdict.NOT_APPLICABLE, "Does not apply")):
        if counts[verdict]:
            yield from ("", f"## {title} ({counts[verdict]})", "")
            groups = cause_groups(results.cases, verdict)
            yield from _listed([(_reason(len(one.cases), one.cause.text, one.cause.needs),) for one in groups], _MOST)
    if counts[Verdict.KNOWN]:
        yield from ("", f"## Known deviations ({counts[Verdict.KNOWN]})", "")
        yield from _listed([(_known(case),) for case in results.cases if case.verdict is Verdict.KNOWN], _MOST)
    yield from _of_edition(results)


def _of_edition(results: Results) -> Iterator[str]:
    """Yield the cases that are newer than the run's edition, and what was corrected since that was published."""
    edition = code(results.header.edition or "none")
    corrected = corrections_in(results.footer.notes) if results.footer is not None else ()
    if corrected:
        yield from ("", f"## About edition {edition}", "")
        yield from _listed([(f"- {_spans(line, 600)}",) for line in corrected], _MOST)
    newer = sorted((case for case in results.cases if case.verdict is Verdict.NEW), key=_passes)
    if newer:
        yield from ("", f"## New since edition {edition} ({len(newer)})", "")
        yield from ("They change no exit code until you choose an edition that has them.", "")
        yield from _listed([(_new(case, results),) for case in newer], _MOST)


def _listed(entries: Sequence[tuple[str, ...]], most: int) -> Iterator[str]:
    """Yield the lines of the first entries, and how many more there are."""
    for entry in entries[:most]:
        yield from entry
    if len(entries) > most:
        yield f"- … and {len(entries) - most} more, in conformance.html"


def _missing(lacks: Missing) -> Iterator[str]:
    """Yield a line for each step that lets more checks run, the values and states of a profile first."""
    if lacks.values:
        names = ", ".join(map(code, lacks.values))
        yield f"- Provide {names} in the profile: {counted(lacks.checks_of_values, 'more check')}"
    if lacks.states:
        names = ", ".join(map(code, list(lacks.states)[:_STATES]))
        more = f" and {len(lacks.states) - _STATES} more" if len(lacks.states) > _STATES else ""
        states = counted(len(lacks.states), "state")
        yield f"- Describe {states} in the profile ({names}{more}): {counted(lacks.checks_of_states, 'more check')}"
    for one in lacks.others:
        yield _reason(one.cases, one.text, one.cause.needs)


def _reason(cases: int, why: str, needs: str) -> str:
    return f"- {counted(cases, 'check')}: {_spans(why)}" + (f" What helps: {_spans(needs)}" if needs else "")


def _fault(fault: TargetFault, results: Results, at: int) -> Iterator[str]:
    """Yield the lines of a fault: what is wrong and where; of the first ones also their proof, and how to rerun it."""
    first = fault.sightings[0]
    rule = results.rules[first.finding.rule]
    shown = ", ".join(code(case) for case in fault.cases[:_IDS])
    more = f" and {len(fault.cases) - _IDS} more" if len(fault.cases) > _IDS else ""
    head = sentence(first.case, first.finding, results.ledger)
    title = head if len(fault.cases) == 1 else fault.title[:1].upper() + fault.title[1:]
    checks = counted(len(fault.cases), "check")
    yield f"- {SIGNS[of_verdict(Verdict(fault.level))]} **{_spans(title, 500)}** ({checks}): {shown}{more}"
    if at < _PROVED:
        where = f"{rule.strength}; {_spans(place_in_words(rule.place))} of {code(rule.page)}"
        yield f"  - {_spans(head, 500) if len(fault.cases) > 1 else 'Documented'} ({where})"
    if at < _PROVED and first.case.explored:
        yield f"  - {_spans(first.case.explored)}"
    if at < _AGAIN:
        yield f"  - again: {code(rerun(first.case, results), 2000)}"


def _spans(value: str, limit: int = _TEXT) -> str:
    """Return a sentence of ours with names in backticks as code spans, and no more escapes than it needs."""
    parts = value.split("`")
    return "".join(code(part) if index % 2 else _lightly(part, limit) for index, part in enumerate(parts))


def _lightly(value: str, limit: int) -> str:
    """Return text from the middle of a line, escaped so that no markup, link or mention comes of it."""
    shown = _IN_A_LINE.sub(r"\\\1", shortened(value, limit))
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@<!-- -->")
    return shown.replace("://", "&#58;//").replace("www.", "www\\.")


def _known(case: CaseResult) -> str:
    if case.known is None:
        return f"- {code(case.id)}"
    known = case.known
    terms = f"{code(known.issue)}, {text(known.owner)}, until {text(str(known.expires))}"
    return f"- {code(case.id)}: {terms}: {text(known.reason)}"


def _passes(case: CaseResult) -> bool:
    return case.judged is Verdict.PASS


def _new(case: CaseResult, results: Results) -> str:
    why = case.cause.text if case.cause is not None else ""
    if case.findings:
        why = sentence(case, case.findings[0], results.ledger)
    return f"- {SIGNS[of_verdict(case.judged)]} {code(case.id)}: {case.judged} once it counts. {_spans(why)}".rstrip()


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
