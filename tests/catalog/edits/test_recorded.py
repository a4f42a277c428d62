"""An edit is read from the data, put into words, and written back as it was; a record with anything else is no edit."""

from __future__ import annotations

import msgspec
import pytest

from slack_conformance.catalog.edits import EDITS, read_edit, recorded_edit

EXAMPLES: dict[str, object] = {
    "set_argument": {"colour": "red"},
    "add_argument": {"note": "1"},
    "drop_argument": "colour",
    "rename_argument": {"colour": "color"},
    "lengthen_name": {"argument": "colour", "to": 40},
    "move_argument": {"colour": "query"},
    "in_array": "colour",
    "set_header": {"X-Nothing": "1"},
    "drop_header": "Content-Type",
    "escapes": "lower-case",
    "drop": "credentials",
    "body": {"text": "{}"},
    "again": "same",
    "then": {"values": "fresh", "set_argument": {"colour": "red"}},
    "again_after": "retry-after",
    "each_then_all": "colours",
    "at_once": {"requests": 2, "rounds": 3},
    "again_after_refusal": {"note": "1"},
    "advance_s": 30,
    "state": "app-removed",
    "twice": {"set_argument": {"colour": "red"}},
}


def test_each_kind_has_an_example() -> None:
    assert set(EDITS) == {*EXAMPLES, "replay"}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_it_is_written_back_as_it_was_read(kind: str) -> None:
    edit = read_edit(kind, EXAMPLES[kind])
    assert (edit.kind, msgspec.to_builtins(edit.data)) == (kind, EXAMPLES[kind])
    assert recorded_edit(kind, EXAMPLES[kind]) == edit
    assert edit.words()


@pytest.mark.parametrize(("kind", "value"), [("replay", {"client": "x"}), ("drop", "everything"), ("shout", "x")])
def test_anything_else_is_no_edit(kind: str, value: object) -> None:
    assert recorded_edit(kind, value) is None
