"""How findings with one cause are recognised, and what their fault is called.

`_KINDS` has an entry for each finding code. `key` returns what findings with one cause have in common; `title` says
what is wrong, in a clause that can follow "it does not conform:". Names from the target or the pages are in backticks.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ..catalog.edits.orders import AtOnce
from ..catalog.model import OK
from ..results.terms import Code
from ..results.words import FINDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from ..results.model import CaseResult, Finding

_LONGEST = 60
"""The most characters of a text of the target in a title."""

_LISTED = 3
"""The most names in a title."""


class Sighting(NamedTuple):
    """A finding, together with its case."""

    case: CaseResult
    finding: Finding


class TargetHabits(NamedTuple):
    """How a target treats nearly every refusal of a method, by method."""

    refuses_nothing: AbstractSet[str]
    """Methods that accept what the page refuses."""
    one_code: Mapping[str, str]
    """Methods that give the same code whatever is wrong."""
    own_codes: AbstractSet[str]
    """Methods whose codes are not those of the page."""
    taken: Mapping[str, AbstractSet[str]]
    """By method, the words in the names of bases that succeed; other words identify the ways in that fail."""
    never: AbstractSet[str]
    """Codes that the target gives nowhere, though requests of several outcomes call for them."""
    unreadable: AbstractSet[str]
    """Symptoms of the target's unreadable refusals; a base that may be refused shares them."""


class FaultKind(NamedTuple):
    """How findings with one code are grouped into faults, and how a fault is titled."""

    key: Callable[[Sighting, TargetHabits], tuple[str, ...]]
    title: Callable[[Sequence[Sighting]], str]


def kind_of(code: Code) -> FaultKind:
    """Return the kind of findings with this code; without an entry of its own, grouped by what is expected."""
    return _KINDS.get(code, _PLAIN)


def named(text: str) -> str:
    """Return a name for a title: shortened, in backticks, with its own backticks replaced."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f"`{short.replace('`', chr(39))}`"


def _way_in(sighting: Sighting, habits: TargetHabits) -> str:
    """Return a word in the base's name that no successful base has, or the whole name.

    Returns an empty string if no base succeeds, since then all have the same fault.
    """
    case = sighting.case
    taken = habits.taken.get(case.method)
    return next((word for word in case.base.split("-") if word not in taken), case.base) if taken else ""


# Unreadable answers.

_SYMPTOMS = (
    (re.compile(r"no 'ok'"), "have no `ok`"),
    (re.compile(r"no 'error'"), "have no `error`"),
    (re.compile(r"'ok' is (.+), not"), "have an `ok` that is {}"),
    (re.compile(r"'error' is (.+), not"), "have an `error` that is {}"),
    (re.compile(r"body is empty"), "have an empty body"),
    (re.compile(r"HTML"), "are HTML, not JSON"),
    (re.compile(r"no answer: (.+)"), "do not come: {}"),
)
"""Symptoms of unreadable answers, by the parser's message."""

_READER = re.compile(r"^(?:HTTP \d+, )?(?:an answer that cannot be read: )?")


def _symptom(finding: Finding) -> str:
    for pattern, words in _SYMPTOMS:
        found = pattern.search(finding.got)
        if found:
            return words.format(*(_shortened(part) for part in found.groups()))
    return f"cannot be read: {_shortened(_READER.sub('', finding.got))}"


def symptom(finding: Finding) -> str:
    """Return the symptom of an unreadable answer, with numbers replaced so that cases compare equal."""
    return re.sub(r"\d+", "#", _symptom(finding))


def _unreadable_key(sighting: Sighting, habits: TargetHabits) -> tuple[str, ...]:
    case, wrong = sighting.case, symptom(sighting.finding)
    if not case.must_succeed or (case.accept != (OK,) and wrong in habits.unreadable):
        return "unreadable", wrong
    return "unreadable", wrong, "must succeed", "" if case.edit else _way_in(sighting, habits)


def _unreadable_title(sightings: Sequence[Sighting]) -> str:
    what = f"{_symptom(sightings[0].finding)}{_statuses(sightings)}"
    served = all(one.case.must_succeed for one in sightings)
    return f"answers to {_requests(sightings)} {what}" if served else f"refusals {what}"


def _statuses(sightings: Sequence[Sighting]) -> str:
    """Return the HTTP statuses in brackets, unless 200 is among them."""
    found = dict.fromkeys(status for one in sightings for status in re.findall(r"^HTTP (\d+)", one.finding.got))
    return "" if not found or "200" in found else f" (HTTP {', '.join(sorted(found))})"


def _requests(sightings: Sequence[Sighting]) -> str:
    ways = sorted({one.case.base for one in sightings if one.case.edit is None})
    return f"requests by {_listed(ways)}" if ways else "requests that should succeed"


# Missing refusals, and refusals with another code.


