"""A session with the target: it sends the requests of cases, with shared bases, and knows what was answered so far.

What varies is passed in. A `RequestSender` sends requests to the target: over HTTP, or in a rehearsal by making the
answers up. A `target.control.ControlClient` calls the control API, over HTTP or within this process. A
`target.pace.Clock` tells the time and sleeps. By default all three are those of a real run, made from the profile.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from ..catalog.members import drawn
from ..catalog.model import OK
from ..catalog.values import HEALTHY
from ..judge.model import Shown
from ..judge.values import doubtful
from ..results.exchange import CORRELATION
from ..results.model import Cause, RequestCount
from ..results.terms import Kind, Role
from ..target.control import ControlClient, HttpCaller
from ..target.pace import Pacer
from ..target.switch import Switches
from ..target.world import Unreachable, World, Worlds
from ..wire import sender as wire
from .adapting import (
    Patience,
    Throttling,
    Waiting,
    delivered,
    is_throttled,
    throttled_in_words,
)
from .composing import Composed, Composer, needs_of, without_more
from .trial import SharedBase, Step, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Base, Case, Catalog, Method
    from ..target.pace import Clock
    from ..target.profile import Profile
    from ..target.world import Drawn
    from ..wire.answer import Answer
    from ..wire.sender import Exchange
    from .adapting import Simpler


class RequestSender(Protocol):
    """Sends requests to the target; `count` is their number so far."""

    count: int

    def send(self, request: Composed) -> Exchange:
        """Send the request and return the exchange; a target that does not answer is not an exception."""

    def send_together(self, requests: Sequence[Composed]) -> list[Exchange]:
        """Send these requests so that all of them are completed at the same moment, and return the exchanges."""

    def close(self) -> None:
        """Close every connection."""


class Session:
    """Sends the requests of cases over shared connections, with shared bases. There is one per process."""

    def __init__(  # noqa: PLR0913 - what is tested, and what a test replaces
        self,
        catalog: Catalog,
        profile: Profile,
        *,
        sender: RequestSender | None = None,
        control: ControlClient | None = None,
        clock: Clock = time,
        seed: int = 0,
        limit_s: float | None = None,
        correlate: bool = False,
    ) -> None:
        """Prepare senders and worlds; no connection is opened yet. Nothing is sent after `limit_s` seconds.

        With `correlate`, each request has the id of the case for which it is sent in a header (see `about`).
        """
        self.catalog, self.profile, self.seed = catalog, profile, seed
        self._correlate, self._about = correlate, ""
        self._open = ExitStack()
        self.sender: RequestSender = sender or wire.Sender(_transport(profile))
        self._open.callback(self.sender.close)
        self.control = control or self._control_of_profile()
        self.pacer = Pacer(profile.pace, clock, limit_s)
        self.worlds = Worlds(profile, self.control)
        self.switches = Switches(profile.switches, profile.shared)
        gateway = tuple((name, source.draw() or "") for name, source in profile.headers.items())
        self._composer = Composer(profile.url, gateway, self.worlds, seed, profile.host or "")
        self.bases: dict[tuple[str, str], SharedBase] = {}
        self.simpler: dict[str, Simpler] = {}
        self._whole: dict[tuple[str, str], list[Step]] = {}
        self.delivery: dict[str, Base] = {}
        """For each method that takes credentials in one place only, a base that sends them there."""
        self.patience = Patience(profile.limit_s)
        self._throttling: dict[str, Throttling] = {}
        self.waiting = Waiting()

    def _control_of_profile(self) -> ControlClient | None:
        if not self.profile.control:
            return None
        key = self.profile.control_key.draw() if self.profile.control_key else None
        sender = self._open.enter_context(wire.Sender(_transport(self.profile)))
        return ControlClient(HttpCaller(self.profile.control, sender, key), self.catalog.value_names)

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
        composed = self._composer.compose(simpler.method(method) if simpler else method, base, edit, world, taken)
        self.switches.put(composed.entered)
        mark = ((CORRELATION, correlation(self.seed, self._about)),) if self._correlate else ()
        return replace(composed, method=method, headers=(*composed.headers, *mark))

    @contextmanager
    def about(self, case: str) -> Iterator[None]:
        """Mark the requests of this block as those of the case with this id, if requests are marked."""
        before, self._about = self._about, case
        try:
            yield
        finally:
            self._about = before

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
        world = self.base(method, case.base).step.composed.world if case.world == HEALTHY else None
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

    def send(self, role: Role, composed: Composed, accept: frozenset[str] = frozenset()) -> Step:
        """Send a request and return what was sent and answered; a throttled one is repeated after a wait.

        If throttling is among the `accept`ed outcomes, the first answer is returned. Raises `Unreachable` if the target
        asks for a longer wait than `wait_s` of the profile, or throttles in spite of waiting.
        """
        method, composed = composed.method, replace(composed, accept=accept)
        throttling = self.throttling(method)
        for waits in count():
            step = Step(role, composed, self._exchange(composed))
            throttled = is_throttled(step.exchange, method)
            if not throttled or method.throttled_code in accept or step.answer.outcome in accept:
                break
            throttling.note(step)
            seconds = throttling.wait_s(step.exchange, waits, self.profile.wait_s)
            line = f"{method.name} throttles ({throttled_in_words(step.exchange)}): waiting {seconds:g} s"
            self.waiting.add(f"{method.name} throttles", seconds, f"{line}, after {throttling.times} such answers")
            self.pacer.clock.sleep(seconds)
        if not throttled:
            throttling.answered(waits)
        return step

    def send_together(self, composed: Composed, times: int, accept: frozenset[str]) -> list[Step]:
        """Send a request several times at the same moment; return the steps, without those that were throttled."""
        method, composed = composed.method, replace(composed, accept=accept)
        self.pacer.clock.check()
        for _ in range(times):
            self.pacer.wait(method)
        steps = [Step(Role.AGAIN, composed, one) for one in self.sender.send_together([composed] * times)]
        throttled = [one for one in steps if is_throttled(one.exchange, method)]
        for one in throttled:
            self.throttling(method).note(one)
        return [one for one in steps if one not in throttled]

    def throttling(self, method: Method) -> Throttling:
        """Return the state of the method's throttling."""
        return self._throttling.setdefault(method.name, Throttling(method.name))

    def _exchange(self, request: Composed) -> Exchange:
        self.pacer.clock.check()
        self.pacer.wait(request.method)
        exchange = self.sender.send(request)
        if exchange.answer.timed_out:
            name = request.method.name
            line = f"{name} gives no complete answer to a {request.verb} within {self.profile.limit_s:g} s"
            self.waiting.add(f"{name} hangs", self.profile.limit_s, line)
        return exchange

    def base(self, method: Method, base: Base) -> SharedBase:
        """Return the shared base; the first call sends it. Raises `Unreachable`."""
        key = (method.name, base.name)
        if key not in self.bases:
            with self.about(_own_case(method, base)):
                self.bases[key] = self._send_base(method, base)
            self.bases[key].before[:0] = self._whole.pop(key, [])
        return self.bases[key]

    def base_beside(self, method: Method, base: Base) -> SharedBase:
        """Return the base that a case is compared with: the shared one. Raises `Unreachable`.

        Where requests are marked, the case has a base of its own, marked like the edited request. Otherwise the mark
        would be a second difference.
        """
        shared = self.base(method, base)
        if not self._correlate:
            return shared
        own = self._send_base(method, base).step
        without_more(own.composed, shared.step.composed.missing)
        return SharedBase(base, own, cases=shared.cases)

    def _send_base(self, method: Method, base: Base) -> SharedBase:
        """Send the base; repeat it once if it got no usable answer, except after a time-out.

        It is also repeated after an error of the server itself, or if a value of the profile may have been used before.
        """
        composed = self.compose(method, base, None, self.worlds.provide(method.name, HEALTHY, 1))
        first = self.send(Role.BASE, composed)
        in_doubt = doubtful(method, composed.once) | method.momentary_codes
        if first.answer.timed_out or (first.answer.usable and first.answer.outcome not in in_doubt):
            return SharedBase(base, first)
        again = self.compose(method, base, None, self.worlds.provide(method.name, HEALTHY, 1))
        if again.missing.keys() - composed.missing.keys():
            return SharedBase(base, first)
        return SharedBase(base, self.send(Role.BASE, again), before=[first])

    def simplify(self, method: Method, base: Base, simpler: Simpler) -> bool:
        """Send a refused base in a simpler form, and return whether it succeeded.

        If so, all requests of the method are simplified from now on, and its bases are sent again when they are needed.
        Their earlier answers stay with their trials.
        """
        self.simpler[method.name] = simpler
        try:
            with self.about(_own_case(method, base)):
                again = self._send_base(method, base)
        finally:
            del self.simpler[method.name]
        shared = self.bases[method.name, base.name]
        if again.step.answer.outcome != OK:
            shared.before += [*again.before, again.step]
            return False
        self.simpler[method.name] = simpler
        for name, each in list(self.bases.items()):
            if name[0] == method.name:
                self._whole[name] = [*each.before, each.step]
                del self.bases[name]
        again.before = self._whole.pop((method.name, base.name))
        self.bases[method.name, base.name] = again
        return True

    def recheck(self, method: Method, base: Base, missing: Mapping[str, str], state: str = HEALTHY) -> Step:
        """Send the base once more, in a new world, and return what was sent and answered.

        Raises `Unreachable` if more values are missing than in `missing`.
        """
        composed = self.compose(method, base, None, self.worlds.provide(method.name, state, 1))
        more = {name: why for name, why in composed.missing.items() if name not in missing}
        if more:
            why = "; ".join(f"there is no {name} left ({why})" for name, why in more.items())
            text = f"{method.name}: its base {base.name} cannot be sent again to compare: {why}."
            raise Unreachable(Kind.NO_VALUE, text, needs_of(more))
        return self.send(Role.RECHECK, composed)

    def succeeded(self, method: str, but: str = "") -> str | None:
        """Return the name of a base of this method other than `but` that has succeeded, or `None`."""
        for (name, base), shared in self.bases.items():
            if name == method and base != but and shared.step.answer.outcome == OK:
                return base
        return None

    def others(self, case: Case) -> dict[str, Answer]:
        """Return the answers to the other bases of the case's method, by name."""
        return {
            base: shared.step.answer
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
            shared.step.answer,
            minted=shared.step.composed.world.minted,
            others=self.others(case),
            missing=shared.step.composed.missing,
            once=shared.step.composed.once,
        )
        return Trial(shown, [*(replace(step, role=Role.RECHECK) for step in shared.before), shared.step])

    def throttled_trial(self, case: Case) -> Trial | None:
        """Return a trial for the case about throttling from an earlier throttled answer, or `None`."""
        method = self.catalog.methods[case.method]
        seen = self.throttling(method)
        if seen.first is None or method.throttled_code is None or case.rule.code != method.throttled_code:
            return None
        shown = Shown(case, method, seen.first.answer, times=seen.times)
        return Trial(shown, [replace(seen.first, role=Role.EDITED)])

    def broken_bases(self) -> dict[str, Cause]:
        """Send every base that succeeded once more; return the ids of cases whose base now fails, with the cause."""
        withdrawn: dict[str, Cause] = {}
        for (method_name, base_name), shared in self.bases.items():
            if shared.step.answer.outcome != OK or not shared.cases:
                continue
            method = self.catalog.methods[method_name]
            try:
                with self.switches.during(()), self.about(_own_case(method, shared.base)):
                    again = self.recheck(method, shared.base, shared.step.composed.missing)
                now = again.answer.outcome
                if now in doubtful(method, again.composed.once):
                    continue  # the value from the profile may be a used one
            except Unreachable as error:
                if error.cause.kind in {Kind.NO_VALUE, Kind.NOT_LEFT, Kind.TIME_IS_UP}:
                    continue  # that says nothing about the target
                now = error.cause.kind
            if now != OK:
                text = f'{method_name}: the base {base_name} succeeded at the start and gets "{now}" at the end.'
                cause = Cause(Kind.BASE_BROKEN_AT_END, text, "A target that answers the same during the whole run.")
                withdrawn |= dict.fromkeys(shared.cases, cause)
        return withdrawn

    def journal(self, case: Case, world: World) -> Mapping[str, Any] | None:
        """Return the world's journal if a rule of the case needs it and there is one."""
        wanted = any(rule.check == "not-presented" for rule in case.rules)
        return self.control.journal(world.id) if wanted and self.control and world.id is not None else None


def correlation(seed: int, case: str) -> str:
    """Return the id of a case in a run. It tells the target neither rule nor expected answer."""
    return f"{seed}-{sha256(f'{seed}/{case}'.encode()).hexdigest()[:12]}"


def _own_case(method: Method, base: Base) -> str:
    """Return the id of the case that is about this base alone."""
    own = (case.id for case in method.cases if case.edit is None and case.base.name == base.name)
    return next(own, f"{method.name}.{base.name}")


def _transport(profile: Profile) -> wire.Transport:
    tls = profile.tls
    return wire.Transport(
        limit_s=profile.limit_s,
        verify=False if tls.unverified else tls.ca or True,
        certificate=(tls.certificate, tls.key) if tls.certificate and tls.key else tls.certificate,
        proxy=profile.proxy,
    )
