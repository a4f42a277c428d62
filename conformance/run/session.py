"""One process's session with the target: senders, worlds, shared bases, and trials of cases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING

from conformance.catalog.model import HEALTHY, OK
from conformance.judge.model import Cause, Shown
from conformance.judge.values import doubtful
from conformance.run.composing import NO_VALUE, Composed, Composer, needs_of
from conformance.run.trial import Sent, Trial
from conformance.target.control import Control
from conformance.target.pace import Pacer
from conformance.target.switch import Switches
from conformance.target.world import Unreachable, World, Worlds
from conformance.wire.retry_after import seconds_to_wait
from conformance.wire.sender import Exchange, Sender, Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Base, Case, Catalog, Edit, Method
    from conformance.target.profile import Profile
    from conformance.target.world import Drawn
    from conformance.wire.request import Request

PATIENCE = 3
"""How often a throttled request is sent again before the case counts as not exercised."""

_THROTTLED_STATUS = 429
_FALLBACK_WAIT_S = 60


@dataclass
class SharedBase:
    """A base as this process sent it first, and the cases that rest on it."""

    exchange: Exchange
    world: World
    composed: Composed
    cases: list[str] = field(default_factory=list)

    @property
    def missing(self) -> Mapping[str, str]:
        """Why each value is missing for which a placeholder was sent."""
        return self.composed.missing


class Session:
    """Sends what cases need; one per process, since it shares connections and bases."""

    def __init__(self, catalog: Catalog, profile: Profile) -> None:
        """Open nothing yet."""
        self.catalog, self.profile = catalog, profile
        transport = _transport(profile)
        self.sender, self.control_sender = Sender(transport), Sender(transport)
        self.pacer = Pacer(profile.pace)
        self.gateway = tuple((name, source.draw() or "") for name, source in profile.headers.items())
        self.control_key = profile.control_key.draw() if profile.control_key else None
        self.control: Control | None = None
        if profile.control:
            self.control = Control(profile.control, self.control_sender, self.control_key, catalog.value_names)
        self.worlds = Worlds(profile, self.control)
        self.switches = Switches(profile.switches, profile.shared)
        self._composer = Composer(profile.url, self.gateway, self.worlds)
        self.bases: dict[tuple[str, str], SharedBase] = {}

    def close(self) -> None:
        """Close every connection, once the target is as it was."""
        self.switches.end()
        self.sender.close()
        self.control_sender.close()

    def compose(
        self, method: Method, base: Base, edit: Edit | None, world: World, values: Drawn | None = None
    ) -> Composed:
        """Return the request with values of this world. Raises `Unreachable` where it would not show the edit.

        The target is put into the world's state where that takes a command: after the values are taken, since a target
        that is down mints none.
        """
        composed = self._composer.compose(method, base, edit, world, values)
        self.switches.put(composed.entered)
        return composed

    def send(self, method: Method, request: Request, accept: frozenset[str] = frozenset()) -> Exchange:
        """Send a request; a throttled one waits as long as it is told, within the profile's bound, and goes again.

        Raises `Unreachable` when the target keeps throttling. Where throttling is among the accepted outcomes, the
        first answer counts, whatever it calls that.
        """
        for patience in reversed(range(PATIENCE + 1)):
            exchange = self._paced(method, request)
            wanted = method.throttled_code in accept or exchange.answer.outcome in accept
            if wanted or not is_throttled(exchange, method):
                return exchange
            seconds = seconds_to_wait(exchange.answer.header("Retry-After") or "1") or 1.0
            if not patience or seconds > self.profile.wait_s:
                break
            self.pacer.clock.sleep(seconds)
        text = f"{method.name}: the target throttles, and asks for more time than the profile's wait_s grants."
        raise Unreachable("throttled", text, "A slower pace, or a larger wait_s in the profile.")

    def _paced(self, method: Method, request: Request) -> Exchange:
        self.pacer.wait(method)
        return self.sender.send(request)

    def base(self, method: Method, base: Base) -> SharedBase:
        """Return the shared base, sent by this process before its first use. Raises `Unreachable`."""
        key = (method.name, base.name)
        if key not in self.bases:
            world = self.worlds.provide(method.name, HEALTHY, 1)
            self.bases[key] = self._send_base(method, base, world)
        return self.bases[key]

    def _send_base(self, method: Method, base: Base, world: World) -> SharedBase:
        composed = self.compose(method, base, None, world)
        exchange = self.send(method, composed.request)
        if not exchange.answer.usable or exchange.answer.outcome in doubtful(method, composed.once):
            # Once more: a target may have been disturbed, and a value from the profile may have been used before.
            world = self.worlds.provide(method.name, HEALTHY, 1)
            again = self.compose(method, base, None, world)
            if not again.missing.keys() - composed.missing.keys():
                composed, exchange = again, self.send(method, again.request)
        return SharedBase(exchange, world, composed)

    def recheck(
        self, method: Method, base: Base, missing: Mapping[str, str], state: str = HEALTHY
    ) -> tuple[Sent, World, Composed]:
        """Send the base once more, in a world of its own.

        Raises `Unreachable` where more values are missing by now than were at first.
        """
        world = self.worlds.provide(method.name, state, 1)
        composed = self.compose(method, base, None, world)
        more = {name: why for name, why in composed.missing.items() if name not in missing}
        if more:
            why = "; ".join(f"there is no {name} left ({why})" for name, why in more.items())
            text = f"{method.name}: its base {base.name} cannot be sent again to compare: {why}."
            raise Unreachable(NO_VALUE, text, needs_of(more))
        return Sent("recheck", self.send(method, composed.request)), world, composed

    def succeeded(self, method: str, but: str = "") -> str | None:
        """Return the name of a base of this method, other than `but`, that has succeeded in this process."""
        for (name, base), shared in self.bases.items():
            if name == method and base != but and shared.exchange.answer.outcome == OK:
                return base
        return None

    def base_trial(self, case: Case) -> Trial:
        """Return the trial of a base's own case: the shared base itself."""
        method = self.catalog.methods[case.method]
        shared = self.base(method, case.base)
        shown = Shown(
            case,
            method,
            shared.exchange.answer,
            minted=shared.world.minted,
            sibling=self.succeeded(method.name, case.base.name) is not None,
            missing=shared.missing,
            once=shared.composed.once,
        )
        return Trial(shown, [Sent("base", shared.exchange)], [shared.world])

    def broken_bases(self) -> dict[str, Cause]:
        """Send every base that succeeded once more; return the cases that rest on one that now fails, and why."""
        withdrawn: dict[str, Cause] = {}
        for (method_name, base_name), shared in self.bases.items():
            if shared.exchange.answer.outcome != OK or not shared.cases:
                continue
            method = self.catalog.methods[method_name]
            try:
                with self.switches.during(()):
                    sent, _, composed = self.recheck(method, method.bases[base_name], shared.missing)
                now = sent.exchange.answer.outcome
                if now in doubtful(method, composed.once):
                    continue  # the value from the profile may be a used one
            except Unreachable as error:
                if error.kind in {NO_VALUE, "not-left"}:
                    continue  # the profile ran out of values or has spoilt the target, which says nothing about it
                now = error.kind
            if now != OK:
                text = f'{method_name}: the base {base_name} succeeded at the start and draws "{now}" at the end.'
                cause = Cause("base-broken-at-end", text, "A target that keeps answering alike during the run.")
                withdrawn |= dict.fromkeys(shared.cases, cause)
        return withdrawn

    def journal(self, trial: Trial, world: World) -> None:
        """Add the world's journal to what the judge is shown, where a rule of the case looks at it."""
        wanted = any(rule.check == "not-presented" for rule in trial.shown.case.rules)
        if wanted and self.control is not None and world.id is not None:
            trial.shown = replace(trial.shown, journal=self.control.journal(world.id))


def _transport(profile: Profile) -> Transport:
    tls = profile.tls
    return Transport(
        limit_s=profile.limit_s,
        verify=False if tls.unverified else tls.ca or True,
        certificate=(tls.certificate, tls.key) if tls.certificate and tls.key else tls.certificate,
        proxy=profile.proxy,
    )


def is_throttled(exchange: Exchange, method: Method) -> bool:
    """Whether the answer says that the request came too soon."""
    answer = exchange.answer
    return answer.status == _THROTTLED_STATUS or (answer.usable and answer.outcome == method.throttled_code)


def wait_told_s(exchange: Exchange) -> int:
    """Return the whole seconds that a throttled answer asks for; a minute, every tier's window, if it does not say."""
    seconds = seconds_to_wait(exchange.answer.header("Retry-After") or "")
    return _FALLBACK_WAIT_S if seconds is None else max(1, ceil(seconds))