def wanted(case: CaseResult) -> str:
    """Return the code that the page gives for this case; up to two if there is a choice."""
    if case.rule_name in case.accept:
        return case.rule_name
    return " or ".join(sorted({*case.accept} - {OK})[:2])


def _not_refused_key(sighting: Sighting, habits: TargetHabits) -> tuple[str, ...]:
    method = sighting.case.method
    if _at_once(sighting.case):
        return ("at-once",)
    if wanted(sighting.case) in habits.never:
        return "never", wanted(sighting.case)
    return ("not-refused", "") if method in habits.refuses_nothing else ("not-refused", wanted(sighting.case))


def _at_once(case: CaseResult) -> bool:
    return case.edit is not None and case.edit.kind == AtOnce.kind


def _not_refused_title(sightings: Sequence[Sighting]) -> str:
    if _at_once(sightings[0].case):
        return "a value that is to work once works more often for requests at the same moment"
    due = dict.fromkeys(wanted(one.case) for one in sightings)
    if len({one.case.observed for one in sightings}) > 1:
        return _never_title(sightings, due)
    return f"requests that should be refused{f' with {_listed(due)}' if len(due) == 1 else ''} are accepted"


def _never_title(sightings: Sequence[Sighting], due: Mapping[str, None]) -> str:
    """Return the title of a fault that shows in several outcomes, the most frequent one first."""
    counts = Counter(one.case.observed or "" for one in sightings).most_common(_LISTED)
    instead = [f"accepted in {n}" if code == OK else f"refused with {named(code)} in {n}" for code, n in counts]
    return f"the code {_listed(due)} is never returned: such requests are {', '.join(instead)}"


def _other_code_key(sighting: Sighting, habits: TargetHabits) -> tuple[str, ...]:
    case = sighting.case
    if habits.one_code.get(case.method) == case.error:
        return "one-code", case.error
    if sighting.finding.code == Code.UNDOCUMENTED_CODE:
        return ("own-codes",) if case.method in habits.own_codes else ("undocumented-code", case.error)
    if wanted(case) in habits.never:
        return "never", wanted(case)
    return "wrong-code", case.error, wanted(case)


def _other_code_title(sightings: Sequence[Sighting]) -> str:
    due = dict.fromkeys(wanted(one.case) for one in sightings)
    got = dict.fromkeys(one.case.observed or "" for one in sightings)
    unlisted = all(one.finding.code == Code.UNDOCUMENTED_CODE for one in sightings)
    code = named(next(iter(got)))
    if len(got) > 1 and not unlisted:
        return _never_title(sightings, due)
    if len(got) > 1:
        return f"refusals have codes that are not documented, such as {code} for {named(next(iter(due)))}"
    different = {code for one in due for code in one.split(" or ")}
    codes = _listed(due) if len(different) <= _LISTED else f"{len(different)} different codes"
    return f"requests are refused with {code}{' (not documented)' if unlisted else ''} instead of {codes}"


def _refused_key(sighting: Sighting, habits: TargetHabits) -> tuple[str, ...]:
    case = sighting.case
    where = case.rule_name if case.edit else _way_in(sighting, habits)
    return "refused", case.observed or "", "edited" if case.edit else "base", where


def _refused_title(sightings: Sequence[Sighting]) -> str:
    return f"{_requests(sightings)} are refused with {named(sightings[0].case.observed or '')}"


# Fields, warnings and headers.

_REQUIRED = re.compile(r"required \[(?P<required>.*)\]")
_KEYS = re.compile(r"with the keys (?P<keys>.*)$")


def _missing(finding: Finding) -> list[str]:
    """Return the required fields that an answer lacks, as far as the finding's text names them."""
    required, keys = _REQUIRED.search(finding.expected), _KEYS.search(finding.got)
    if required is None:
        return []
    there = set(keys["keys"].split(", ")) if keys else set()
    return [name for name in re.findall(r"'([^']*)'", required["required"]) if name not in there]


def _shape_key(sighting: Sighting, _habits: TargetHabits) -> tuple[str, ...]:
    finding = sighting.finding
    return "shape", _side(sighting.case), ", ".join(_missing(finding)) or finding.expected


def _shape_title(sightings: Sequence[Sighting]) -> str:
    first = sightings[0]
    missing = _missing(first.finding)
    what = f"have no {_listed(missing)}" if missing else f"are not as the page has them: {_said(first.finding)}"
    return f"{_side(first.case)} {what}"


def _side(case: CaseResult) -> str:
    return "successes" if case.observed == OK else "refusals"


def _lacking_place(finding: Finding) -> str:
    """Return the place in which the warnings are missing, empty if both have some."""
    found = re.search(r"'([^']+)' (?:says )?nothing", finding.got)
    return found[1] if found else ""


def _one_place_key(sighting: Sighting, _habits: TargetHabits) -> tuple[str, ...]:
    return Code.WARNING_ONE_PLACE, _lacking_place(sighting.finding)


