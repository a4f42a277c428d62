"""Compare two runs case by case, by the case id; as plain text for a terminal with hostile characters escaped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..results.terms import Level, Verdict
from ..results.words import counted
from .visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..results.io import Results
    from ..results.model import CaseResult


class Category(StrEnum):
    """How a case changed."""

    REGRESSED = "regressed"
    UNPROVED = "no longer proved"
    FIXED = "fixed"
    PROVED = "newly proved"
    ACCEPTED = "accepted by the baseline"
    OTHER = "other reason"
    NEW = "new"
    VANISHED = "vanished"


_BROKEN = frozenset({Verdict.FAIL, Verdict.ENGINE})
_PROVEN = frozenset({Verdict.PASS, Verdict.WARN})
_UNPROVEN = frozenset({Verdict.INCONCLUSIVE})
_SILENT = frozenset({Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.NEW})

_TEXT = 160
"""The most bytes of a text of the target in a line for a terminal."""


_FINDINGS = 2
"""The most findings of a case that are named."""


@dataclass(frozen=True, slots=True)
class Change:
    """One case whose result changed."""

    id: str
    rule: str
    category: Category
    before: Verdict | None
    after: Verdict | None
    was: str
    now: str
    was_wrong: str = ""
    """The findings before, by name; empty without any."""
    now_wrong: str = ""


@dataclass(frozen=True, slots=True)
class Diff:
    """Every change from one run to another, and remarks on what makes them hard to compare."""

    changes: tuple[Change, ...]
    remarks: tuple[str, ...]
    compared: int
    incomplete: bool = False
    """Whether a change may not show: a run is partial or cut, cases have vanished, or rules or edition are others."""

    @property
    def by_category(self) -> Mapping[Category, tuple[Change, ...]]:
        """The changes of each category, the worst category first."""
        return {
            category: tuple(change for change in self.changes if change.category is category) for category in Category
        }

    @property
    def regressed(self) -> bool:
        """Whether any case got worse or is no longer proved; then the exit code is 1."""
        return any(change.category in {Category.REGRESSED, Category.UNPROVED} for change in self.changes)

    @property
    def sentence(self) -> str:
        """The comparison in one sentence, with absolute counts."""
        if not self.changes:
            return f"Nothing changed in {counted(self.compared, 'case')}."
        counts = ", ".join(f"{len(found)} {category}" for category, found in self.by_category.items() if found)
        return f"{counts}; {counted(self.compared, 'case')} {'is' if self.compared == 1 else 'are'} in both runs."


def diff(old: Results, new: Results) -> Diff:
    """Return the changes from the old run to the new one."""
    before = {case.id: case for case in old.cases}
    after = {case.id: case for case in new.cases}
    changes = [
        change for name in {**after, **before} if (change := _change(before.get(name), after.get(name))) is not None
    ]
    incomplete = (
        _has_gaps(old)
        or _has_gaps(new)
        or old.header.catalog != new.header.catalog
        or old.header.edition != new.header.edition
        or any(change.category is Category.VANISHED for change in changes)
    )
    return Diff(tuple(changes), tuple(_remarks(old, new)), len(before.keys() & after.keys()), incomplete)


def _has_gaps(run: Results) -> bool:
    return run.footer is None or run.footer.cut is not None or len(run.cases) < run.header.cases


def _change(before: CaseResult | None, after: CaseResult | None) -> Change | None:
    if before is None and after is not None:
        return Change(after.id, after.rule, Category.NEW, None, after.verdict, "", reason(after))
    if before is not None and after is None:
        return Change(before.id, before.rule, Category.VANISHED, before.verdict, None, reason(before), "")
    if before is None or after is None or (category := _category(before, after)) is None:
        return None
    sides = reason(before), reason(after), _findings(before), _findings(after)
    return Change(after.id, after.rule, category, before.verdict, after.verdict, *sides)


def _category(before: CaseResult, after: CaseResult) -> Category | None:  # noqa: PLR0911 - one for each way to change
    """Classify a change: a new failure is regressed, a former one fixed, anything else another reason.

    A case that failed before and breaks a further rule now is regressed too.
    An INCONCLUSIVE case says nothing about the target: it is no longer proved, or proved for the first time.
    A known deviation and a case that does not apply were declared by the target's owner, which is neither. Nor is it
    one that a NEW case begins to gate with the verdict that was foreseen.
    """
    match before.verdict, after.verdict:
        case Verdict.NEW, now if now is not Verdict.NEW:
            return _category(replace(before, verdict=before.judged), after) or Category.OTHER
        case was, now if was is now:
            if now in _BROKEN and _broken_rules(after) - _broken_rules(before):
                return Category.REGRESSED
            return None if _essence(before) == _essence(after) else Category.OTHER
        case _, now if now in _BROKEN:
            return Category.OTHER if before.verdict in _BROKEN else Category.REGRESSED
        case was, Verdict.KNOWN if was in _BROKEN:
            return Category.ACCEPTED
        case was, now if was in _PROVEN and now in _UNPROVEN:
            return Category.UNPROVED
        case was, now if was in _SILENT and now in _PROVEN:
            return Category.PROVED
        case Verdict.PASS, Verdict.WARN:
            return Category.REGRESSED
        case _, now if now in _PROVEN:
            return Category.FIXED
        case _:
            return Category.OTHER


def _broken_rules(case: CaseResult) -> set[str]:
    return {finding.rule for finding in case.findings if finding.level is Level.FAIL}


def _essence(case: CaseResult) -> object:
    """Return the parts of a case that explain its verdict, without those that vary from run to run."""
    findings = tuple((finding.rule, finding.code, finding.level) for finding in case.findings)
    return case.observed, case.reading, case.seen, findings, case.cause and case.cause.kind


def reason(case: CaseResult) -> str:
    """Return the reason for a case's verdict, in one line."""
    if case.cause is not None:
        return case.cause.text
    if case.verdict is Verdict.PASS and case.reading is not None:
        return f"{case.got} ({case.reading[0]}, reading {case.reading[1]})"
    return case.got


