"""What a run with a profile can prove, what it cannot, and what to add to the profile for most cases.

All of it follows from plans: of the profile, of the profile with made-up values in the place of those that it lacks, of
that one without each of these values, and of one with a control API. So nothing here knows what a case needs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..catalog.schema import schema
from ..results.terms import Kind
from ..results.words import counted
from ..target.sources import Source
from ..target.telling import told_by
from .plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..catalog.model import Case, Catalog
    from ..target.profile import Profile
    from .plan import Plan

_ROWS = 14
"""The most rows of the table."""

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Row:
    """Something to add to the profile: its place there, the cases that need it, and a few words about it."""

    what: str
    cases: int
    about: str
    name: str
    kind: str
    """`value`, `stock`, `state`, `control` or `setting`."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a run can prove: of `total` cases all but those that need `values`, states, time or something else."""

    total: int
    values: int
    in_states: int
    states: int
    """How many states are missing."""
    time: int
    other: int
    perhaps: int = 0
    """How many of those that need values can be proved without, where the edit alone changes the target's answer."""
    rows: tuple[Row, ...] = ()
    """What to add, the kinds in the order in which they help, within each what most cases need."""

    @property
    def proved(self) -> int:
        """How many cases can be proved."""
        return self.total - self.values - self.in_states - self.time - self.other

    @property
    def sentence(self) -> str:
        """One sum: how many cases can be proved, and what the others need."""
        needs = [
            f"{self.values} need values" if self.values else "",
            f"{self.in_states} need {counted(self.states, 'state')}" if self.in_states else "",
            f"{self.time} need time" if self.time else "",
            f"{self.other} need something else" if self.other else "",
        ]
        said = ", ".join(filter(None, needs))
        return f"{self.proved} of {counted(self.total, 'case')} have what they need{'; ' if said else ''}{said}."

    def step(self, file: str) -> str:
        """Return the one thing to do next, for the owner of the profile in this file."""
        run, first = f"slack-conformance run --profile {file}", next(iter(self.rows), None)
        if first is None:
            return run
        values = [row.name for row in self.rows if row.kind == "value"]
        most = f"{first.what}, {counted(first.cases, 'case')}"
        if first.kind == "control":
            most = "a control API, or [state.…] tables for states that the target has"
        if values:
            most = f"{', '.join(values)} under [values]: {counted(self.values, 'more case')}"
        if values and self.values > self.proved:
            return f"fill in {most}. Then: slack-conformance target check {file}"
        return f"{run}   (what would add most: {most})"

    def lines(self) -> Iterator[str]:
        """Yield the sentence and the table."""
        yield self.sentence
        if self.perhaps:
            yield f"Without values, {self.perhaps} of these show something only if the edit alone changes the answer."
        if not self.rows:
            return
        shown = self.rows if len(self.rows) <= _ROWS else self.rows[: _ROWS - 1]
        width = max(len(row.what) for row in shown)
        yield ""
        yield f"  {'missing':<{width}}  cases  what it is"
        for row in shown:
            room = _WIDTH - width - 11
            about = row.about if len(row.about) <= room else row.about[: room - 1].rstrip() + "…"
            yield f"  {row.what:<{width}}  {row.cases:>5}  {about}".rstrip()
        if len(shown) < len(self.rows):
            rest = len(self.rows) - len(shown)
            yield f"  … and {rest} more: `slack-conformance list states` says what shows each state"


def descriptions() -> Mapping[str, str]:
    """Return what each value of a profile is, by name, in the order in which a profile has them."""
    values = schema("target.schema.json")["properties"]["values"]["properties"]
    return {name: one["title"] for name, one in values.items()}


def reach(catalog: Catalog, profile: Profile, cases: Sequence[Case], planned: Plan) -> Reach:
    """Return what a run of these cases can prove; `planned` is its plan. The rows need a few more plans."""
    found, _ = _summed(catalog, profile, cases, planned)
    return found


def reach_in_rows(catalog: Catalog, profile: Profile, cases: Sequence[Case], planned: Plan) -> Reach:
    """Return the same with the rows of the table."""
    found, whole = _summed(catalog, profile, cases, planned)
    return replace(found, rows=tuple(_rows(catalog, profile, cases, planned, whole)))


