"""Values that a sandbox hands out in advance, like those in the profile of a third-party target.

A third-party target has no control API: the suite has one healthy set of values and sets for some of the states. Here a
sandbox is asked for such sets in advance, so that the proof can be repeated under these conditions.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...catalog.values import HEALTHY
from ...sandbox.worlds import ONE_SHOT_KINDS, values_of
from ...target.profile import Profile
from ...target.seeded import Seeded
from ...target.sources import source
from ...target.telling import told_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...catalog.model import Catalog
    from ...sandbox import Sandbox
    from ...target.sources import Source

    Seeds = dict[str, dict[str, str | list[str]]]

HEALTHY_ONE_SHOTS, STATE_ONE_SHOTS = 500, 40
"""How many triggers and codes the healthy world and each other world hand out: enough for a whole run."""


def seeds_of(sandbox: Sandbox, catalog: Catalog) -> Seeds:
    """Return values by state: the healthy ones, and those of each state that values can identify."""
    standing = sandbox.worlds.stand(HEALTHY_ONE_SHOTS, ONE_SHOT_KINDS)
    seeds: Seeds = {HEALTHY: _plain(values_of(standing))}
    for state in catalog.states.values():
        if any(told_by(state, catalog).values()):
            seeds[state.name] = _plain(values_of(sandbox.worlds.create(state.name, STATE_ONE_SHOTS, ONE_SHOT_KINDS)))
    return seeds


def seeded_profile(url: str, seeds: Mapping[str, Mapping[str, str | list[str]]], catalog: Catalog) -> Profile:
    """Return the profile of a target at this URL with these values only."""
    states = {name: Seeded(_sources(values, catalog)) for name, values in seeds.items() if name != HEALTHY}
    return Profile(url, "sandbox, by values", values=_sources(seeds[HEALTHY], catalog), states=states)


def _plain(values: Mapping[str, object]) -> dict[str, str | list[str]]:
    return {
        name: [str(one) for one in value] if isinstance(value, list) else str(value) for name, value in values.items()
    }


def _sources(values: Mapping[str, str | list[str]], catalog: Catalog) -> dict[str, Source]:
    once = catalog.one_shot_values
    return {
        name: source({"list": value} if isinstance(value, list) else value, Path(), name, once=name in once)
        for name, value in values.items()
    }