def _findings(case: CaseResult) -> str:
    """Return what is wrong with the case by name, with what was expected; empty without a finding."""
    return "; ".join(f"{one.code}: got {one.got}; expected {one.expected}" for one in case.findings[:_FINDINGS])


def _remarks(old: Results, new: Results) -> list[str]:
    remarks = []
    for name, results in (("old", old), ("new", new)):
        if results.footer is None:
            remarks.append(
                f"The {name} run was cut off after {len(results.cases)} of {counted(results.header.cases, 'case')}."
            )
        elif len(results.cases) < results.header.cases:
            remarks.append(
                f"The {name} run was partial: {len(results.cases)} of {counted(results.header.cases, 'case')}."
            )
    if old.header.catalog != new.header.catalog:
        remarks.append("The two runs were judged by different rules and cases.")
    if old.header.edition != new.header.edition:
        editions = (run.header.edition or "none" for run in (old, new))
        remarks.append(f"Other cases gate: the editions are {' and then '.join(editions)}.")
    if old.header.target.name != new.header.target.name or old.header.target.kind is not new.header.target.kind:
        remarks.append(f"The targets differ: {_target(old)}, then {_target(new)}.")
    return remarks


def _target(results: Results) -> str:
    return f"{results.header.target.name} ({results.header.target.kind})"


def render_diff_text(changes: Diff) -> str:
    """Return a text with every change, regressions first."""
    return "\n".join(_text_lines(changes)) + "\n"


def _text_lines(changes: Diff) -> Iterator[str]:
    yield changes.sentence
    yield from (shortened(remark, _TEXT * 2) for remark in changes.remarks)
    for category, found in changes.by_category.items():
        if found:
            yield from ("", f"{category} ({len(found)})")
            for change in found:
                yield from _change_lines(change)


def _change_lines(change: Change) -> Iterator[str]:
    yield f"  {shortened(change.id, _TEXT)}  {change.before or 'not there'} -> {change.after or 'not there'}"
    was, now = change.was_wrong or change.was, change.now_wrong or change.now
    if was and was != now:
        yield f"    was  {shortened(was, _TEXT)}"
    if now:
        yield f"    now  {shortened(now, _TEXT)}"
