"""The results in Markdown, as a step summary or a comment: short, escaped, and never over the limit of its host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.report.groups import cause_groups
from conformance.report.page import rerun
from conformance.report.records import Verdict
from conformance.report.standing import SIGNS, of_verdict
from conformance.report.visible import shortened
from conformance.report.where import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.report.diff import Change, Diff
    from conformance.report.records import CaseRecord
    from conformance.report.results import Results

LIMIT = 1024 * 1024
"""Bytes that the host of a step summary takes; it shows nothing at all of a longer one."""

_ROOM = 512
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|~$-])")
_TEXT = 300


def render_markdown(results: Results, changes: Diff | None = None, limit: int = LIMIT) -> str:
    """Return the summary, cut at a whole line and saying so when it would exceed `limit` bytes."""
    return _within(_summary(results, changes), limit)


def render_diff(changes: Diff, limit: int = LIMIT) -> str:
    """Return the comparison of two runs in Markdown."""
    return _within(_difference(changes, "# What changed"), limit)


def text(value: str, limit: int = _TEXT) -> str:
    """Return the text so that Markdown shows it as it is: no markup, link, mention or table is made of it."""
    shown = _SPECIAL.sub(r"\\\1", shortened(value, limit))
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace("@", "@<!-- -->").replace(":", "&#58;")


def code(value: str, limit: int = _TEXT) -> str:
    """Return the text as a code span that it cannot leave, not even in a table."""
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
    yield f"# {text(results.sentence, 1200)}"
    yield ""
    if results.footer is None or results.footer.cut is not None:
        yield "**This run was cut off; do not read it as a result.**"
        yield ""
    target = f"{code(header.target.name)} ({header.target.kind}) at {code(header.target.url)}"
    yield f"Target {target}, started {code(header.started)}."
    yield ""
    yield "| " + " | ".join(f"{SIGNS[of_verdict(verdict)]} {verdict}" for verdict in counts) + " |"
    yield "|" + " ---: |" * len(counts)
    yield "| " + " | ".join(str(count) for count in counts.values()) + " |"
    if changes is not None:
        yield ""
        yield from _difference(changes, "## Since the run before")
    for verdict, title in ((Verdict.FAIL, "Failures"), (Verdict.WARN, "Warnings")):
        chosen = [case for case in results.cases if case.verdict is verdict]
        if chosen:
            yield from ("", f"## {title} ({len(chosen)})")
        for case in chosen:
            yield from _failing(case, results)
    causes = (
        (Verdict.ENGINE, "Engine errors"),
        (Verdict.INCONCLUSIVE, "Could not be tried"),
        (Verdict.NA, "Does not apply"),
    )
    for verdict, title in causes:
        if counts[verdict]:
            yield from ("", f"## {title} ({counts[verdict]})", "")
            for group in cause_groups(results.cases, verdict):
                needs = f" To reach it: {text(group.cause.needs)}" if group.cause.needs else ""
                yield f"- {len(group.cases)}: {text(group.cause.text)}{needs}"
    if counts[Verdict.KNOWN]:
        yield from ("", f"## Known deviations ({counts[Verdict.KNOWN]})", "")
        yield from (_known(case) for case in results.cases if case.verdict is Verdict.KNOWN)


def _failing(case: CaseRecord, results: Results) -> Iterator[str]:
    rule = results.rules[case.findings[0].rule if case.findings else case.rule]
    yield ""
    yield f"### {SIGNS[of_verdict(case.verdict)]} {code(case.id)}"
    yield ""
    yield f"{text(rule.summary)} ({rule.strength}; {text(in_words(rule.place))} of {text(rule.page)})"
    yield ""
    for finding in case.findings:
        nearest = f", nearest {code(finding.nearest)}" if finding.nearest else ""
        yield f"- {code(finding.code)}: expected {code(finding.expected)}, got {code(finding.got)}{nearest}"
    if not case.findings:
        yield f"- expected {code(case.expected)}, got {code(case.got)}"
    if case.edit_text:
        yield f"- edit: {code(case.edit_text)}"
    yield f"- again: {code(rerun(case.id, results), 2000)}"


def _known(case: CaseRecord) -> str:
    if case.known is None:
        return f"- {code(case.id)}"
    known = case.known
    terms = f"{code(known.issue)}, {text(known.owner)}, until {text(known.expires)}"
    return f"- {code(case.id)}: {terms}: {text(known.reason)}"


def _difference(changes: Diff, title: str) -> Iterator[str]:
    yield title
    yield ""
    yield changes.sentence
    for remark in changes.remarks:
        yield from ("", text(remark))
    for category, found in changes.by_category.items():
        if found:
            yield from ("", f"**{len(found)} {category}**", "")
            yield from (_change(change) for change in found)


def _change(change: Change) -> str:
    was, now = change.before or "not there", change.after or "not there"
    why = " → ".join(code(reason) for reason in dict.fromkeys((change.was, change.now)) if reason)
    return f"- {code(change.id)}: {was} → {now}" + (f", {why}" if why else "")
