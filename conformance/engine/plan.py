"""The plan: how many requests a run will send, how long that takes, which values it needs, and what it cannot reach.

The plan is a rehearsal: the scripts of the run, against a target that answers as documented and is never contacted.
`engine.reach` adds up what it cannot reach, and finds out what would help most.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ..catalog.model import OK
from ..catalog.values import HEALTHY, name_in_state
from ..results.terms import Kind
from ..results.words import counted
from ..target.control import ControlClient
from ..wire.answer import read_answer
from ..wire.sender import Exchange
from .engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..catalog.model import Base, Case, Catalog, Method
    from ..results.model import Cause
    from ..target.profile import Profile
    from ..target.seeded import Seeded
    from ..target.sources import Source
    from ..wire.answer import Answer
    from .composing import Composed

_VALUES = ("token", "scopes", "scopes_mixed", "client_id", "client_secret", "redirect_uri", "refresh_token")
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will send. `target` and `control` count requests; `seconds` is 0 if the profile sets no pace."""

    cases: int
    target: int
    control: int
    seconds: float
    unreachable: Mapping[Cause, list[str]] = field(default_factory=dict)
    missing_values: tuple[MissingValues, ...] = ()
    needs: tuple[Need, ...] = ()
    explored: int = 0
    """How many more requests may be sent where something fails."""
    worst_s: float = 0.0
    """How long a run takes at worst, in seconds; 0 if that was not asked for."""

    @property
    def unproved(self) -> dict[str, Kind]:
        """Why each case that a run cannot prove for certain cannot be proved, by the id of the case."""
        lacking = [case for one in self.missing_values for case in one.cases]
        lacking += [case for need in self.needs for case in need.cases]
        return dict.fromkeys(lacking, Kind.NO_VALUE) | {
            case: cause.kind for cause, cases in self.unreachable.items() for case in cases
        }

    def lines(self, *, whole: bool = False) -> list[str]:
        """Return how much a run sends and takes, in lines; the states' own values are left out unless `whole`."""
        calls = f" and {self.control} to its control API" if self.control else ""
        lines = [f"{_count(self.cases)}: {counted(self.target, 'request')} to the target{calls}, {self._time()}"]
        if whole and self.worst_s:
            lines.append(
                f"at worst: {_long(self.worst_s)}, if each request takes limit_s; --max-time ends a run sooner"
            )
        if whole and self.explored:
            lines.append(
                f"where something fails: at most {counted(self.explored, 'request')} more, with further values"
            )
        return lines + [need.line for need in self.needs if whole or need.cases or not need.state]

    def _time(self) -> str:
        if not self.seconds:
            return "as fast as it answers"
        return f"about {_long(self.seconds)} at this pace"


def _long(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:.0f} min"


@dataclass(slots=True)
class Need:
    """How many values of a single-use source a run needs at most."""

    name: str
    source: Source
    state: str = ""
    needed: int = 0
    cases: list[str] = field(default_factory=list)
    """The cases that will lack a value."""

    @property
    def line(self) -> str:
        """One line: how many values are needed, how many there are, and how many cases will lack one, at least."""
        text = f"{self.name}{f' of {self.state}' if self.state else ''}: at most {self.needed} needed"
        stock = self.source.stock
        if stock is None:
            return text + (f", by the {self.source.said}" if self.source.fresh else ", and always the same one given")
        text += f", {stock.left()} in {stock.name}"
        return f"{text}: at least {_count(len(self.cases))} will lack one" if self.cases else text


@dataclass(slots=True)
class MissingValues:
    """The cases of a method that are sent without values that their base needs, and the names of these values."""

    method: str
    values: set[str] = field(default_factory=set)
    cases: list[str] = field(default_factory=list)


