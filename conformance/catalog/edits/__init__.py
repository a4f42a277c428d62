"""The kinds of edits: one class for each kind in `schemas/rule.schema.json`, with everything that depends on the kind.

An edit is the one difference between a base and the request under test. A new kind is a class in one of these modules,
listed in its `KINDS`, and its entry in the schema. Its fields are the parameters, and its `phrase` puts them into
words. If it changes the request, `apply` does so; what else a class may say is documented in `Edit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..schema import validator
from . import arguments, orders, rest

if TYPE_CHECKING:
    from .edit import Edit

EDITS: dict[str, type[Edit]] = {edit.kind: edit for edit in (*arguments.KINDS, *rest.KINDS, *orders.KINDS)}
"""The class of each kind of edit, by its name in the data."""


def read_edit(kind: str, value: Any) -> Edit:  # noqa: ANN401 - what the schema allows for this kind
    """Return the edit of this kind with this parameter, in the form of the data. Both must match the schema."""
    return EDITS[kind].read(value)


def recorded_edit(kind: str, value: Any) -> Edit | None:  # noqa: ANN401 - any JSON value
    """Return the edit of a results file; `None` if it is a replay, recorded by name only, or not in the schema."""
    return read_edit(kind, value) if validator("rule.schema.json#/$defs/edit").is_valid({kind: value}) else None
