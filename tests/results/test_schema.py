"""The published schema is the one that the classes give, and as strict as the reader."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from tests.results import schema
from tests.results.test_io import whole

KNOWN = json.loads(schema.PATH.read_text(encoding="utf-8"))
SITE = json.loads(schema.SITE.read_text(encoding="utf-8"))
OBJECTS = {
    f"{known['$id']} {name}": one
    for known in (KNOWN, SITE)
    for name, one in known["$defs"].items()
    if one.get("type") == "object"
}


def test_the_files_are_up_to_date() -> None:
    """`python -m tests.results.schema` writes them."""
    assert schema.PATH.read_text(encoding="utf-8") == schema.text(schema.generated())
    assert schema.SITE.read_text(encoding="utf-8") == schema.text(schema.generated_of_site())


def test_it_is_a_schema_that_accepts_what_the_reader_accepts() -> None:
    Draft202012Validator.check_schema(KNOWN)
    for line in whole():
        Draft202012Validator(KNOWN).validate(line)


@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_is_closed_and_every_key_required_and_described(name: str) -> None:
    one = OBJECTS[name]
    assert one["additionalProperties"] is False
    assert one["required"] == list(one["properties"])
    assert [key for key, about in one["properties"].items() if "description" not in about] in ([], ["type"])
