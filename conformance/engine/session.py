"""A session with the target: it sends the requests of cases, with shared bases, and knows what was answered so far.

What varies is passed in. `Sender` sends requests to the target: over HTTP, or in a rehearsal by making the answers up.
`target.control.Control` calls the control API, over HTTP or within this process. `target.pace.Clock` tells the time and
sleeps. By default all three are those of a real run, made from the profile.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Protocol

from conformance.catalog.members import drawn
from conformance.catalog.model import HEALTHY, OK
from conformance.engine.adapting import (
    Patience,
    Throttling,
    Waiting,
    delivered,
    is_throttled,
    throttled_in_words,
)
from conformance.engine.composing import Composed, Composer, needs_of
from conformance.judge.model import Shown
from conformance.judge.values import doubtful
from conformance.results.model import Cause, Kind, RequestCount, Role
from conformance.target.control import Control, HttpCaller
from conformance.target.pace import Pacer
from conformance.target.switch import Switches
from conformance.target.world import Unreachable, World, Worlds
from conformance.wire import sender as wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Base, Case, Catalog, Edit, Method
    from conformance.engine.adapting import Simpler
    from conformance.target.pace import Clock
    from conformance.target.profile import Profile
    from conformance.target.world import Drawn
    from conformance.wire.answer import Answer
    from conformance.wire.sender import Exchange


class Sender(Protocol):
    """Sends one request at a time to the target; `count` is the number of requests so far."""

    count: int

    def send(self, request: Composed) -> Exchange:
        """Send the request and return the exchange; a target that does not answer is not an exception."""

    def close(self) -> None:
        """Close every connection."""


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange of a trial, and what it was for."""

    role: Role
    exchange: Exchange


@dataclass
class Trial:
    """Everything that a case sent, the worlds it used, and the input of the judge."""

    shown: Shown
    sent: list[Step] = field(default_factory=list)
    worlds: list[World] = field(default_factory=list)


@dataclass
class SharedBase:
    """A base as this process first sent it, and the ids of the cases that rest on it."""

    exchange: Exchange
    world: World
    base: Base
    composed: Composed
    cases: list[str] = field(default_factory=list)
    before: list[SharedBase] = field(default_factory=list)
    """Earlier attempts: without a usable answer, or refused and then simplified."""

    @property
    def missing(self) -> Mapping[str, str]:
        """Each value for which a placeholder was sent, with the reason why there is none."""
        return self.composed.missing