def _summed(catalog: Catalog, profile: Profile, cases: Sequence[Case], planned: Plan) -> tuple[Reach, dict[str, Kind]]:
    """Return the sums, and why each case cannot be proved even with every value."""
    now = planned.unproved
    whole = plan(catalog, _with(profile, _missing(profile), catalog), cases).unproved if now else {}
    kinds = Counter(whole.values())
    later = sum(kinds.values())
    states = {name for names in _wanted_states(profile, cases, whole).values() for name in names}
    in_states, time = kinds[Kind.NO_STATE], kinds[Kind.NO_TIME]
    values = len(now.keys() - whole.keys())
    perhaps = sum(len(one.cases) for one in planned.missing_values)
    return Reach(len(cases), values, in_states, len(states), time, later - in_states - time, perhaps), whole


def _rows(
    catalog: Catalog, profile: Profile, cases: Sequence[Case], planned: Plan, whole: Mapping[str, Kind]
) -> Iterator[Row]:
    now, missing = planned.unproved, _missing(profile)
    waiting = [case for case in cases if case.id in now and case.id not in whole]
    counts = {
        name: len(
            plan(catalog, _with(profile, [other for other in missing if other != name], catalog), waiting).unproved
        )
        for name in missing
    }
    about = descriptions()
    for name, count in sorted(counts.items(), key=lambda item: -item[1]):
        if count:
            yield Row(f"{name} in [values]", count, about[name], name, "value")
    for need in planned.needs:
        if need.cases and need.source.stock is not None:
            what = f"more of {need.name}{f' of {need.state}' if need.state else ''}"
            left = f"at most {need.needed} needed, {need.source.stock.left()} in {need.source.stock.name}"
            yield Row(what, len(need.cases), left, need.name, "stock")
    if profile.control is None and whole:
        control = replace(profile, control="http://127.0.0.1/conformance/v1")
        blocked = [case for case in cases if case.id in whole]
        gain = len(blocked) - len(plan(catalog, _with(control, missing, catalog), blocked).unproved)
        if gain:
            yield Row(
                "a control API", gain, 'control = "http://…/conformance/v1": all states at once', "control", "control"
            )
    wanted = Counter(name for names in _wanted_states(profile, cases, whole).values() for name in names)
    for name, count in wanted.most_common():
        yield Row(f"[state.{name}]", count, _shown_by(name, catalog), name, "state")
    settings = Counter(kind for kind in whole.values() if kind is not Kind.NO_STATE)
    for kind, count in settings.most_common():
        what, text = _SETTINGS.get(kind, ("other", "slack-conformance run says why"))
        yield Row(what, count, text, what, "setting")


_SETTINGS = {
    Kind.NO_TIME: ("expiry_wait_s", "seconds that a run may wait for a value to expire; a control API needs none"),
    Kind.NOT_ALLOWED: ("exhaust, race", "true lets a run use up a rate limit, and send requests at the same moment"),
    Kind.NOT_SHOWN: ("other values", "values that differ from those that the cases send"),
}
"""What in a profile lets the cases run that have a cause of this kind, and a few words about it."""


def _shown_by(state: str, catalog: Catalog) -> str:
    """Return by which values a request is in the state, for the methods together."""
    names = sorted({name for names in told_by(catalog.states[state], catalog).values() for name in names})
    return f"{', '.join(names)}, or enter and leave" if names else "enter and leave, or headers"


def _wanted_states(profile: Profile, cases: Iterable[Case], whole: Mapping[str, Kind]) -> dict[str, list[str]]:
    """Return the states that each case lacks, where that is why it cannot be proved."""
    return {
        case.id: [name for name in sorted(case.states) if profile.seeded(name, case.method) is None]
        for case in cases
        if whole.get(case.id) is Kind.NO_STATE
    }


def _missing(profile: Profile) -> list[str]:
    return [] if profile.control else [name for name in descriptions() if name not in profile.values]


def _with(profile: Profile, names: Iterable[str], catalog: Catalog) -> Profile:
    """Return the profile with made-up values under these names, and with enough of those that it has."""
    had = {name: replace(source, stock=None) for name, source in profile.values.items()}
    states = {
        name: replace(seeded, values={one: replace(source, stock=None) for one, source in seeded.values.items()})
        for name, seeded in profile.states.items()
    }
    added = {name: _made_up(name, once=name in catalog.one_shot_values) for name in names}
    return replace(profile, values={**had, **added}, states=states)


def _made_up(name: str, *, once: bool) -> Source:
    return Source(lambda: name, fresh=once, secret=False, said="made up", origin=name, once=once)
