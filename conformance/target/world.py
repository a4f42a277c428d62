"""Worlds: the values with which requests find the target in a given state.

A case is tried in a world of its own: a set of tokens, codes and ids for which the target is in the state that the case
is about. Worlds come from the target's control API if it has one, else from the profile.

No value is taken before a request carries it. A one-shot value, such as a code, is taken for each request. Any other
value is kept: those of the profile's [values] for the whole run, those of a [state] for one world, since a value may
put only one request into the state.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from ..catalog.values import HEALTHY, PUBLIC_VALUES, name_in_state
from ..results.model import Cause
from ..results.terms import Kind
from .sources import remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .control import ControlClient
    from .profile import Profile
    from .sources import Source


class Unreachable(Exception):  # noqa: N818 - not an error: the target has no such world
    """This target has no such world or value: kind of cause, one sentence, and what would make it reachable."""

    def __init__(self, kind: Kind, text: str, needs: str) -> None:
        """Store the parts as a cause, which becomes that of the case."""
        self.cause = Cause(kind, text, needs)
        super().__init__(text)


class Drawn(dict[str, str]):
    """The values of one request, each taken from its world at the first lookup."""

    def __init__(self, world: World) -> None:
        """Start without taking any value."""
        super().__init__()
        self._world = world

    def __missing__(self, name: str) -> str:
        """Take the value. Raises `KeyError` if there is none."""
        text = self._world.take(name)
        if text is None:
            raise KeyError(name)
        self[name] = text
        return text


@dataclass
class World:
    """One world: values that are kept, one-shot values, and the sources of values not taken yet.

    `given` names the values in the profile's table for this state, `own` those that differ from the healthy ones.
    `headers` are sent in addition to the headers of every request. `minted` means that the target created the world,
    `entered` that a command puts the target itself into the state while requests of this world are sent.
    """

    state: str
    values: dict[str, str] = field(repr=False)
    fresh: dict[str, list[str]] = field(default_factory=dict, repr=False)
    sources: Mapping[str, Source] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    minted: bool = False
    entered: bool = False
    id: str | None = None
    drawn: list[tuple[str, str]] = field(default_factory=list, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    note: Callable[[World], None] = field(default=lambda _: None, repr=False)
    _times: Counter[str] = field(default_factory=Counter)

    @property
    def by_its_values(self) -> bool:
        """Whether nothing but the values of a request puts it into this world's state."""
        return self.state != HEALTHY and not (self.minted or self.entered or self.headers)

    def draw(self) -> Drawn:
        """Return the values for one request, none of them taken yet."""
        return Drawn(self)

    def take(self, name: str) -> str | None:
        """Return this value for one request, `None` if there is none or none is left."""
        if name in self.values:
            return self.values[name]
        waiting, source = self.fresh.get(name), self.sources.get(name)
        text = waiting.pop(0) if waiting else None if source is None else _drawn(source)
        if text is None:
            return None
        if waiting is None and self._stays(name):
            self.values[name] = text
        # In a record, one-shot values of later requests of the same world get numbered names.
        self._times[name] += 1
        times = self._times[name]
        if name not in PUBLIC_VALUES:
            self.drawn.append((f"{self.name_of(name)}{f'_{times}' if times > 1 else ''}", text))
        self.note(self)
        return text

    def knows(self, name: str) -> bool:
        """Whether there is or was a value with this name."""
        return name in self.values or name in self.fresh or name in self.sources

    def steady(self, name: str) -> str | None:
        """Return the value if it is the same for each request, else `None`."""
        return self.take(name) if self._stays(name) else None

    def seen(self, name: str) -> str | None:
        """Return a value with this name that was taken before, or is always the same; takes none."""
        return self.values.get(name) or dict(self.drawn).get(self.name_of(name))

    def _stays(self, name: str) -> bool:
        source = self.sources.get(name)
        return name not in self.fresh and not (source is not None and source.once and source.fresh)

    def name_of(self, name: str) -> str:
        """Return the name of this value in records: with the state, unless it is the healthy value."""
        return name_in_state(name, self.state) if self.minted or name in self.own else name

    def origin(self, name: str) -> str:
        """Return where the profile gets this value from, as a phrase; empty if it is not from the profile."""
        source = self.sources.get(name)
        if source is None:
            return ""
        if source.stock is not None:
            return source.stock.name
        return f"the {source.said}" if source.fresh else "the profile, which gives the same one each time"

    def lack(self, name: str) -> str:
        """Return why there is no value with this name, as a phrase."""
        source = self.sources.get(name)
        if source is not None and source.stock is not None:
            used = source.stock.used
            return f"{source.stock.name} has none left after {used}" if used else f"{source.stock.name} is empty"
        return "the control API gives none" if self.minted else "the profile gives none"

    def secrets(self) -> Iterator[tuple[str, str]]:
        """Yield name and value of every secret of this world, used or not."""
        yield from ((self.name_of(name), text) for name, text in self.values.items() if name not in PUBLIC_VALUES)
        for name, waiting in self.fresh.items():
            yield from ((self.name_of(name), text) for text in waiting)
        yield from self.drawn


class Worlds:
    """Provides worlds of one target; the profile's values are preferred to the control API, which changes state."""

    def __init__(self, profile: Profile, control: ControlClient | None) -> None:
        """Take the profile and the client of the control API, if any."""
        self._profile = profile
        self._healthy = {name: one if one.once else remembered(one) for name, one in profile.values.items()}
        self.control = control
        self._provided: dict[int, World] = {}

    def provide(self, method: str, state: str, one_shot: int) -> World:
        """Return a new world in this state for this method, with `one_shot` one-shot values of each kind.

        Raises `Unreachable` if the target cannot be put into this state.
        """
        world = self._found(method, state, one_shot)
        world.note = self._note
        self._note(world)
        return world

    def taken(self) -> list[World]:
        """Return the worlds created or used since the last call, so that their secrets can be registered."""
        provided, self._provided = list(self._provided.values()), {}
        return provided

    def _note(self, world: World) -> None:
        self._provided[id(world)] = world

    def _found(self, method: str, state: str, one_shot: int) -> World:
        reason = self._profile.without_state(state, method)
        if reason:
            raise Unreachable(Kind.UNAVAILABLE, f"The profile says: {reason}", "Nothing, by the profile.")
        seeded = self._profile.seeded(state, method)
        if seeded is not None:
            return World(
                state,
                {},
                sources={**self._healthy, **seeded.values},
                given=frozenset(seeded.values),
                own=frozenset(name for name, one in seeded.values.items() if not self._is_healthy(name, one)),
                headers=tuple((name, source.draw() or "") for name, source in seeded.headers.items()),
                entered=seeded.switch is not None,
            )
        if self.control is not None:
            return self.control.new_world(method, state, one_shot)
        if state == HEALTHY:
            return World(state, {}, sources=self._healthy)
        needs = f"A [state.{state}] in the profile (slack-conformance explain {state}), or a control API that knows it."
        raise Unreachable(Kind.NO_STATE, f"This target cannot be put into the state {state!r}.", needs)

    def _is_healthy(self, name: str, source: Source) -> bool:
        healthy = self._healthy.get(name)
        return healthy is not None and healthy.origin == source.origin


def _drawn(source: Source) -> str | None:
    try:
        return source.draw()
    except DataError as error:
        raise Unreachable(Kind.NO_VALUE, str(error), "A command that prints one value and exits with 0.") from None
