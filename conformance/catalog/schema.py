"""JSON Schemas, loaded by name, with references inlined and formats checked."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from .place import data_root

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


@cache
def validator(name: str) -> Validator:
    """Return the validator for `schemas/<name>`; a name with a pointer, `rule.schema.json#/$defs/edit`, is a part."""
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - importing it takes longer than importing this whole package

    return Draft202012Validator(schema(name), format_checker=FormatChecker())


@cache
def schema(name: str) -> Any:  # noqa: ANN401 - a schema is an object or a boolean
    """Return `schemas/<name>`, or a part of it, with every reference inlined.

    Resolving references at every value takes twenty times as long as the rest of the validation.
    """
    return _written_out({"$ref": name}, {})


@cache
def _document(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((data_root() / "schemas" / name).read_text(encoding="utf-8"))
    return content


def _written_out(node: Any, document: dict[str, Any]) -> Any:  # noqa: ANN401 - any part of a schema
    if isinstance(node, list):
        return [_written_out(item, document) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" not in node:
        return {key: _written_out(value, document) for key, value in node.items() if key not in {"$id", "$defs"}}
    file, _, pointer = node["$ref"].partition("#")
    home = _document(file) if file else document
    target: Any = home
    for step in pointer.strip("/").split("/") if pointer else ():
        target = target[step]
    beside = {key: _written_out(value, document) for key, value in node.items() if key != "$ref"}
    return {**_written_out(target, home), **beside}
