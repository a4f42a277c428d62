"""A random profile: some of the values and states that a target can give, some declared away, lists of any length.

What is drawn is a plain dict, so that a test can add to it what a cause of INCONCLUSIVE asks for, and run again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.model import Evidence, Strength
from slack_conformance.catalog.values import HEALTHY
from slack_conformance.target.profile import read_profile
from slack_conformance.target.telling import told_by

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from random import Random

    from slack_conformance.catalog.model import Catalog
    from slack_conformance.target.profile import Profile

    Seeds = dict[str, dict[str, Any]]

LENGTHS = (1, 2, 5, 20, 100, 500)
"""How many one-shot values a list may hold; a whole run takes some two hundred."""

KEPT, COMMON = 0.8, 0.6
"""How often a value is kept, and a state."""


def drawn(everything: Seeds, random: Random, catalog: Catalog) -> dict[str, Any]:
    """Return the content of a profile that gives some of these values, as a dict that `written` takes."""
    content: dict[str, Any] = {
        "values": {name: _some(value, random) for name, value in everything[HEALTHY].items() if random.random() < KEPT},
        "state": {},
        "unavailable": {},
    }
    if random.random() < 1 - KEPT:
        content["methods"] = [random.choice(sorted(catalog.methods))]
    for state, values in everything.items():
        if state != HEALTHY and random.random() < COMMON:
            content["state"][state] = _state(state, values, random, catalog)
    names = [*catalog.states, *(case.id for case in catalog.cases if _may_be_declared(case))]
    for name in random.sample(names, random.choice((0, 0, 3, 20))):
        content["unavailable"][name] = "This mock has no such thing."
    return content


def _state(state: str, values: Mapping[str, Any], random: Random, catalog: Catalog) -> dict[str, Any]:
    """Return a table with what tells the state, for both methods or only one, and some of what goes with it."""
    told = {method: names for method, names in told_by(catalog.states[state], catalog).items() if names}
    if len(told) < len(told_by(catalog.states[state], catalog)):
        return dict(values)  # some method knows the state by whatever the target binds it to
    methods = sorted(told) if random.random() < KEPT else [random.choice(sorted(told))]
    needed = {name for method in methods for name in told[method]}
    table = {
        name: _some(value, random, LENGTHS[:4])
        for name, value in values.items()
        if name in needed or random.random() < COMMON
    }
    return table if methods == sorted(told) else {"methods": methods, **table}


def _some(value: Any, random: Random, lengths: tuple[int, ...] = LENGTHS) -> Any:  # noqa: ANN401 - a text or a list
    return value[: random.choice(lengths)] if isinstance(value, list) else value


def _may_be_declared(case: Any) -> bool:  # noqa: ANN401 - a case
    return not (case.strength is Strength.MUST and case.evidence is Evidence.REQUEST)


def written(content: Mapping[str, Any], url: str, folder: Path, catalog: Catalog) -> Profile:
    """Write the profile into this folder and return it as a run reads it."""
    lines = [f"url = {json.dumps(url)}", 'name = "some mock"']
    if "methods" in content:
        lines.append(f"methods = {json.dumps(content['methods'])}")
    tables = {"values": content["values"], "unavailable": content["unavailable"]}
    tables |= {f"state.{name}": table for name, table in content["state"].items()}
    for name, table in tables.items():
        if not table:
            continue
        lines.append(f"[{name}]")
        lines += [f"{json.dumps(key)} = {_text(key, value)}" for key, value in table.items()]
    path = folder / "profile.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_profile(path, catalog)


def _text(name: str, value: Any) -> str:  # noqa: ANN401 - as TOML has it
    if name == "methods":
        return json.dumps(value)
    if name in {"token", "client_secret", "refresh_token"} and isinstance(value, str):
        value = [value]
    return f"{{ list = {json.dumps(value)} }}" if isinstance(value, list) else json.dumps(value)
