"""Compose the request of a case, or say why it must not be sent.

A request is evidence only if it differs from its base by the edit. A case becomes INCONCLUSIVE here, before anything is
sent, if its edit leaves the request unchanged, or if its state depends on values that the request does not carry.
Missing values are named with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..catalog.edits.orders import Order
from ..catalog.members import random_of
from ..catalog.values import HEALTHY, PUBLIC_VALUES, altered_name
from ..results.terms import Kind
from ..target.world import Unreachable
from ..wire.compose import Values, compose
from ..wire.draft import USER_AGENTS
from ..wire.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Base, Method
    from ..target.world import Drawn, World, Worlds


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed(Request):
    """A request, and what the suite knows about it beyond its bytes. Only a rehearsing sender looks at that."""

    method: Method
    world: World
    """The world whose values it carries."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Each value for which a placeholder was inserted, with the reason why there is none."""
    once: Mapping[str, str] = field(default_factory=dict)
    """Each single-use value of the profile, with its source in words."""
    borrowed: frozenset[str] = frozenset()
    """The values of the healthy state that are sent because the table of the case's state does not give them."""
    entered: str = HEALTHY
    """The state into which a command must put the target before the request is sent."""
    accept: frozenset[str] = frozenset()
    """The outcomes with which the request is not repeated, even if they are throttling."""


class Composer:
    """Composes requests to one target with the values of its worlds."""

    def __init__(
        self, url: str, headers: tuple[tuple[str, str], ...], worlds: Worlds, seed: int, host: str = ""
    ) -> None:
        """Compose for this base URL, with `headers` in every request; `worlds` provides other states.

        The Host header is `host` if it is not empty. Each base has a User-Agent of its own, which follows from the
        seed.
        """
        self._url, self._headers, self._worlds, self._seed, self._host = url, headers, worlds, seed, host

    def compose(
        self, method: Method, base: Base, edit: Edit | None, world: World, values: Drawn | None = None
    ) -> Composed:
        """Return the base's request with this edit; `values` default to fresh ones of the world.

        Raises `Unreachable` if the request would not show the edit or the world's state.
        """
        taken = world.draw() if values is None else values
        donors = {state: self._worlds.provide(method.name, state, 1) for state in (edit.borrows if edit else ())}
        wanted = Values(taken, {state: _given_by(donor) for state, donor in donors.items()})
        agent = random_of(f"{self._seed}/{method.name}/{base.name}").choice(USER_AGENTS)
        request = compose(method, base, edit, self._url, wanted, agent=agent)
        if edit is not None and not isinstance(edit, Order):
            unedited = Values(_Other(taken, world))
            if request == compose(method, base, None, self._url, unedited, agent=agent):
                names = sorted({*unedited.missing, *_left_out(method, world)})
                raise _unchanged(method, base, {name: world.lack(name) for name in names})
        if world.by_its_values:
            _must_show(method, world, taken, wanted.missing)
        for donor in donors.values():
            world.drawn += donor.secrets()
        public = {altered_name(name) for name in PUBLIC_VALUES}
        world.drawn += [(name, text) for name, text in wanted.altered.items() if name not in public]
        worlds = (world, *donors.values())
        headers = (*self._headers, *(header for one in worlds for header in one.headers))
        return Composed(
            request.verb,
            request.url,
            (*request.headers, *headers),
            request.body,
            request.sent,
            self._host,
            method=method,
            world=world,
            missing={name: _lack(name, world, donors) for name in sorted(wanted.missing)},
            once={name: world.origin(name) for name in taken if name in world.sources and world.sources[name].once},
            borrowed=frozenset(taken.keys() - world.given) if world.by_its_values else frozenset(),
            entered=next((one.state for one in worlds if one.entered), HEALTHY),
        )


def without_more(composed: Composed, base: Mapping[str, str]) -> Composed:
    """Return the request. Raises `Unreachable` if it lacks a value that is not missing in `base`."""
    more = {name: why for name, why in composed.missing.items() if name not in base}
    if more:
        said = "; ".join(f"there is no {name} to send, since {why}" for name, why in more.items())
        raise Unreachable(Kind.NO_VALUE, f"{composed.method.name}: {said}.", needs_of(more))
    return composed


def needs_of(names: Mapping[str, str], state: str = HEALTHY) -> str:
    """Return a sentence that says which values to add to the profile, for a world in this state."""
    table = "[values]" if state == HEALTHY else f"[state.{state}]"
    own = [name for name in names if " of " not in name]
    others = [f"{name.partition(' of ')[0]} in [state.{name.partition(' of ')[2]}]" for name in names if " of " in name]
    places = [f"{', '.join(own)} in {table}"] if own else []
    return f"Values in the profile: {', '.join([*places, *others])}; or a control API."


class _OwnOnly(dict[str, str]):
    """The values of another world, limited to those that its state defines."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world, self._drawn = world, world.draw()

    def __missing__(self, name: str) -> str:
        if name not in self._world.own:
            raise KeyError(name)
        return self._drawn[name]


class _Other(dict[str, str]):
    """The values of a request, completed by values that another request of the world would carry."""

    def __init__(self, taken: Mapping[str, str], world: World) -> None:
        super().__init__(taken)
        self._world = world

    def __missing__(self, name: str) -> str:
        if not self._world.knows(name):
            raise KeyError(name)
        return self._world.steady(name) or f"any other {name}"


def _given_by(donor: World) -> Mapping[str, str]:
    return _OwnOnly(donor) if donor.by_its_values else donor.draw()


def _left_out(method: Method, world: World) -> set[str]:
    """Return the values that are unknown and whose arguments are simply left out of requests."""
    names = {str(one.value)[1:] for one in method.arguments.values() if one.kind == "must-match"}
    return {name for name in names if not world.knows(name)}


def _unchanged(method: Method, base: Base, missing: Mapping[str, str]) -> Unreachable:
    if missing:
        text = f"{method.name}: the edit does not change this request, since there is no {', '.join(missing)} to send."
        return Unreachable(Kind.NO_VALUE, text, needs_of(missing))
    text = f"{method.name}: the edit does not change this request, which is the same as its base {base.name}."
    return Unreachable(Kind.NOT_SHOWN, text, "Values in the profile that differ from those which the edit sends.")


def _must_show(method: Method, world: World, taken: Mapping[str, str], missing: set[str]) -> None:
    defining = world.own - PUBLIC_VALUES
    if taken.keys() & defining:
        return
    used_up = {name: world.lack(name) for name in sorted(missing & defining)}
    if used_up:
        said = "; ".join(f"there is no {name} in the state {world.state}, since {why}" for name, why in used_up.items())
        raise Unreachable(Kind.NO_VALUE, f"{method.name}: {said}.", needs_of(dict.fromkeys(used_up, ""), world.state))
    carried = ", ".join(sorted(taken.keys() - PUBLIC_VALUES)) or "no value"
    given = ", ".join(sorted(defining))
    table = f"[state.{world.state}]"
    text = f"{method.name}: a request carries {carried}, and {table} gives "
    text += f"only {given}, which is not part of it." if given else "the same as [values]."
    raise Unreachable(Kind.NOT_SHOWN, text, f"One of {carried} in {table}, with a value that is in that state.")


def _lack(name: str, world: World, donors: Mapping[str, World]) -> str:
    own, _, state = name.partition(" of ")
    if not state:
        return world.lack(own)
    donor = donors[state]
    if donor.by_its_values and own not in donor.own:
        same = own in donor.sources
        return f"[state.{state}] gives {'the same one as [values]' if same else 'none'}"
    return donor.lack(own)
