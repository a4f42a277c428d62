"""The plan: how many requests a run will send, how long that takes at its pace, and what it cannot reach or prove.

It is a rehearsal: the very scripts of the run, against a target that answers as documented and costs nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING, cast

from conformance.catalog.model import HEALTHY, OK
from conformance.run.preflight import Preflight
from conformance.run.scripts import exercise
from conformance.run.session import Session
from conformance.target.control import Control
from conformance.target.pace import Pacer
from conformance.target.switch import Switches
from conformance.target.world import Unreachable
from conformance.wire.answer import read_answer
from conformance.wire.sender import Exchange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.catalog.model import Base, Case, Catalog, Edit, Method
    from conformance.target.profile import Profile
    from conformance.target.sources import Source
    from conformance.target.world import World
    from conformance.wire.answer import Answer
    from conformance.wire.request import Request
    from conformance.wire.sender import Sender

_VALUES = ("token", "scopes", "scopes_mixed", "client_id", "client_secret", "redirect_uri", "refresh_token")
_MINUTE = 60
_FEW = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run of these cases will cost; `seconds` is 0 where nothing holds it back but the target itself."""

    cases: int
    target: int
    control: int
    seconds: float
    unreachable: Mapping[str, list[str]] = field(default_factory=dict)
    valueless: tuple[Valueless, ...] = ()

    def lines(self, *, whole: bool = False) -> list[str]:
        """Return the plan as a user reads it; what cannot be reached is summed up unless it is to be `whole`."""
        calls = f" and {self.control} to its control API" if self.control else ""
        lines = [f"{self.cases} cases: {self.target} requests to the target{calls}, {self._time()}"]
        lines += [valueless.line for valueless in self.valueless]
        if not whole and len(self.unreachable) > _FEW:
            count = sum(len(cases) for cases in self.unreachable.values())
            lines.append(
                f"cannot be reached: {_count(count)}, for want of {len(self.unreachable)} things that --plan lists"
            )
            return lines
        for text, cases in self.unreachable.items():
            lines.append(f"cannot be reached: {_count(len(cases))} ({_some(cases)}). {text}")
        return lines

    def _time(self) -> str:
        if not self.seconds:
            return "as fast as it answers"
        if self.seconds < 2 * _MINUTE:
            return f"about {self.seconds:.0f} s at this pace"
        return f"about {self.seconds / _MINUTE:.0f} min at this pace"


@dataclass(slots=True)
class Valueless:
    """The cases of a method that are sent without values which their base needs to succeed, and these values."""

    method: str
    values: set[str] = field(default_factory=set)
    cases: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """What is missing first, and what that costs."""
        named = ", ".join(sorted(self.values))
        return (
            f"without {named}: {_count(len(self.cases))} of {self.method} rest on a base that lacks some of them, "
            "and can be proved only where the edit alone changes the answer"
        )


def plan(catalog: Catalog, profile: Profile, cases: Iterable[Case]) -> Plan:
    """Return what a run of these cases, in this order and by one process, will cost."""
    rehearsal = _Rehearsal(catalog, profile)
    preflight = Preflight(rehearsal)
    unreachable: dict[str, list[str]] = {}
    valueless: dict[str, Valueless] = {}
    count = 0
    for case in cases:
        count += 1
        try:
            preflight.cause(catalog.methods[case.method])
            trial = preflight.trials.pop(case.id, None) or exercise(rehearsal, case)
        except Unreachable as error:
            unreachable.setdefault(f"Needs: {error.needs}", []).append(case.id)
            continue
        missing = trial.shown.missing | rehearsal.missing_of_base(case)
        if missing:
            found = valueless.setdefault(case.method, Valueless(case.method))
            found.values |= missing
            found.cases.append(case.id)
    rehearsal.broken_bases()
    sent = rehearsal.sent, rehearsal.called.count, rehearsal.clock.now
    return Plan(count, *sent, unreachable, tuple(valueless.values()))


class _Clock:
    """Time that passes only when it is waited for."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class _Rehearsal(Session):
    """A session whose target answers every request as it should, without being asked."""

    def __init__(self, catalog: Catalog, profile: Profile) -> None:
        super().__init__(catalog, _without_secrets(profile))
        self.clock = _Clock()
        self.pacer = Pacer(profile.pace, self.clock)
        self.switches = Switches({})
        self.sent, self.called = 0, _ControlStub()
        self._refused = False
        if self.control is not None:
            self.control = self.worlds.control = Control("", cast("Sender", self.called))

    def compose(self, method: Method, base: Base, edit: Edit | None, world: World) -> tuple[Request, frozenset[str]]:
        request, missing = super().compose(method, base, edit, world)
        self._refused = bool(missing)
        return request, missing

    def missing_of_base(self, case: Case) -> frozenset[str]:
        """Return the values that the base of a case lacks; one in a state of its own is composed with its case."""
        shared = self.bases.get((case.method, case.base.name)) if case.world == HEALTHY else None
        return shared.missing if shared is not None else frozenset()

    def send(self, method: Method, request: Request, accept: frozenset[str] = frozenset()) -> Exchange:
        self.pacer.wait(method)
        self.sent += 1
        refused = sorted(accept - {OK})
        if accept and OK not in accept:
            return _exchange(request, f'{{"ok":false,"error":"{refused[0]}"}}')
        if self._refused:
            return _exchange(request, '{"ok":false,"error":"no-value"}')
        return _exchange(request, '{"ok":true}')


class _ControlStub:
    """Stands in for the sender of control calls."""

    count = 0

    def send(self, request: Request) -> Exchange:
        self.count += 1
        if request.verb != "POST":
            return _exchange(request, "{}")
        return _exchange(request, _world(int(json.loads(request.body or b"{}")["one_shot"])), status=201)


@cache
def _world(one_shot: int) -> str:
    values: dict[str, object] = {name: f"planned-{name}" for name in _VALUES}
    values |= {name: [f"planned-{name}"] * one_shot for name in ("trigger", "code")}
    return json.dumps({"world": "planned", "values": values})


def _exchange(request: Request, body: str, status: int = 200) -> Exchange:
    return Exchange(request, b"", b"", _answer(body, status), 0.0)


@cache
def _answer(body: str, status: int) -> Answer:
    head = f"HTTP/1.1 {status} -\r\nRetry-After: 1\r\nContent-Length: {len(body)}\r\n\r\n"
    return read_answer((head + body).encode())


def _without_secrets(profile: Profile) -> Profile:
    """Return the profile with every source replaced, so that a rehearsal draws and uses up nothing."""
    return replace(
        profile,
        control_key=None,
        headers=_planned(profile.headers),
        values=_planned(profile.values),
        states={
            name: replace(seeded, values=_planned(seeded.values), headers=_planned(seeded.headers))
            for name, seeded in profile.states.items()
        },
    )


def _planned(sources: Mapping[str, Source]) -> dict[str, Source]:
    return {name: replace(source, draw=partial(str, f"planned-{name}")) for name, source in sources.items()}


def _count(cases: int) -> str:
    return f"{cases} case" if cases == 1 else f"{cases} cases"


def _some(cases: list[str], most: int = 3) -> str:
    shown = ", ".join(cases[:most])
    return shown if len(cases) <= most else f"{shown}, …"
