"""Bringing a baseline up to date with what a run showed; what stands there stays.

The file is written by hand: seven flat keys are less than a library's settings, and entries that stay must stay as
their owners wrote them, comments included, which no TOML writer of today does.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from conformance.catalog.datafile import DataError, without_dates
from conformance.judge.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.baseline.entries import Baseline, Entry, Outcome, Terms

FIRST_LINES = """\
# Known deviations: accepted for now, each until its day. Written by `slack-conformance baseline`; reasons are yours.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a results file says of one case; `terms` are those on which the run took it as KNOWN."""

    verdict: Verdict
    outcome: Outcome
    terms: Terms | None = None


@dataclass
class Rebased:
    """The new text of a baseline, and what became of every entry."""

    text: str = ""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def remarks(self) -> list[str]:
        """What was done, a line for each entry."""
        words = {
            "added": self.added,
            "changed": self.changed,
            "kept": self.kept,
            "removed": self.removed,
            "left": self.left,
        }
        return [f"{word:<9}{about}" for word, entries in words.items() for about in entries] or ["nothing to accept"]


def rebased(  # noqa: PLR0913 - what is asked for
    baseline: Baseline,
    found: Mapping[str, Found],
    terms: Terms | None,
    *,
    strict: bool,
    partial: bool,
    pattern: str = "*",
) -> Rebased:
    """Return the baseline as these results have it; new entries get the `terms`.

    With `strict`, a WARN needs an entry too. Cases whose id does not match the `pattern` are left as they are. Raises
    `DataError` when an entry is new and there are no terms for it.
    """
    done = Rebased()
    blocks = [baseline.preamble or FIRST_LINES.rstrip()]
    for entry in baseline.entries.values():
        if not fnmatchcase(entry.case, pattern):
            blocks.append(entry.block.text)
            continue
        kept = _standing(entry, found.get(entry.case), done, partial=partial)
        blocks += [kept] if kept else []
    wanted = {Verdict.FAIL, Verdict.KNOWN, *([Verdict.WARN] if strict else [])}
    new = {case: one for case, one in found.items() if one.verdict in wanted and case not in baseline.entries}
    done.left = [f"{case}: no entry, as it was not asked for" for case in new if not fnmatchcase(case, pattern)]
    new = {case: one for case, one in new.items() if fnmatchcase(case, pattern)}
    without = [case for case, one in new.items() if one.terms is None]
    if without and terms is None:
        hint = "Give --issue, --owner, --expires and --reason."
        raise DataError("baseline", "", f"new entries need their terms: {some(without)}.", hint)
    for case, one in new.items():
        blocks.append(entry_text(case, one.outcome, one.terms or terms))  # type: ignore[arg-type]  # checked above
        done.added.append(f"{case}: {one.outcome}")
    done.text = "\n\n".join(block for block in blocks if block) + "\n"
    return done


def _standing(entry: Entry, found: Found | None, done: Rebased, *, partial: bool) -> str:
    """Return the text of an entry as it stays, nothing if it goes, and note which."""
    about = entry.case
    match found:
        case None if not partial:
            done.removed.append(f"{about}: no case of this run")
            return ""
        case None:
            done.kept.append(f"{about}: was not run")
        case Found(verdict=Verdict.PASS):
            done.removed.append(f"{about}: passes now")
            return ""
        case Found(verdict=Verdict.NOT_APPLICABLE):
            done.removed.append(f"{about}: does not apply to this target")
            return ""
        case Found(verdict=Verdict.INCONCLUSIVE | Verdict.ENGINE):
            done.kept.append(f"{about}: was not exercised")
        case Found(outcome=now) if now != entry.outcome:
            text, remark = _updated(entry, now)
            done.changed.append(f"{about}: {entry.outcome} is now {now}; does the reason still hold?{remark}")
            return text
        case _:
            done.kept.append(f"{about}: accepted until {entry.terms.expires}")
    return entry.block.text


def _updated(entry: Entry, outcome: Outcome) -> tuple[str, str]:
    """Return the entry with another outcome, its other lines as they stand, or what is to be said if they cannot."""
    values = {"observed": quoted(outcome.observed), "findings": _listed(outcome.findings)}
    lines = [_with_value(line, values) for line in entry.block.text.split("\n")]
    text, wanted = "\n".join(lines), entry_text(entry.case, outcome, entry.terms)
    try:
        if without_dates(tomllib.loads(text)) == without_dates(tomllib.loads(wanted)):
            return text, ""
    except tomllib.TOMLDecodeError:
        pass  # a value over several lines, of which one was replaced
    above = lines[: entry.block.header - entry.block.first]
    return "\n".join([*above, wanted]), " Written anew: look for comments beside its values."


def _with_value(line: str, values: Mapping[str, str]) -> str:
    """Return a line `key = value` with the value that is given for its key, any other line as it is."""
    found = re.match(r"\s*(\w+)\s*=", line)
    if found is None or found[1] not in values:
        return line
    comment = re.search(r"\s+#[^\"\]]*$", line)
    return f"{found[0]} {values[found[1]]}{comment[0] if comment else ''}"


def entry_text(case: str, outcome: Outcome, terms: Terms) -> str:
    """Return an entry in TOML."""
    values = {
        "case": quoted(case),
        "observed": quoted(outcome.observed),
        "findings": _listed(outcome.findings),
        "issue": quoted(terms.issue),
        "owner": quoted(terms.owner),
        "expires": terms.expires.isoformat(),
        "reason": quoted(terms.reason),
    }
    return "\n".join(["[[known]]", *(f"{key:<8} = {value}" for key, value in values.items())])


def quoted(text: str) -> str:
    """Return the text as a TOML string of one line."""
    return '"' + "".join(char if char.isprintable() and char not in '"\\' else _escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    return f"\\{char}" if char in '"\\' else f"\\u{ord(char):04X}" if ord(char) <= _BASIC else f"\\U{ord(char):08X}"


_BASIC = 0xFFFF


def _listed(codes: Iterable[str]) -> str:
    return f"[{', '.join(quoted(code) for code in codes)}]"


def some(cases: list[str], most: int = 3) -> str:
    """Return the first of these cases, and how many there are besides."""
    return ", ".join(cases[:most]) + (" and others" if len(cases) > most else "")
