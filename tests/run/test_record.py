"""Evidence becomes a result, whose fields from the catalog are checked against the catalog."""

from __future__ import annotations

import gzip

import pytest
from msgspec.structs import replace

from slack_conformance.engine.composing import Composed
from slack_conformance.engine.trial import Step, Trial
from slack_conformance.judge.model import Shown, unexercised
from slack_conformance.results.io import from_text, to_text
from slack_conformance.results.model import Cause
from slack_conformance.results.terms import Kind, Role
from slack_conformance.run.record import checked, record_of, rewritten, shortened
from slack_conformance.target.world import World
from slack_conformance.wire.answer import read_answer
from slack_conformance.wire.redact import Redactor
from slack_conformance.wire.sender import Exchange
from tests.invented import INVENTED
from tests.results.build import finding
from tests.wire.framing import framed, raw_deflate

CASE = INVENTED.cases[0]


@pytest.mark.parametrize("kind", Kind)
def test_a_result_of_a_case_that_was_not_tried_survives_the_way_to_another_process(kind: Kind) -> None:
    result = record_of(CASE, unexercised(Cause(kind, "Nothing listens there.", "A target.")), None, Redactor(), 0)
    assert from_text(to_text(result)) == result
    assert checked(result, CASE) is result


@pytest.mark.parametrize(
    "changes",
    [{"id": "a"}, {"rule": "a"}, {"also": ("a",)}, {"accept": ("a",)}, {"base": "a"}, {"findings": (finding(),)}],
    ids=lambda changes: next(iter(changes)),
)
def test_what_differs_from_the_catalog_is_never_recorded(changes: dict[str, object]) -> None:
    result = record_of(CASE, unexercised(Cause(Kind.NO_VALUE, "x", "y")), None, Redactor(), 0)
    with pytest.raises(ValueError, match=f"differs from the catalog in {next(iter(changes))}"):
        checked(replace(result, **changes), CASE)


def test_what_quotes_the_target_is_rewritten_and_the_rest_is_not() -> None:
    cause = Cause(Kind.NO_VALUE, "x", "x")
    result = replace(
        record_of(CASE, unexercised(cause), None, Redactor(), 0), findings=(finding(got="x", expected="x"),)
    )
    changed = rewritten(result, lambda text: text.replace("x", "[hidden]"))
    assert (changed.findings[0].got, changed.findings[0].expected) == ("[hidden]", "x")
    assert changed.cause == Cause(Kind.NO_VALUE, "[hidden]", "[hidden]")
    assert (changed.id, changed.expected) == (result.id, result.expected)


def test_a_sentence_has_the_length_of_a_line() -> None:
    """Only at the end: what was cut before it was redacted may be half a secret in an unknown encoding."""
    cause = Cause(Kind.NO_VALUE, "x" * 401, "x" * 400)
    long = replace(
        record_of(CASE, unexercised(cause), None, Redactor(), 0),
        got="y" * 5000,
        findings=(finding(got="z" * 401, expected="z" * 400),),
    )
    result = shortened(long)
    assert result.got == "y" * 400 + "…"
    assert (result.findings[0].got, result.findings[0].expected) == ("z" * 400 + "…", "z" * 400)
    assert result.cause == Cause(Kind.NO_VALUE, "x" * 400 + "…", "x" * 400)


@pytest.mark.parametrize(
    ("coding", "compress"), [("deflate", raw_deflate), ("gzip, deflate", lambda body: raw_deflate(gzip.compress(body)))]
)
def test_a_compressed_body_is_recorded_as_text_without_its_secrets(coding: str, compress: object) -> None:
    """A body that is shown compressed would hide its secrets from redaction."""
    assert callable(compress)
    answer = read_answer(framed(compress(b'{"ok":true,"a":"n0t-a-secret-4711"}'), f"Content-Encoding: {coding}"))
    method = INVENTED.methods[CASE.method]
    composed = Composed("GET", "http://a.example/m", (), method=method, world=World("healthy", {}))
    trial = Trial(Shown(CASE, method, answer), [Step(Role.EDITED, composed, Exchange(composed, b"", b"", answer, 0))])
    cause = Cause(Kind.NO_VALUE, "x", "y")
    result = record_of(CASE, unexercised(cause), trial, Redactor({"token": "n0t-a-secret-4711"}), 0)
    (exchange,) = result.exchanges
    assert exchange.answer is not None
    assert exchange.answer.body == '{"ok":true,"a":"$token"}'
