"""Write a profile as TOML with comments: what is known of the target, and what to add, in the order of its gain."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from ..catalog.schema import schema
from ..results.words import counted
from ..target.telling import told_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..catalog.model import Catalog
    from ..engine.reach import Reach, Row

_WIDTH = 110

_SECRETS = ("token", "client_secret", "refresh_token")
"""Values that a profile does not take as plain text."""


def examples() -> dict[str, Any]:
    """Return how each value may be given, by name."""
    values = schema("target.schema.json")["properties"]["values"]["properties"]
    return {name: one["examples"][0] for name, one in values.items()}


def toml(value: Any) -> str:  # noqa: ANN401 - a value of a profile
    """Return a value of a profile in TOML, on one line."""
    match value:
        case dict():
            return f"{{ {', '.join(f'{key} = {toml(one)}' for key, one in value.items())} }}"
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case bool():
            return "true" if value else "false"
        case _:
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def head(remarks: Sequence[str], keys: Mapping[str, object], check: str) -> Iterator[str]:
    """Yield the first lines: what was found, how to check the profile, and the keys of the target."""
    for remark in remarks:
        yield from textwrap.wrap(remark, _WIDTH, initial_indent="# ", subsequent_indent="#   ")
    yield f"# Is it usable, and how much can be proved?  slack-conformance target check {check}"
    yield f"# Run it:                                    slack-conformance run --profile {check}"
    yield "# All keys: docs/profiles.md in the project. Paths and commands start at the folder of this file."
    yield ""
    for name, value in keys.items():
        yield f"{name} = {toml(value)}"
    if "kind" not in keys:
        yield '# kind = "real"   # of a real sandbox: it is asked no faster than its rate limits allow'


def values(given: Mapping[str, Any], found: Reach) -> Iterator[str]:
    """Yield the table of values: those that are given, then those that are missing, what most cases need first."""
    rows = [row for row in found.rows if row.kind == "value"]
    if not given and not rows:
        return
    yield ""
    yield "[values]"
    yield from (f"{name} = {toml(value)}" for name, value in given.items())
    if not rows:
        return
    yield "# Fill these in and remove the #. The number says how many cases cannot be proved without the value."
    if any(row.name in _SECRETS for row in rows):
        yield "# A secret comes from env, file or command. A made-up one of a mock may stand here:"
        yield '#   { value = "xoxb-fake", fake = true }'
    wanted = examples()
    lines = [(f"# {row.name} = {toml(wanted[row.name])}", row) for row in rows]
    width = max(len(text) for text, _ in lines)
    for text, row in lines:
        yield f"{text:<{width}}  # {counted(row.cases, 'case')}: {row.about}"


def states(found: Reach, catalog: Catalog) -> Iterator[str]:
    """Yield what would put the target into its states: a control API, or a table for each state, most cases first."""
    control = next((row for row in found.rows if row.kind == "control"), None)
    rows = [row for row in found.rows if row.kind == "state"]
    if not rows:
        return
    yield ""
    if control is not None:
        gain = counted(control.cases, "case")
        yield f'# A control API (README, "Control API") puts the target into all states: {gain}.'
        yield '# Add it below the url:   control = "http://127.0.0.1:8081/conformance/v1"'
        yield "#"
    yield "# Or state by state: remove the # in front of a table, and give values that are in the state, or commands"
    yield "# that switch the target. For a state that the target does not have, write the reason under [unavailable]."
    for row in rows:
        yield from _state(row, catalog)
    yield ""
    yield "# What the target does not have, with the reason: remove the # where that is so, and the cases are N/A."
    yield "# [unavailable]"
    yield from (f'# {row.name} = "The target has nothing like it."' for row in rows)


def _state(row: Row, catalog: Catalog) -> Iterator[str]:
    state, wanted = catalog.states[row.name], examples()
    yield ""
    about = f"{counted(row.cases, 'case')}: {' '.join(state.fact.split())}"
    yield from textwrap.wrap(about, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    yield f"# [state.{row.name}]"
    names = sorted({name for names in told_by(state, catalog).values() for name in names})
    for name in names:
        yield f"# {name} = {toml(_of_state(wanted[name], row.name))}"
    if not names:
        yield f"# enter = {toml(['./switch', row.name])}"
        yield f"# leave = {toml(['./switch', 'back'])}"


def _of_state(example: Any, state: str) -> Any:  # noqa: ANN401 - a value of a profile
    """Return an example that tells this state's value from the healthy one."""
    match example:
        case {"env": name}:
            return {"env": f"{name}_{state.upper().replace('-', '_')}"}
        case {"command": words}:
            return {"command": [*words, state]}
        case _:
            return example