class Session:
    """Sends the requests of cases over shared connections, with shared bases. There is one per process."""

    def __init__(  # noqa: PLR0913 - what is tested, and what a test replaces
        self,
        catalog: Catalog,
        profile: Profile,
        *,
        sender: Sender | None = None,
        control: Control | None = None,
        clock: Clock = time,
        seed: int = 0,
    ) -> None:
        """Prepare senders and worlds; no connection is opened yet."""
        self.catalog, self.profile, self.seed = catalog, profile, seed
        self._open = ExitStack()
        self.sender: Sender = sender or wire.Sender(_transport(profile))
        self._open.callback(self.sender.close)
        self.control = control or self._control_of_profile()
        self.pacer = Pacer(profile.pace, clock)
        self.worlds = Worlds(profile, self.control)
        self.switches = Switches(profile.switches, profile.shared)
        gateway = tuple((name, source.draw() or "") for name, source in profile.headers.items())
        self._composer = Composer(profile.url, gateway, self.worlds, seed)
        self.bases: dict[tuple[str, str], SharedBase] = {}
        self.simpler: dict[str, Simpler] = {}
        self._whole: dict[tuple[str, str], list[SharedBase]] = {}
        self.delivery: dict[str, Base] = {}
        """For each method that takes credentials in one place only, a base that sends them there."""
        self.patience = Patience(profile.limit_s)
        self._throttling: dict[str, Throttling] = {}
        self.waiting = Waiting()
        self._world: World | None = None
        """The world of the last composed request, whose secrets are in what is sent next."""

    def _control_of_profile(self) -> Control | None:
        if not self.profile.control:
            return None
        key = self.profile.control_key.draw() if self.profile.control_key else None
        sender = self._open.enter_context(wire.Sender(_transport(self.profile)))
        return Control(HttpCaller(self.profile.control, sender, key), self.catalog.value_names)

    @property
    def requests(self) -> RequestCount:
        """The number of requests so far."""
        return RequestCount(self.sender.count, self.control.count if self.control else 0)

    def close(self) -> None:
        """Take the target out of the state it was put into, then close every connection."""
        self.switches.end()
        self._open.close()

    def compose(
        self, method: Method, base: Base, edit: Edit | None, world: World, values: Drawn | None = None
    ) -> Composed:
        """Return the request with values of this world. Raises `Unreachable` if it would not show the edit.

        If the world's state takes a command, the target is put into it after the values are taken, since a target that
        is down mints none.
        """
        taken = self.values(method, world) if values is None else values
        simpler = self.simpler.get(method.name)
        self._world = world
        composed = self._composer.compose(simpler.method(method) if simpler else method, base, edit, world, taken)
        self.switches.put(composed.entered)
        return composed

    def check(self, case: Case) -> None:
        """Raise `Unreachable` if earlier answers show that the case cannot be exercised on this target."""
        self.patience.check(case)
        simpler = self.simpler.get(case.method)
        if simpler is not None:
            simpler.check(self.catalog.methods[case.method], case.edit)

    def delivered(self, case: Case) -> Case:
        """Return the case with its credentials where the method accepts them; a base's own case is unchanged."""
        succeeded = self.delivery.get(case.method)
        if succeeded is None or case.edit is None:
            return case
        return delivered(case, self.catalog.methods[case.method], succeeded)

    def drawn(self, case: Case) -> Case:
        """Return the case with a member in place of each class that its edit names. Raises `Unreachable`.

        Members depend on the seed, the case, and the form of the base's own values.
        """
        if case.edit is None or not case.edit.classes:
            return case
        method = self.catalog.methods[case.method]
        world = self.base(method, case.base).world if case.world == HEALTHY else None
        documented = {one.name: one for each in self.catalog.methods.values() for one in each.arguments.values()}

        def own(name: str) -> str:
            argument = {**documented, **method.arguments}.get(name)
            if argument is None:
                return ""
            seen = world.seen(str(argument.value)[1:]) if world is not None else None
            return seen or argument.placeholder or ""

        return replace(case, edit=drawn(case.edit, f"{self.seed}/{case.id}", own))

    def values(self, method: Method, world: World) -> Drawn:
        """Return the values for one request, simplified if the method's requests are."""
        taken = world.draw()
        simpler = self.simpler.get(method.name)
        if simpler is not None:
            simpler.cut(taken)
        return taken

    def send(self, method: Method, composed: Composed, accept: frozenset[str] = frozenset()) -> Exchange:
        """Send a request and return the exchange; a throttled one is repeated after a wait of at most `wait_s`.

        If throttling is among the `accept`ed outcomes, the first answer is returned. Raises `Unreachable` if the target
        asks for a longer wait, or throttles in spite of waiting.
        """
        throttling, request = self.throttling(method), replace(composed, accept=accept)
        for waits in count():
            exchange = self._paced(method, request)
            wanted = method.throttled_code in accept or exchange.answer.outcome in accept
            if wanted or not is_throttled(exchange, method):
                break
            throttling.note(exchange, self._world)
            seconds = throttling.wait_s(exchange, waits, self.profile.wait_s)
            line = f"{method.name} throttles ({throttled_in_words(exchange)}): waiting {seconds:g} s"
            self.waiting.add(f"{method.name} throttles", seconds, f"{line}, after {throttling.times} such answers")
            self.pacer.clock.sleep(seconds)
        if not is_throttled(exchange, method):
            throttling.answered(waits)
        return exchange

    def throttling(self, method: Method) -> Throttling:
        """Return the state of the method's throttling."""
        return self._throttling.setdefault(method.name, Throttling(method.name))

    def _paced(self, method: Method, request: Composed) -> Exchange:
        self.pacer.wait(method)
        exchange = self.sender.send(request)
        if exchange.answer.timed_out:
            line = f"{method.name} gives no complete answer to a {request.verb} within {self.profile.limit_s:g} s"
            self.waiting.add(f"{method.name} hangs", self.profile.limit_s, line)
        return exchange

    def base(self, method: Method, base: Base) -> SharedBase:
        """Return the shared base; the first call sends it. Raises `Unreachable`."""
        key = (method.name, base.name)
        if key not in self.bases:
            world = self.worlds.provide(method.name, HEALTHY, 1)
            self.bases[key] = self._send_base(method, base, world)
            self.bases[key].before[:0] = self._whole.pop(key, [])
        return self.bases[key]

    def _send_base(self, method: Method, base: Base, world: World) -> SharedBase:
        """Send the base; repeat it once if it got no usable answer, except after a time-out.

        It is also repeated if a value from the profile may have been used before.
        """
        composed = self.compose(method, base, None, world)
        first = SharedBase(self.send(method, composed), world, base, composed)
        answer = first.exchange.answer
        if answer.timed_out or (answer.usable and answer.outcome not in doubtful(method, composed.once)):
            return first
        world = self.worlds.provide(method.name, HEALTHY, 1)
        again = self.compose(method, base, None, world)
        if again.missing.keys() - composed.missing.keys():
            return first
        return SharedBase(self.send(method, again), world, base, again, before=[first])

    def simplify(self, method: Method, base: Base, simpler: Simpler) -> bool:
        """Send a refused base in a simpler form, and return whether it succeeded.

        If so, all requests of the method are simplified from now on, and its bases are sent again when they are needed.
        Their earlier answers stay with their trials.
        """
        self.simpler[method.name] = simpler
        try:
            again = self._send_base(method, base, self.worlds.provide(method.name, HEALTHY, 1))
        finally:
            del self.simpler[method.name]
        shared = self.bases[method.name, base.name]
        if again.exchange.answer.outcome != OK:
            shared.before += [*again.before, again]
            return False
        self.simpler[method.name] = simpler
        for name, each in list(self.bases.items()):
            if name[0] == method.name:
                self._whole[name] = [*each.before, each]
                del self.bases[name]
        again.before = self._whole.pop((method.name, base.name))
        self.bases[method.name, base.name] = again
        return True

    def recheck(
        self, method: Method, base: Base, missing: Mapping[str, str], state: str = HEALTHY
    ) -> tuple[Step, World, Composed]:
        """Send the base once more, in a new world, and return what was sent.

        Raises `Unreachable` if more values are missing than in `missing`.
        """
        world = self.worlds.provide(method.name, state, 1)
        composed = self.compose(method, base, None, world)
        more = {name: why for name, why in composed.missing.items() if name not in missing}
        if more:
            why = "; ".join(f"there is no {name} left ({why})" for name, why in more.items())
            text = f"{method.name}: its base {base.name} cannot be sent again to compare: {why}."
            raise Unreachable(Kind.NO_VALUE, text, needs_of(more))
        return Step(Role.RECHECK, self.send(method, composed)), world, composed

    def succeeded(self, method: str, but: str = "") -> str | None:
        """Return the name of a base of this method other than `but` that has succeeded, or `None`."""
        for (name, base), shared in self.bases.items():
            if name == method and base != but and shared.exchange.answer.outcome == OK:
                return base
        return None

    def others(self, case: Case) -> dict[str, Answer]:
        """Return the answers to the other bases of the case's method, by name."""
        return {
            base: shared.exchange.answer
            for (method, base), shared in self.bases.items()
            if method == case.method and base != case.base.name and base in self.catalog.methods[method].bases
        }

    def base_trial(self, case: Case) -> Trial:
        """Return the trial of a base's own case, which is the shared base."""
        method = self.catalog.methods[case.method]
        shared = self.base(method, case.base)
        shown = Shown(
            case,
            method,
            shared.exchange.answer,
            minted=shared.world.minted,
            others=self.others(case),
            missing=shared.missing,
            once=shared.composed.once,
        )
        sent = [*(Step(Role.RECHECK, one.exchange) for one in shared.before), Step(Role.BASE, shared.exchange)]
        return Trial(shown, sent, [*(one.world for one in shared.before), shared.world])

    def throttled_trial(self, case: Case) -> Trial | None:
        """Return a trial for the case about throttling from an earlier throttled answer, or `None`."""
        method = self.catalog.methods[case.method]
        seen = self.throttling(method)
        if seen.first is None or method.throttled_code is None or case.rule.code != method.throttled_code:
            return None
        shown = Shown(case, method, seen.first.answer, times=seen.times)
        return Trial(shown, [Step(Role.EDITED, seen.first)], [seen.world] if seen.world else [])

    def broken_bases(self) -> dict[str, Cause]:
        """Send every base that succeeded once more; return the ids of cases whose base now fails, with the cause."""
        withdrawn: dict[str, Cause] = {}
        for (method_name, base_name), shared in self.bases.items():
            if shared.exchange.answer.outcome != OK or not shared.cases:
                continue
            method = self.catalog.methods[method_name]
            try:
                with self.switches.during(()):
                    sent, _, composed = self.recheck(method, shared.base, shared.missing)
                now = sent.exchange.answer.outcome
                if now in doubtful(method, composed.once):
                    continue  # the value from the profile may be a used one
            except Unreachable as error:
                if error.cause.kind in {Kind.NO_VALUE, Kind.NOT_LEFT}:
                    continue  # the profile ran out of values or has spoilt the target, which says nothing about it
                now = error.cause.kind
            if now != OK:
                text = f'{method_name}: the base {base_name} succeeded at the start and gets "{now}" at the end.'
                cause = Cause(Kind.BASE_BROKEN_AT_END, text, "A target that answers the same during the whole run.")
                withdrawn |= dict.fromkeys(shared.cases, cause)
        return withdrawn

    def journal(self, trial: Trial, world: World) -> None:
        """Add the world's journal to the trial if a rule of the case needs it."""
        wanted = any(rule.check == "not-presented" for rule in trial.shown.case.rules)
        if wanted and self.control is not None and world.id is not None:
            trial.shown = replace(trial.shown, journal=self.control.journal(world.id))


def _transport(profile: Profile) -> wire.Transport:
    tls = profile.tls
    return wire.Transport(
        limit_s=profile.limit_s,
        verify=False if tls.unverified else tls.ca or True,
        certificate=(tls.certificate, tls.key) if tls.certificate and tls.key else tls.certificate,
        proxy=profile.proxy,
    )
