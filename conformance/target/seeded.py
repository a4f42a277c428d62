"""A state as a profile describes it: its values, headers and commands, or why the target cannot be in it.

A request is in a state by the values that it carries (`target/telling.py`), by a header that the target looks at, or
because a command put the target into the state before the request was sent. What a profile says of a state is refused
when it is read if it can do none of this for one of the methods: such a case would send a healthy request and judge it
as one in the state.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.catalog.datafile import DataError, suggestion
from conformance.catalog.model import Evidence
from conformance.target.carried import carried, sources
from conformance.target.switch import Switch
from conformance.target.telling import bound_to, told_by

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from conformance.catalog.model import Catalog, Method, State
    from conformance.target.sources import Source


@dataclass(frozen=True, slots=True)
class Seeded:
    """What a profile says of one state: how a request is in it, for these methods, or why it never can be.

    Without `methods` it is for all of them. `unavailable` is for the methods that are not named, for all if none is.
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
        """Return why the profile rules the state out for this method, `None` if it does not."""
        return None if method in self.methods else self.unavailable


_NO_VALUES = {"unavailable", "methods", "headers", "enter", "leave"}
"""Keys of a state's table that are not values of a world."""

SWITCH_S = 30.0
"""Seconds that `enter` or `leave` may take, unless the profile says otherwise."""


def seeded_states(
    content: Mapping[str, Any], catalog: Catalog, claimed: Collection[str], folder: Path, file: str
) -> dict[str, Seeded]:
    """Return what the profile's `state` tables say, by state.

    Raises `DataError` where a state or method does not exist, or where nothing puts the requests of a claimed method
    into the state.
    """
    states = {}
    for name, entry in content.get("state", {}).items():
        if name not in catalog.states:
            raise DataError(file, f"state.{name}", f"no state {name!r}.", suggestion(name, catalog.states))
        key = f"{file}: state.{name}"
        _check(catalog.states[name], entry, catalog, claimed, key)
        # A fault may show only once to each value, so that no list of these begins again.
        endless = catalog.states[name].evidence is not Evidence.FAULT
        table = {value: spec for value, spec in entry.items() if value not in _NO_VALUES}
        values = sources(table, folder, key, catalog.one_shot_values, endless=endless)
        states[name] = _seeded(name, entry, values, folder, key, content.get("switch_s", SWITCH_S))
    return states


def _check(state: State, entry: Mapping[str, Any], catalog: Catalog, claimed: Collection[str], key: str) -> None:
    told, methods = told_by(state, catalog), entry.get("methods", ())
    for method in methods:
        if method not in told:
            problem = f"{method!r} is not a method with a case in this state."
            raise DataError(f"{key}.methods", "", problem, suggestion(method, told))
    if ("enter" in entry) != ("leave" in entry):
        one, other = ("enter", "leave") if "enter" in entry else ("leave", "enter")
        hint = f'Give {other} as well; {other} = ["true"] if the target does that by itself.'
        raise DataError(f"{key}.{one}", "", f"{one} without {other}.", hint)
    if entry.keys() & {"enter", "headers"} or ("unavailable" in entry and not methods):
        return
    given = entry.keys() - _NO_VALUES
    if "unavailable" in entry and not given:
        return
    for method in methods or [name for name in told if name in claimed]:
        _check_values(state, catalog.methods[method], told, given, key)
    if not given:
        hint = "Give values, headers, or enter and leave."
        raise DataError(key, "", "nothing here puts a request into this state.", hint)


def _check_values(state: State, method: Method, told: Mapping[str, tuple[str, ...]], given: set[str], key: str) -> None:
    """Refuse values that leave a request of the method healthy, which would be judged as one in the state."""
    wanted = told[method.name]
    missing = [name for name in wanted if name not in given]
    if not wanted and not given & set(bound_to(state, method)):
        missing = [" or ".join(bound_to(state, method))]
    if not missing:
        return
    problem = f"none of these values puts a request of {method.name} into this state."
    if set(wanted) & given:
        problem = f"these values are too few to put a request of {method.name} into this state."
    others = [name for name, values in told.items() if name != method.name and set(values) <= given]
    hint = f"It is told by its {' and '.join(wanted or missing)}; {' and '.join(missing)} is missing."
    if not wanted:
        hint = f"No value tells it by itself, but the target may bind it to {missing[0]}; or give enter and leave."
    if others:
        hint += f" To leave out the cases of {method.name}: methods = {json.dumps(others)}."
    raise DataError(key, "", problem, hint)


def _seeded(  # noqa: PLR0913, PLR0917 - what a state's table says, and where it stands
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
