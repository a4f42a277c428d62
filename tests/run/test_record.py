"""Records travel from xdist's workers, which carry plain values only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.judge.causes import Kind
from conformance.judge.model import Cause, Verdict, unexercised
from conformance.run.record import cause_of, record_of
from conformance.wire.redact import Redactor
from tests.invented import INVENTED

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = {str, int, float, bool, type(None)}


def _types(value: Any) -> Iterator[type]:  # noqa: ANN401 - any part of a record
    match value:
        case dict():
            yield from (kind for item in value.items() for part in item for kind in _types(part))
        case list():
            yield from (kind for item in value for kind in _types(item))
        case _:
            yield type(value)


@pytest.mark.parametrize("kind", Kind)
def test_a_record_of_a_case_that_was_not_tried_holds_plain_values_only(kind: Kind) -> None:
    """A member of an enum is a string, and yet nothing that a worker can hand over."""
    cause = Cause(kind, "Nothing listens there.", "A target.")
    record = record_of(INVENTED.cases[0], unexercised(cause, Verdict.INCONCLUSIVE), None, Redactor(), 0)
    assert set(_types(record)) <= PLAIN
    assert set(_types(cause_of(cause, Redactor()))) == {str}
