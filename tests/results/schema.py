"""Generate the schemas of results files and of the site's JSON from their classes: `python -m tests.results.schema`.

msgspec makes the schemas. The docstrings below the fields, which it does not see, are read from the source and become
the descriptions; those of the classes it takes itself.
"""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from slack_conformance.results import exchange, model, terms
from slack_conformance.site import model as site

if TYPE_CHECKING:
    from types import ModuleType

SCHEMAS = Path(__file__).parents[2] / "schemas"
PATH, SITE = SCHEMAS / "results.schema.json", SCHEMAS / "site.schema.json"
ABOUT = (
    "A results file has a header, one line for each case and a footer, each a JSON object on its own line, in UTF-8. A "
    "file without a footer comes from a run that was cut off, and every reader says so. Secrets are replaced by $names "
    "before a line is written; everything in an answer is the target's own text and must be escaped wherever it is "
    "shown."
)
ABOUT_SITE = (
    "`slack-conformance site` writes a file for the whole site, one for each implementation, and one for all rules, "
    "below api/v1. Names of implementations, and everything that one said, are text of strangers and must be escaped "
    "wherever they are shown."
)


def generated() -> dict[str, Any]:
    """Return the schema of one line of a results file."""
    title = f"One line of results.jsonl, format {model.FORMAT}"
    return _schema(PATH, title, ABOUT, model.Header | model.CaseResult | model.Footer)


def generated_of_site() -> dict[str, Any]:
    """Return the schema of one JSON file of the site."""
    kinds = site.SiteDocument | site.Implementation | site.RulesDocument
    return _schema(SITE, "A JSON file of the site, format 1", ABOUT_SITE, kinds)


def _schema(path: Path, title: str, about: str, kinds: Any) -> dict[str, Any]:  # noqa: ANN401 - a union of classes
    # The hook is asked for `object`, the value of an edit, which may be anything.
    schema = msgspec.json.schema(kinds, schema_hook=lambda _: {"description": ""})
    modules = (site, model, exchange, terms)
    descriptions = {field: text for module in modules for field, text in _descriptions(module).items()}
    for name, definition in schema["$defs"].items():
        for field, content in definition.get("properties", {}).items():
            if (name, field) in descriptions:
                content["description"] = descriptions[name, field]
        enums = [getattr(module, name) for module in modules if hasattr(module, name)]
        if "enum" in definition and enums:
            definition["enum"] = [str(word) for word in enums[0]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": path.name,
        "title": title,
        "description": about,
        **schema,
    }


def _descriptions(module: ModuleType) -> dict[tuple[str, str], str]:
    """Return the docstring of each field, by class and field."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            for field, after in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr):
                    target, text = field.target, after.value
                    assert isinstance(target, ast.Name)
                    assert isinstance(text, ast.Constant)
                    found[node.name, target.id] = str(text.value)
    return found


def text(schema: dict[str, Any]) -> str:
    """Return the content of a schema's file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(generated()), encoding="utf-8")
    SITE.write_text(text(generated_of_site()), encoding="utf-8")
