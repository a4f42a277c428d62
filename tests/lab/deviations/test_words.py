"""The words of the data: each is used by some fault, so that none of them is dead code."""

from __future__ import annotations

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.deviations.changes import CALLS, REPLIES, REPLIES_WITH, REQUESTS, SHAPES
from slack_conformance.lab.deviations.load import KINDS, entries_of
from slack_conformance.lab.deviations.predicates import PLAIN, WITH_PARAMETER, all_of

CONTENTS = [entry.content for method in load_catalog().methods for entry in entries_of(method)]


def _listed(key: str) -> set[str]:
    return {word for content in CONTENTS for word in content.get(key, ())}


def _named(key: str) -> set[str]:
    """Return the names that a key has as its value, or as the only key of its value."""
    values = [content[key] for content in CONTENTS if key in content]
    return {value if isinstance(value, str) else next(iter(value)) for value in values}


def test_every_predicate_is_used() -> None:
    used = {text.removeprefix("not ") for text in _listed("when")} | {"called before"}  # of the generated faults
    assert PLAIN.keys() - used == set()
    assert WITH_PARAMETER.keys() - {text.partition(" ")[0] for text in used - PLAIN.keys()} == set()


def test_every_change_is_used() -> None:
    assert _named("answers") == REPLIES.keys() | REPLIES_WITH.keys()
    assert _named("misreads") == CALLS.keys()
    assert _named("loses") == REQUESTS.keys()
    assert _listed("shapes") == SHAPES.keys()


def test_every_kind_is_used() -> None:
    assert {kind for content in CONTENTS for kind in KINDS if kind in content} == KINDS.keys()


@pytest.mark.parametrize("text", ["body (", "name [", "argument scopes=*"])
def test_a_pattern_that_is_not_a_regular_expression_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a regular expression"):
        all_of([text])


@pytest.mark.parametrize("text", ["charset", "forms", "not", "not not form", "Form"])
def test_a_word_that_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="there is no predicate"):
        all_of([text])
