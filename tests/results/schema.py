"""Generate `schemas/results.schema.json` from `conformance/results/model.py`: `python -m tests.results.schema`.

msgspec makes the schema. The docstrings below the fields, which it does not see, are read from the source and become
the descriptions; those of the classes it takes itself.
"""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from typing import Any

import msgspec

from slack_conformance.results import model

PATH = Path(__file__).parents[2] / "schemas" / "results.schema.json"
ABOUT = (
    "A results file has a header, one line for each case and a footer, each a JSON object on its own line, in UTF-8. A "
    "file without a footer comes from a run that was cut off, and every reader says so. Secrets are replaced by $names "
    "before a line is written; everything in an answer is the target's own text and must be escaped wherever it is "
    "shown."
)


def generated() -> dict[str, Any]:
    """Return the schema of one line."""
    # The hook is asked for `object`, the value of an edit, which may be anything.
    schema = msgspec.json.schema(
        model.Header | model.CaseResult | model.Footer, schema_hook=lambda _: {"description": ""}
    )
    descriptions = _descriptions()
    for name, definition in schema["$defs"].items():
        for field, content in definition.get("properties", {}).items():
            if (name, field) in descriptions:
                content["description"] = descriptions[name, field]
        if "enum" in definition:
            definition["enum"] = [str(word) for word in getattr(model, name)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "results.schema.json",
        "title": f"One line of results.jsonl, format {model.FORMAT}",
        "description": ABOUT,
        **schema,
    }


def _descriptions() -> dict[tuple[str, str], str]:
    """Return the docstring of each field, by class and field."""
    found = {}
    for node in ast.parse(inspect.getsource(model)).body:
        if isinstance(node, ast.ClassDef):
            for field, after in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr):
                    target, text = field.target, after.value
                    assert isinstance(target, ast.Name)
                    assert isinstance(text, ast.Constant)
                    found[node.name, target.id] = str(text.value)
    return found


def text() -> str:
    """Return the content of the file."""
    return json.dumps(generated(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