def _one_place_title(sightings: Sequence[Sighting]) -> str:
    place = _lacking_place(sightings[0].finding)
    return f"warnings are missing in {named(place)}" if place else "the two places for warnings disagree"


_DECLARED = re.compile(r"reading '(?P<reading>[^']*)' of (?P<row>[\w-]+)")


def _declared_key(sighting: Sighting, _habits: TargetHabits) -> tuple[str, ...]:
    found = _DECLARED.search(sighting.finding.expected)
    return Code.DECLARED_READING, found["row"] if found else sighting.finding.expected


def _declared_title(sightings: Sequence[Sighting]) -> str:
    found = _DECLARED.search(sightings[0].finding.expected)
    reading = f"the reading {named(found['reading'])} of {found['row']}" if found else "the reading"
    return f"answers do not show {reading} that the profile declares"


def _by_got(sighting: Sighting, _habits: TargetHabits) -> tuple[str, ...]:
    return sighting.finding.code, sighting.finding.got


def _by_expected(sighting: Sighting, _habits: TargetHabits) -> tuple[str, ...]:
    return sighting.finding.code, sighting.finding.expected


def _alone(sighting: Sighting, _habits: TargetHabits) -> tuple[str, ...]:
    return (sighting.finding.code,)


def _first(words: str) -> Callable[[Sequence[Sighting]], str]:
    """Return a title function that inserts what the first finding expected and got."""

    def title(sightings: Sequence[Sighting]) -> str:
        finding = sightings[0].finding
        return words.format(expected=_shortened(finding.expected), got=_shortened(finding.got))

    return title


def _each_got(words: str) -> Callable[[Sequence[Sighting]], str]:
    """Return a title function that lists the distinct values of `got`."""
    return lambda sightings: f"{words} {_listed(dict.fromkeys(one.finding.got for one in sightings))}"


def _said(finding: Finding) -> str:
    return f"expected {_shortened(finding.expected)}, got {_shortened(finding.got)}"


def _listed(names: Sequence[str] | Mapping[str, None]) -> str:
    """Return the first names, joined, and how many more there are."""
    shown = [named(name) for name in list(names)[:_LISTED]]
    more = [f"{len(names) - len(shown)} more"] if len(names) > len(shown) else []
    *before, last = [*shown, *more]
    return f"{', '.join(before)} and {last}" if before else last


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _breach(sighting: Sighting, _habits: TargetHabits) -> tuple[str, ...]:
    return sighting.finding.code, sighting.finding.expected


def _breach_title(sightings: Sequence[Sighting]) -> str:
    """Return what the client does, without the details that follow a colon."""
    return sightings[0].finding.got.partition(": ")[0][: 2 * _LONGEST]


_KINDS: Mapping[Code, FaultKind] = {
    Code.SENT: FaultKind(_breach, _breach_title),
    Code.NOT_COPED: FaultKind(_breach, _breach_title),
    Code.UNREADABLE: FaultKind(_unreadable_key, _unreadable_title),
    Code.NO_ANSWER: FaultKind(_unreadable_key, _unreadable_title),
    Code.NOT_REFUSED: FaultKind(_not_refused_key, _not_refused_title),
    Code.WRONG_CODE: FaultKind(_other_code_key, _other_code_title),
    Code.UNDOCUMENTED_CODE: FaultKind(_other_code_key, _other_code_title),
    Code.REFUSED: FaultKind(_refused_key, _refused_title),
    Code.SHAPE: FaultKind(_shape_key, _shape_title),
    Code.STATUS: FaultKind(_by_expected, _first("answers have the status {got}, not {expected}")),
    Code.MEDIA_TYPE: FaultKind(_alone, _each_got("answers are not application/json by their Content-Type:")),
    Code.WARNING_MISSING: FaultKind(_by_expected, _first("the {expected} is missing")),
    Code.WARNING_UNEXPECTED: FaultKind(_by_got, _first("a warning comes that is not due: {got}")),
    Code.WARNING_ONE_PLACE: FaultKind(_one_place_key, _one_place_title),
    Code.WARNING_SHAPE: FaultKind(_by_got, _first("warnings are not as documented: {got}")),
    Code.RETRY_AFTER_MISSING: FaultKind(_alone, _first("throttled answers have no Retry-After")),
    Code.RETRY_AFTER_UNREADABLE: FaultKind(_alone, _first("Retry-After is of no use: {got}")),
    Code.UNSTABLE: FaultKind(_by_got, _first("an answer was wrong once and right when it was asked for again: {got}")),
    Code.DECLARED_READING: FaultKind(_declared_key, _declared_title),
    Code.PRESENTED: FaultKind(_by_expected, _first("the journal does not agree with the answer, by which {expected}")),
}
_PLAIN = FaultKind(
    _by_expected, lambda seen: f"a request {FINDINGS[seen[0].finding.code].phrase}: {_said(seen[0].finding)}"
)
