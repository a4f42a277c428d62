"""A state as described by a profile: its values, headers and commands, or why the target cannot be in it.

A request is in a state because of the values that it carries (`target/telling.py`), because of a header that the target
reads, or because a command put the target into the state before the request was sent. A profile in which none of these
applies to a method is rejected when it is read: the case would send a healthy request and judge it as one in the state.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..catalog.datafile import DataError, suggestion
from ..catalog.model import Evidence
from .carried import carried, sources
from .switch import Switch
from .telling import bound_to, told_by

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from ..catalog.model import Catalog, Method, State
    from .sources import Source


@dataclass(frozen=True, slots=True)
class Seeded:
    """A profile's description of one state: how requests of these methods get into it, or why they cannot.

    Empty `methods` means all methods. `unavailable` applies to the methods that are not named, to all if none is.
    """

    values: Mapping[str, Source] = field(default_factory=dict)
    unavailable: str | None = None
    methods: tuple[str, ...] = ()
    headers: Mapping[str, Source] = field(default_factory=dict)
    switch: Switch | None = None

    def reaches(self, method: str) -> bool:
        """Whether requests of this method can be in the state."""
        if self.why_not(method) or (self.methods and method not in self.methods):
            return False
        return bool(self.values or self.headers or self.switch)

    def why_not(self, method: str) -> str | None:
        """Return why the profile rules the state out for this method, or `None`."""
        return None if method in self.methods else self.unavailable


_NO_VALUES = {"unavailable", "methods", "headers", "enter", "leave"}
"""Keys of a state table that are not values of a world."""

SWITCH_S = 30.0
"""Default time limit of `enter` and `leave` in seconds."""


def seeded_states(
    content: Mapping[str, Any], catalog: Catalog, claimed: Collection[str], folder: Path, file: str
) -> dict[str, Seeded]:
    """Read the profile's `state` tables and return them by state.

    Raises `DataError` if a state or method does not exist, or if nothing puts the requests of a claimed method into the
    state.
    """
    states = {}
    for name, entry in content.get("state", {}).items():
        if name not in catalog.states:
            raise DataError(file, f"state.{name}", f"no state {name!r}.", suggestion(name, catalog.states))
        key = f"{file}: state.{name}"
        _check(catalog.states[name], entry, catalog, claimed, key)
        # A state may show only once per value, so these lists do not repeat.
        endless = catalog.states[name].evidence is not Evidence.FAULT
        table = {value: spec for value, spec in entry.items() if value not in _NO_VALUES}
        values = sources(table, folder, key, catalog.one_shot_values, endless=endless)
        states[name] = _seeded(name, entry, values, folder, key, content.get("switch_s", SWITCH_S))
    return states


def _check(state: State, entry: Mapping[str, Any], catalog: Catalog, claimed: Collection[str], key: str) -> None:
    needed, methods = told_by(state, catalog), entry.get("methods", ())
    for method in methods:
        if method not in needed:
            problem = f"{method!r} is not a method with a case in this state."
            raise DataError(f"{key}.methods", "", problem, suggestion(method, needed))
    if ("enter" in entry) != ("leave" in entry):
        one, other = ("enter", "leave") if "enter" in entry else ("leave", "enter")
        hint = f'Give {other} as well; {other} = ["true"] if the target does that on its own.'
        raise DataError(f"{key}.{one}", "", f"{one} without {other}.", hint)
    if entry.keys() & {"enter", "headers"} or ("unavailable" in entry and not methods):
        return
    given = entry.keys() - _NO_VALUES
    if "unavailable" in entry and not given:
        return
    for method in methods or [name for name in needed if name in claimed]:
        _check_values(state, catalog.methods[method], needed, given, key)
    if not given:
        hint = "Give values, headers, or enter and leave."
        raise DataError(key, "", "nothing here puts a request into this state.", hint)


def _check_values(
    state: State, method: Method, needed: Mapping[str, tuple[str, ...]], given: set[str], key: str
) -> None:
    """Raise `DataError` if the values leave a request of the method healthy: it would be judged as one in the state."""
    wanted = needed[method.name]
    missing = [name for name in wanted if name not in given]
    if not wanted and not given & set(bound_to(state, method)):
        missing = [" or ".join(bound_to(state, method))]
    if not missing:
        return
    problem = f"none of these values puts a request of {method.name} into this state."
    if set(wanted) & given:
        problem = f"these values are too few to put a request of {method.name} into this state."
    others = [name for name, values in needed.items() if name != method.name and set(values) <= given]
    hint = f"The state shows by {' and '.join(wanted or missing)}; {' and '.join(missing)} is missing."
    if not wanted:
        hint = f"No value alone shows the state, but the target may bind it to {missing[0]}; or give enter and leave."
    if others:
        hint += f" To leave out the cases of {method.name}: methods = {json.dumps(others)}."
    raise DataError(key, "", problem, hint)


def _seeded(  # noqa: PLR0913, PLR0917 - the contents of a state table and its position
    name: str, entry: Mapping[str, Any], values: Mapping[str, Source], folder: Path, key: str, limit_s: float
) -> Seeded:
    switch = None
    if "enter" in entry:
        switch = Switch(name, tuple(entry["enter"]), tuple(entry["leave"]), folder, limit_s)
    return Seeded(
        values=values,
        unavailable=entry.get("unavailable"),
        methods=tuple(entry.get("methods", ())),
        headers=carried(entry.get("headers", {}), folder, f"{key}.headers"),
        switch=switch,
    )
