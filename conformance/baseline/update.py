"""Update a baseline from a run, keeping hand-written entries and comments.

Entries that stay are copied as they stand. Where only the outcome changes, tomlkit replaces the two values and leaves
layout and comments alone. Whole entries are removed as blocks of text (see `entries.Block`), since tomlkit would count
a comment above an entry as a part of the entry before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import tomlkit

from ..catalog.datafile import DataError
from ..results.model import CaseResult
from ..results.terms import Verdict
from .entries import outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..results.model import Known
    from .entries import AcceptedOutcome, Baseline, Entry

FIRST_LINES = """\
# Known deviations: accepted for now, each until its day. Written by `slack-conformance baseline`; reasons are yours.
"""


_MOST = 40
"""How many entries of one fate are listed."""


@dataclass
class Rebased:
    """The new text of a baseline, and a line for each entry by what happened to it."""

    text: str = ""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def remarks(self) -> list[str]:
        """One line for each entry: what happened to it, and why."""
        words = {
            "added": self.added,
            "changed": self.changed,
            "kept": self.kept,
            "removed": self.removed,
            "left": self.left,
        }
        listed = [f"{word:<9}{about}" for word, entries in words.items() for about in entries[:_MOST]]
        more = [f"{word:<9}and {len(entries) - _MOST} more" for word, entries in words.items() if len(entries) > _MOST]
        return [*listed, *more] or ["nothing to accept"]


def rebased(  # noqa: PLR0913 - one for each option of the command
    baseline: Baseline,
    found: Mapping[str, CaseResult],
    terms: Known | None,
    *,
    strict: bool,
    partial: bool,
    pattern: str = "*",
    edition: str | None = None,
) -> Rebased:
    """Return the baseline updated to the results in `found`, of a run by this `edition`; new entries get the `terms`.

    With `strict`, a WARN needs an entry too. With `partial`, `found` does not cover all cases; entries of the
    others stay. Cases whose id does not match the `pattern` are left alone, and so are new ones without terms. Raises
    `DataError` if there is nothing but these.
    """
    done = Rebased()
    blocks = [_of_edition(baseline.preamble or FIRST_LINES.rstrip(), edition)]
    for entry in baseline.entries.values():
        if not fnmatchcase(entry.case, pattern):
            blocks.append(entry.block.text)
            continue
        kept = _standing(entry, found.get(entry.case), done, partial=partial)
        blocks += [kept] if kept else []
    wanted = {Verdict.FAIL, Verdict.KNOWN, *([Verdict.WARN] if strict else [])}
    new = {case: one for case, one in found.items() if one.verdict in wanted and case not in baseline.entries}
    done.left = [f"{case}: no entry, since --case does not match it" for case in new if not fnmatchcase(case, pattern)]
    new = {case: one for case, one in new.items() if fnmatchcase(case, pattern)}
    without = [case for case, one in new.items() if one.known is None and terms is None]
    if without and not baseline.entries:
        hint = "Give --issue, --owner, --expires and --reason."
        raise DataError("baseline", "", f"there are no terms for new entries: {some(without)}.", hint)
    done.left += [f"{case}: no entry; --issue, --owner, --expires and --reason make one" for case in without]
    new = {case: one for case, one in new.items() if case not in without}
    for case, one in new.items():
        blocks.append(entry_text(case, outcome_of(one), one.known or terms))  # type: ignore[arg-type]  # checked above
        done.added.append(f"{case}: {outcome_of(one)}")
    done.text = "\n\n".join(block for block in blocks if block) + "\n"
    return done


def _of_edition(preamble: str, edition: str | None) -> str:
    """Return the text before the first entry, with the edition of the run."""
    if edition is None:
        return preamble
    document = tomlkit.parse(f"{preamble}\n")
    document["edition"] = edition
    return document.as_string().rstrip()


def _standing(entry: Entry, found: CaseResult | None, done: Rebased, *, partial: bool) -> str:
    """Return the text of an entry, empty if the results say that it must go, and note in `done` what happened."""
    about = entry.case
    match found:
        case None if not partial:
            done.removed.append(f"{about}: no case of this run")
            return ""
        case None:
            done.kept.append(f"{about}: was not run")
        case CaseResult(verdict=Verdict.NEW):
            done.kept.append(f"{about}: is newer than the edition of this run")
        case CaseResult(verdict=Verdict.PASS):
            done.removed.append(f"{about}: passes now")
            return ""
        case CaseResult(verdict=Verdict.NOT_APPLICABLE):
            done.removed.append(f"{about}: does not apply to this target")
            return ""
        case CaseResult(verdict=Verdict.INCONCLUSIVE | Verdict.ENGINE):
            done.kept.append(f"{about}: was not exercised")
        case _ if not entry.outcome.accepts(now := outcome_of(found)):
            done.changed.append(f"{about}: {entry.outcome} is now {now}; does the reason still hold?")
            return _updated(entry, now)
        case _:
            done.kept.append(f"{about}: accepted until {entry.terms.expires}")
    return entry.block.text


def _updated(entry: Entry, now: AcceptedOutcome) -> str:
    """Return the text of an entry with another outcome."""
    document = tomlkit.parse(entry.block.text)
    [known] = document["known"]
    if now.observed != entry.outcome.observed:
        known["observed"] = tomlkit.value(quoted(now.observed))
    if now.findings != entry.outcome.findings:
        known["findings"] = tomlkit.value(_listed(now.findings))
    if now.answer != entry.outcome.answer:
        known["answer"] = tomlkit.value(quoted(now.answer))
    return document.as_string()


def entry_text(case: str, outcome: AcceptedOutcome, terms: Known) -> str:
    """Return a new entry in TOML."""
    values = {
        "case": quoted(case),
        "observed": quoted(outcome.observed),
        "findings": _listed(outcome.findings),
        **({"answer": quoted(outcome.answer)} if outcome.answer else {}),
        "issue": quoted(terms.issue),
        "owner": quoted(terms.owner),
        "expires": terms.expires.isoformat(),
        "reason": quoted(terms.reason),
    }
    return "\n".join(["[[known]]", *(f"{key:<8} = {value}" for key, value in values.items())])


def quoted(text: str) -> str:
    """Return the text as a TOML string on one line, with invisible characters escaped, which tomlkit does not do."""
    return '"' + "".join(char if char.isprintable() and char not in '"\\' else _escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    return f"\\{char}" if char in '"\\' else f"\\u{ord(char):04X}" if ord(char) <= _BASIC else f"\\U{ord(char):08X}"


_BASIC = 0xFFFF


def _listed(codes: Iterable[str]) -> str:
    return f"[{', '.join(quoted(code) for code in codes)}]"


def some(cases: list[str], most: int = 3) -> str:
    """Return the first of these cases, joined, with "and others" if there are more."""
    return ", ".join(cases[:most]) + (" and others" if len(cases) > most else "")
