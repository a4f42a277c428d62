"""Cases with one cause are told as one: failures that the same answer drew, and what could not be tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from conformance.report.records import Cause, Level
from conformance.report.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.report.failure import Failure
    from conformance.report.records import CaseRecord, Verdict

_Item = TypeVar("_Item")
_Key = TypeVar("_Key")

_TOLD_AS_ONE = 4
"""So many failures of one kind are a pattern; fewer are told one by one."""


_WORDS = {
    "not-refused": "accepted, though the page refuses it",
    "wrong-code": "refused with another documented code",
    "undocumented-code": "refused with a code that the page does not have",
    "refused": "refused, though the page accepts it",
    "no-answer": "no answer came",
    "unreadable": "an answer that cannot be read",
    "shape": "fields that are missing or of another type",
}
"""What a finding is called where it is told of many cases at once."""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures that show the same thing; `title` is empty for those that stand alone."""

    title: str
    level: Level
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Cases that one cause kept from being judged."""

    cause: Cause
    cases: tuple[CaseRecord, ...]


def failure_groups(failures: Iterable[Failure]) -> tuple[FailureGroup, ...]:
    """Return the failures, FAIL before WARN, those with one cause together at the place of the first."""
    failures = tuple(failures)
    order = {one.case.id: index for index, one in enumerate(failures)}
    alike = _together(failures, lambda one: (one.level, one.findings[0].code, one.case.observed))
    groups = []
    for members in sorted(_apart(alike.values()), key=lambda members: order[members[0].case.id]):
        if len(members) < _TOLD_AS_ONE:
            groups += [FailureGroup("", one.level, (one,)) for one in members]
        else:
            first = members[0]
            what = _WORDS.get(first.findings[0].code, first.findings[0].code)
            answer = shortened(first.case.observed or "nothing", 60)
            title = f"{len(members)} cases show one thing: {what}, answered with {answer}"
            groups.append(FailureGroup(title, first.level, tuple(members)))
    return tuple(sorted(groups, key=lambda group: group.level is not Level.FAIL))


def _apart(groups: Iterable[list[Failure]]) -> Iterable[list[Failure]]:
    """Yield groups that are large enough as they are, and the members of the others each alone."""
    for members in groups:
        yield from [members] if len(members) >= _TOLD_AS_ONE else ([one] for one in members)


def cause_groups(cases: Iterable[CaseRecord], verdict: Verdict) -> tuple[CauseGroup, ...]:
    """Return the cases of this verdict by their cause, the commonest first."""
    chosen = [case for case in cases if case.verdict is verdict]
    groups = _together(chosen, lambda case: case.cause or Cause("unnamed", case.got, ""))
    return tuple(
        sorted(
            (CauseGroup(cause, tuple(members)) for cause, members in groups.items()), key=lambda one: -len(one.cases)
        )
    )


def _together(items: Iterable[_Item], key: Callable[[_Item], _Key]) -> dict[_Key, list[_Item]]:
    """Return the items by their key, keys and items in the order in which they came."""
    found: dict[_Key, list[_Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found
