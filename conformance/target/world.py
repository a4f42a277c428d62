"""Worlds: private values in one state, from the control API where the target has one, else from the profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.catalog.datafile import DataError
from conformance.catalog.model import HEALTHY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.target.control import Control
    from conformance.target.profile import Profile
    from conformance.target.sources import Source


class Unreachable(Exception):  # noqa: N818 - not an error: the target has no such world, and says so
    """A world or value that this target cannot be given: kind, one sentence, and what would make it reachable."""

    def __init__(self, kind: str, text: str, needs: str) -> None:
        """Keep the three apart, since reports show them apart."""
        self.kind, self.text, self.needs = kind, text, needs
        super().__init__(text)


@dataclass
class World:
    """One world: values that stay, values that each request takes afresh, and whether the target minted them."""

    state: str
    values: Mapping[str, str] = field(repr=False)
    fresh: dict[str, list[str]] = field(default_factory=dict, repr=False)
    sources: Mapping[str, Source] = field(default_factory=dict)
    minted: bool = False
    id: str | None = None
    drawn: list[tuple[str, str]] = field(default_factory=list, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What a request of this world carries beside the headers of every request."""
    entered: bool = False
    """Whether a command puts the target itself into this state, for as long as requests of this world are sent."""
    _draws: int = 0

    def draw(self) -> dict[str, str]:
        """Return the values for one request, with the next fresh one of each one-shot kind as far as there are any."""
        fresh = {name: waiting.pop(0) for name, waiting in self.fresh.items() if waiting}
        fresh |= {name: text for name, source in self.sources.items() if (text := _drawn(source)) is not None}
        self._draws += 1
        # In a record, what a later request of the same world takes afresh has another name than what came before.
        suffix = "" if self._draws == 1 else f"_{self._draws}"
        self.drawn += ((f"{name}{suffix}", text) for name, text in fresh.items())
        return {**self.values, **fresh}

    def secrets(self) -> Iterator[tuple[str, str]]:
        """Yield name and value of everything in this world, used or not."""
        yield from self.values.items()
        for name, waiting in self.fresh.items():
            yield from ((name, text) for text in waiting)
        yield from self.drawn


class Worlds:
    """Provides worlds of one target; the control API comes after seeded credentials, since those change no state."""

    def __init__(self, profile: Profile, control: Control | None, one_shot: frozenset[str]) -> None:
        """Take the target's description, the client of its control API, and the names of values that work only once."""
        self._profile, self._one_shot = profile, one_shot
        self.control = control
        self._provided: list[World] = []

    def provide(self, method: str, state: str, one_shot: int) -> World:
        """Return a world of its own in this state with `one_shot` fresh values of each kind, for this method.

        Raises `Unreachable` when the target has no way to be in this state.
        """
        world = self._found(method, state, one_shot)
        self._provided.append(world)
        return world

    def taken(self) -> list[World]:
        """Return the worlds provided since the last call: whoever guards secrets has to know all of them."""
        provided, self._provided = self._provided, []
        return provided

    def _found(self, method: str, state: str, one_shot: int) -> World:
        reason = self._profile.without_state(state, method)
        if reason:
            raise Unreachable("unavailable", f"The profile says: {reason}", "Nothing, by the profile.")
        seeded = self._profile.seeded(state, method)
        if seeded is not None:
            world = self._seeded(state, {**self._profile.values, **seeded.values})
            world.headers = tuple((name, source.draw() or "") for name, source in seeded.headers.items())
            world.entered = seeded.switch is not None
            return world
        if self.control is not None:
            return self.control.new_world(method, state, one_shot)
        if state == HEALTHY:
            return self._seeded(state, self._profile.values)
        needs = f"A [state.{state}] in the profile with values that are in it, or a control API that knows {state!r}."
        raise Unreachable("no-state", f"This target cannot be put into the state {state!r}.", needs)

    def _seeded(self, state: str, sources: Mapping[str, Source]) -> World:
        """Draw what stays for the whole world; only values that work once are drawn for every request."""
        fresh = {name: source for name, source in sources.items() if source.fresh and name in self._one_shot}
        steady = {name: text for name, source in sources.items() if name not in fresh and (text := _drawn(source))}
        return World(state, steady, sources=fresh)


def _drawn(source: Source) -> str | None:
    try:
        return source.draw()
    except DataError as error:
        raise Unreachable("no-value", str(error), "A command that prints one value and ends with 0.") from None
