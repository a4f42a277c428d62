"""The strict parser: whatever the bytes are, it ends, and a good answer is read as what it says."""

from __future__ import annotations

import gzip
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.wire.answer import Answer, read_answer
from slack_conformance.wire.flaws import Flaw
from tests.wire.framing import framed


@given(st.binary(max_size=300), st.sampled_from(["GET", "POST", "HEAD"]), st.sampled_from(["", "too slow"]))
def test_any_bytes_are_an_answer_of_some_kind(received: bytes, verb: str, interrupted: str) -> None:
    assert_total(read_answer(received, verb, interrupted))


HEADS = st.lists(
    st.sampled_from(
        [
            "Content-Length: 4",
            "Content-Length: 0",
            "Transfer-Encoding: chunked",
            "Content-Encoding: gzip",
            "Connection: close",
            "Content-Encoding: deflate",
            "Upgrade: h2c",
            "Connection: keep-alive",
            "Trailer: X",
        ]
    ),
    max_size=4,
)


@given(
    st.integers(100, 999),
    HEADS,
    st.binary(max_size=60) | st.text(alphabet='{}[]":,oktruefals e1\\ud', max_size=40).map(str.encode),
)
def test_any_body_under_any_head_is_an_answer_of_some_kind(status: int, headers: list[str], body: bytes) -> None:
    assert_total(read_answer(framed(body, *headers, status=f"{status} X", length=False)))


def assert_total(answer: Answer) -> None:
    """Check that exactly one of the ways to end holds."""
    assert answer.usable == (answer.flaw is None) == (not answer.why)
    assert answer.usable == isinstance(answer.document.get("ok"), bool)
    assert (answer.outcome == "no-answer") == (answer.flaw is Flaw.NOTHING)
    assert (answer.outcome == "unreadable") == (answer.flaw not in {None, Flaw.NOTHING}) or answer.usable
    assert answer.status is None or 100 <= answer.status <= 999


SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    SCALARS | TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
OWN_WORDS = ["ok", "no-answer", "unreadable"]
"""Outcomes of the suite's own; a target's error that is spelt like one of them gets a prefix, as does `http-...`."""

CODES = TEXTS.filter(bool) | st.sampled_from([*OWN_WORDS, "http-", "http-503"])
ENDINGS = st.just({"ok": True}) | CODES.map(lambda code: {"ok": False, "error": code})


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a JSON object that says `ok` as the pages have it, with any other content."""
    more = draw(st.dictionaries(TEXTS, VALUES, max_size=4))
    return {**more, **draw(ENDINGS)}


@given(documents(), st.sampled_from(["length", "chunked", "close"]), st.booleans(), st.booleans(), st.data())
def test_any_document_in_any_framing_is_read_as_what_it_says(
    document: dict[str, Any],
    framing: str,
    pressed: bool,  # noqa: FBT001 - drawn, not passed
    escaped: bool,  # noqa: FBT001 - drawn, not passed
    data: st.DataObject,
) -> None:
    body = json.dumps(document, ensure_ascii=escaped, indent=data.draw(st.sampled_from([None, 2]))).encode()
    headers = ["Content-Type: application/json"]
    if pressed:
        body, headers = gzip.compress(body), [*headers, "Content-Encoding: gzip"]
    if framing == "chunked":
        size = data.draw(st.integers(1, len(body)))
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        headers.append("Transfer-Encoding: chunked")
    headers = [data.draw(st.sampled_from([header, header.lower(), header.upper()])) for header in headers]
    headers = [header if "ncoding" not in header.lower() else header.lower() for header in headers]
    answer = read_answer(framed(body, *headers, length=framing == "length"))
    assert answer.why == ""
    assert answer.document == document
    assert answer.outcome == ("ok" if document["ok"] else _outcome_of_error(document["error"]))


def _outcome_of_error(code: str) -> str:
    """Return the outcome that a refusal with this code is read as."""
    return f"error:{code}" if code in OWN_WORDS or code.startswith("http-") else code