def plan(  # noqa: PLR0913 - what decides over the requests of a run
    catalog: Catalog,
    profile: Profile,
    cases: Iterable[Case],
    seed: int = 0,
    asked_twice: frozenset[str] = frozenset(),
    *,
    correlate: bool = False,
) -> Plan:
    """Return the plan of a run of these cases, in this order, in one process; the rest is as for the engine."""
    needs = [
        Need(name, source, "" if state == HEALTHY else state)
        for state, table in [(HEALTHY, profile.values), *((state, one.values) for state, one in profile.states.items())]
        for name, source in table.items()
        if source.once
    ]
    clock, sender = _RehearsedClock(), _RehearsedTarget()
    control = ControlClient(_rehearsed_control) if profile.control else None
    engine = Engine(
        catalog,
        _rehearsed(profile, needs),
        sender=sender,
        control=control,
        clock=clock,
        seed=seed,
        asked_twice=asked_twice,
        correlate=correlate,
    )
    unreachable: dict[Cause, list[str]] = {}
    missing_values: dict[str, MissingValues] = {}
    count = 0
    sent_again: set[tuple[str, str, str]] = set()
    for case in cases:
        count += 1
        sent_again |= _sent_again(catalog.methods[case.method], case.base)
        before = [need.needed for need in needs]
        result = engine.run(case)
        if result.trial is None:
            if result.judgement.cause is not None:
                unreachable.setdefault(result.judgement.cause, []).append(case.id)
            continue
        for need, had in zip(needs, before, strict=True):
            stock = need.source.stock
            if stock is not None and need.needed > max(had, stock.left()):
                need.cases.append(case.id)
        if result.trial.shown.missing:
            found = missing_values.setdefault(case.method, MissingValues(case.method))
            found.values |= result.trial.shown.missing.keys()
            found.cases.append(case.id)
    engine.withdrawn()
    for need in needs:
        need.needed += len({base for base in sent_again if need.needed and not need.state and base[2] == need.name})
    sent = sender.count, control.count if control else 0, clock.now
    return Plan(count, *sent, unreachable, tuple(missing_values.values()), tuple(need for need in needs if need.needed))


def _sent_again(method: Method, base: Base) -> set[tuple[str, str, str]]:
    """Return method, base and value for each value that takes one more if the base, as it may, is refused."""
    names = (one.value[1:] for one in method.arguments.values() if one.value is not None)
    return {(method.name, base.name, name) for name in names} if method.may_refuse(base) else set()


class _RehearsedClock:
    """A clock that advances only by `sleep`."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class _RehearsedTarget:
    """A sender that makes up the answer of a conforming target to each request."""

    count = 0

    def send(self, request: Composed) -> Exchange:
        self.count += 1
        error = ""
        if request.accept and OK not in request.accept:
            error = min(request.accept)
        elif request.missing:
            error = "no-value"
        return Exchange(request, b"", b"", _answer(error), 0.0)

    def send_together(self, requests: Sequence[Composed]) -> list[Exchange]:
        first, *others = requests
        return [self.send(replace(first, accept=frozenset())), *map(self.send, others)]

    def close(self) -> None:
        pass


def _rehearsed_control(verb: str, _path: str, content: Mapping[str, Any] | None) -> tuple[int, Mapping[str, Any]]:
    """Make up the answers of a control API."""
    return (201, _world(content["state"], content["one_shot"])) if verb == "POST" and content else (200, {})


@cache
def _world(state: str, one_shot: int) -> Mapping[str, Any]:
    values: dict[str, object] = {name: _planned_text(name, state) for name in _VALUES}
    values |= {name: [f"planned-{name}"] * one_shot for name in ("trigger", "code")}
    return {"world": "planned", "values": values}


@cache
def _answer(error: str) -> Answer:
    body = json.dumps({"ok": False, "error": error} if error else {"ok": True})
    head = f"HTTP/1.1 200 -\r\nRetry-After: 1\r\nContent-Length: {len(body)}\r\n\r\n"
    return read_answer((head + body).encode())


def _rehearsed(profile: Profile, needs: list[Need]) -> Profile:
    """Return the profile with sources that count and use nothing up, and with states that no command switches."""
    counted = {id(need.source): need for need in needs}

    def planned(sources: Mapping[str, Source], state: str = HEALTHY) -> dict[str, Source]:
        return {
            name: replace(one, draw=partial(_planned, name, state, counted.get(id(one))))
            for name, one in sources.items()
        }

    def in_state(state: str, seeded: Seeded) -> Seeded:
        switch = replace(seeded.switch, enter=(), leave=()) if seeded.switch else None
        headers = planned(seeded.headers, state)
        return replace(seeded, values=planned(seeded.values, state), headers=headers, switch=switch)

    return replace(
        profile,
        shared=None,
        headers=planned(profile.headers),
        values=planned(profile.values),
        states={name: in_state(name, seeded) for name, seeded in profile.states.items()},
    )


def _planned(name: str, state: str, need: Need | None) -> str:
    if need is not None:
        need.needed += 1
    return _planned_text(name, state)


def _planned_text(name: str, state: str) -> str:
    """Return a made-up value of a world in this state: a list, since some cases send a list of two, or a URI."""
    if name == "redirect_uri":
        return f"https://planned.example/{state}"
    return f"planned-{name_in_state(name, state)},planned-{name}-too"


def _count(cases: int) -> str:
    return counted(cases, "case")
