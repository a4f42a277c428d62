"""The strict parser: what it reads, and in which words it says why it cannot."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.wire.answer import (
    BODY_CAP,
    CODE_CAP,
    DEPTH_CAP,
    GZIP_MEMBERS,
    HEADER_CAP,
    MOST_HEADERS,
    WHY_CAP,
    Answer,
    Flaw,
    read_answer,
)

GOOD = b'{"ok":true}'


def framed(body: bytes, *headers: str, status: str = "200 OK", length: bool = True) -> bytes:
    """Return an answer with this body."""
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def zipped(body: bytes) -> bytes:
    """Return an answer with this body, gzipped."""
    return framed(gzip.compress(body), "Content-Encoding: gzip")


def nested(depth: int) -> bytes:
    """Return a good document in which so many arrays stand within each other, below the object itself."""
    return b'{"ok":true,"a":' + b"[" * depth + b"]" * depth + b"}"


READ = {
    "success": (framed(GOOD), "ok"),
    "failure": (framed(b'{"ok":false,"error":"no_such_row"}'), "no_such_row"),
    "an error beside success is only more content": (framed(b'{"ok":true,"error":7}'), "ok"),
    "no length, closed": (framed(GOOD, length=False), "ok"),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\n\r\n" + GOOD, "ok"),
    "no reason phrase": (b"HTTP/1.1 200 \r\nContent-Length: 11\r\n\r\n" + GOOD, "ok"),
    "interim answers first": (b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + framed(GOOD), "ok"),
    "chunked": (
        framed(
            b"5\r\n" + GOOD[:5] + b"\r\n6;x=y\r\n" + GOOD[5:] + b"\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked",
            length=False,
        ),
        "ok",
    ),
    "trailer": (framed(b"b\r\n" + GOOD + b"\r\n0\r\nX: y\r\n\r\n", "transfer-encoding: chunked", length=False), "ok"),
    "gzip": (zipped(GOOD), "ok"),
    "x-gzip in capitals": (framed(gzip.compress(GOOD), "CONTENT-ENCODING:  X-GZIP "), "ok"),
    "deflate": (framed(zlib.compress(GOOD), "Content-Encoding: deflate"), "ok"),
    "gzip of two members": (framed(gzip.compress(GOOD[:4]) + gzip.compress(GOOD[4:]), "Content-Encoding: gzip"), "ok"),
    "gzip of as many members as may be": (
        framed(gzip.compress(b" ") * (GZIP_MEMBERS - 1) + gzip.compress(GOOD), "Content-Encoding: gzip"),
        "ok",
    ),
    "identity": (framed(GOOD, "Content-Encoding: Identity"), "ok"),
    "spaces around the document": (framed(b" \r\n" + GOOD + b"\n"), "ok"),
    "an astral character, escaped and not": (framed('{"ok":true,"a":"\\ud83d\\ude00😀"}'.encode()), "ok"),
    "numbers as large as a double": (framed(b'{"ok":true,"a":1e308,"b":' + b"9" * 308 + b"}"), "ok"),
    "as deep as may be": (framed(nested(DEPTH_CAP - 1)), "ok"),
    "as long as may be when decompressed": (zipped(GOOD + b" " * (BODY_CAP - len(GOOD))), "ok"),
    "an error code as long as may be": (framed(b'{"ok":false,"error":"%s"}' % (b"x" * CODE_CAP)), "x" * CODE_CAP),
    "a longer error code is cut": (
        framed(b'{"ok":false,"error":"%s"}' % (b"x" * (CODE_CAP + 1))),
        "x" * CODE_CAP + "…",
    ),
    "a status of its own": (framed(GOOD, status="599 Odd"), "ok"),
}


@pytest.mark.parametrize("name", READ)
def test_reads_whatever_says_ok_in_a_documented_way(name: str) -> None:
    received, outcome = READ[name]
    answer = read_answer(received)
    assert (answer.flaw, answer.why, answer.outcome, answer.usable) == (None, "", outcome, True)


FLAWED = {
    "status line without status": (
        b"HTTP/1.1\r\n\r\n",
        Flaw.FRAMING,
        "not HTTP/1.1 as RFC 9112 has it: illegal status line",
    ),
    "HTTP/0.9": (GOOD, Flaw.FRAMING, "not HTTP/1.1 as RFC 9112 has it"),
    "no end of the headers": (b"HTTP/1.1 200 OK\r\nA: b\r\n", Flaw.FRAMING, "not HTTP/1.1"),
    "a header without a name": (framed(GOOD, ": b"), Flaw.FRAMING, "illegal header line"),
    "a blank before the colon": (framed(GOOD, "A : b"), Flaw.FRAMING, "illegal header line"),
    "two lengths": (framed(GOOD, "Content-Length: 5"), Flaw.FRAMING, "conflicting Content-Length"),
    "a negative length": (framed(GOOD, "Content-Length: -11", length=False), Flaw.FRAMING, "bad Content-Length"),
    "a length in words": (framed(GOOD, "Content-Length: eleven", length=False), Flaw.FRAMING, "bad Content-Length"),
    "a length of a thousand digits": (
        framed(GOOD, "Content-Length: " + "1" * 1000, length=False),
        Flaw.FRAMING,
        "Content-Length",
    ),
    "less than announced": (
        framed(GOOD, "Content-Length: 99", length=False),
        Flaw.FRAMING,
        "after status 200: not HTTP/1.1",
    ),
    "more than announced": (framed(GOOD) + b"xyz", Flaw.FRAMING, "3 bytes follow the end of the answer"),
    "answered twice": (framed(GOOD) * 2, Flaw.FRAMING, f"{len(framed(GOOD))} bytes follow the end of the answer"),
    "a chunk without a size": (
        framed(b"zz\r\n", "Transfer-Encoding: chunked", length=False),
        Flaw.FRAMING,
        "illegal chunk header",
    ),
    "a chunk longer than it says": (
        framed(b"1\r\n" + GOOD + b"\r\n0\r\n\r\n", "Transfer-Encoding: chunked", length=False),
        Flaw.FRAMING,
        "malformed chunk footer",
    ),
    "no last chunk": (
        framed(b"b\r\n" + GOOD + b"\r\n", "Transfer-Encoding: chunked", length=False),
        Flaw.FRAMING,
        "after status 200",
    ),
    "an unknown transfer coding": (framed(GOOD, "Transfer-Encoding: br"), Flaw.FRAMING, "Transfer-Encoding"),
    "headers without end": (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * HEADER_CAP, Flaw.FRAMING, "not HTTP/1.1"),
    "switching protocols": (
        framed(b"", status="101 Switching Protocols", length=False),
        Flaw.FRAMING,
        "not HTTP/1.1 as RFC 9112 has it: ",
    ),
    "only interim answers": (b"HTTP/1.1 100 Continue\r\n\r\n" * 3, Flaw.FRAMING, "not HTTP/1.1"),
    "an unknown coding": (
        framed(GOOD, "Content-Encoding: br"),
        Flaw.ENCODING,
        "Content-Encoding 'br' was not asked for",
    ),
    "no gzip": (framed(GOOD, "Content-Encoding: gzip"), Flaw.ENCODING, "the body is no gzip: "),
    "half of a gzip": (
        framed(gzip.compress(GOOD)[:-4], "Content-Encoding: gzip"),
        Flaw.ENCODING,
        "the gzip body ends in the middle",
    ),
    "nothing as a gzip": (framed(b"", "Content-Encoding: gzip"), Flaw.ENCODING, "the gzip body ends in the middle"),
    "more behind the gzip": (
        framed(gzip.compress(GOOD) + b"x", "Content-Encoding: gzip"),
        Flaw.ENCODING,
        "the gzip body ends in the middle",
    ),
    "more members than may be": (
        framed(gzip.compress(b" ") * GZIP_MEMBERS + gzip.compress(GOOD), "Content-Encoding: gzip"),
        Flaw.ENCODING,
        f"the gzip body has more than {GZIP_MEMBERS} members",
    ),
    "gzip bomb": (zipped(GOOD + b" " * BODY_CAP), Flaw.SIZE, f"the body is over {BODY_CAP} bytes when decompressed"),
    "one byte too many": (
        zipped(GOOD + b" " * (BODY_CAP + 1 - len(GOOD))),
        Flaw.SIZE,
        f"the body is over {BODY_CAP} bytes when decompressed",
    ),
    "bomb in two members": (
        framed(gzip.compress(b" " * BODY_CAP) + gzip.compress(GOOD), "Content-Encoding: gzip"),
        Flaw.SIZE,
        f"the body is over {BODY_CAP} bytes when decompressed",
    ),
    "latin-1": (framed('{"ok":true,"a":"é"}'.encode("latin-1")), Flaw.ENCODING, "the body is no UTF-8 at byte 16"),
    "UTF-16": (framed(GOOD.decode().encode("utf-16")), Flaw.ENCODING, "the body is no UTF-8 at byte 0"),
    "byte order mark": (framed(b"\xef\xbb\xbf" + GOOD), Flaw.JSON, "the body is no JSON but text: "),
    "an empty body": (framed(b""), Flaw.JSON, "the body is empty"),
    "a blank body": (framed(b" \n"), Flaw.JSON, "the body is empty"),
    "HTML": (framed(b" <html>"), Flaw.JSON, "the body is no JSON but HTML: "),
    "text": (framed(b"ok"), Flaw.JSON, "the body is no JSON but text: "),
    "two documents": (framed(GOOD * 2), Flaw.JSON, "the body is no JSON but text: Extra data"),
    "a key twice": (framed(b'{"ok":true,"ok":true}'), Flaw.JSON, "the JSON has the key 'ok' twice"),
    "a key twice, further down": (
        framed(b'{"ok":true,"a":[{"b":1,"c":2,"c":2}]}'),
        Flaw.JSON,
        "the JSON has the key 'c' twice",
    ),
    "a long key twice": (
        framed(b'{"%s":1,"%s":2}' % (b"k" * 51, b"k" * 51)),
        Flaw.JSON,
        f"the JSON has the key {'k' * 50!r} twice",
    ),
    "NaN": (framed(b'{"ok":true,"a":NaN}'), Flaw.JSON, "NaN is not JSON"),
    "minus infinity": (framed(b'{"ok":true,"a":-Infinity}'), Flaw.JSON, "-Infinity is not JSON"),
    "a number beyond a double": (
        framed(b'{"ok":true,"a":1e999}'),
        Flaw.JSON,
        "the JSON holds the number 1e999, beyond what is interoperable",
    ),
    "a long number beyond a double": (
        framed(b'{"ok":true,"a":1%s.0}' % (b"0" * 400)),
        Flaw.JSON,
        f"the JSON holds the number 1{'0' * 19}, beyond what is interoperable",
    ),
    "an integer of 309 digits": (
        framed(b'{"ok":true,"a":%s}' % (b"9" * 309)),
        Flaw.JSON,
        "the JSON holds a number of 309 digits, beyond what is interoperable",
    ),
    "too deep": (framed(nested(DEPTH_CAP)), Flaw.JSON, "the JSON is nested too deeply to be read"),
    "too deep by objects": (
        framed(b'{"ok":true,"a":' + b'{"a":' * DEPTH_CAP + b"1" + b"}" * DEPTH_CAP + b"}"),
        Flaw.JSON,
        "the JSON is nested too deeply to be read",
    ),
    "a hundred thousand arrays": (framed(nested(100_000)), Flaw.JSON, "the JSON is nested too deeply to be read"),
    "half of a surrogate pair": (
        framed(b'{"ok":true,"a":"\\ud800"}'),
        Flaw.JSON,
        "the JSON holds half of a surrogate pair",
    ),
    "a control character": (framed(b'{"ok":true,"a":"\x1b"}'), Flaw.JSON, "Invalid control character"),
    "an array": (framed(b"[]"), Flaw.SHAPE, "the body is JSON, but an array, not an object"),
    "null": (framed(b"null"), Flaw.SHAPE, "the body is JSON, but null, not an object"),
    "a string": (framed(b'"ok"'), Flaw.SHAPE, "the body is JSON, but a string, not an object"),
    "a number": (framed(b"1.5"), Flaw.SHAPE, "the body is JSON, but a number, not an object"),
    "true": (framed(b"true"), Flaw.SHAPE, "the body is JSON, but a boolean, not an object"),
    "no ok": (framed(b'{"OK":true}'), Flaw.SHAPE, "the JSON object has no 'ok'"),
    "ok as a string": (framed(b'{"ok":"true"}'), Flaw.SHAPE, "'ok' is a string, not a boolean"),
    "ok as a number": (framed(b'{"ok":1}'), Flaw.SHAPE, "'ok' is a number, not a boolean"),
    "ok as zero": (framed(b'{"ok":0,"error":"x"}'), Flaw.SHAPE, "'ok' is a number, not a boolean"),
    "ok as null": (framed(b'{"ok":null}'), Flaw.SHAPE, "'ok' is null, not a boolean"),
    "ok as an object": (framed(b'{"ok":{}}'), Flaw.SHAPE, "'ok' is an object, not a boolean"),
    "no error": (framed(b'{"ok":false}'), Flaw.SHAPE, "'ok' is false and there is no 'error'"),
    "error as a number": (framed(b'{"ok":false,"error":5}'), Flaw.SHAPE, "'error' is a number, not a code"),
    "error as null": (framed(b'{"ok":false,"error":null}'), Flaw.SHAPE, "'error' is null, not a code"),
    "error as an array": (framed(b'{"ok":false,"error":["x"]}'), Flaw.SHAPE, "'error' is an array, not a code"),
    "an empty error": (framed(b'{"ok":false,"error":""}'), Flaw.SHAPE, "'error' is an empty string, not a code"),
}


PARTLY = {
    "no gzip",
    "byte order mark",
    "HTML",
    "text",
    "two documents",
    "a control character",
}
"""Where the rest of the words is the library's."""


@pytest.mark.parametrize("name", FLAWED)
def test_says_what_is_wrong(name: str) -> None:
    received, flaw, words = FLAWED[name]
    answer = read_answer(received)
    assert (answer.flaw, answer.outcome, answer.usable) == (flaw, "unreadable", False)
    assert words in answer.why
    assert answer.why == words or flaw is Flaw.FRAMING or name in PARTLY
    assert answer.document == {}


def test_nothing_at_all_is_no_answer() -> None:
    answer = read_answer(b"")
    assert (answer.flaw, answer.outcome, answer.usable) == (Flaw.NOTHING, "no-answer", False)
    assert answer.why == "the connection was closed without an answer"
    assert read_answer(b"", interrupted="too slow").why == "too slow"


def test_an_interruption_is_the_reason_where_something_is_missing() -> None:
    cut = framed(GOOD)[:-3]
    assert read_answer(cut, interrupted="too slow").why == "after status 200: too slow"
    assert read_answer(b"HTTP/1.1 2", interrupted="too slow").why == "too slow"
    ended = framed(b"b\r\n" + GOOD + b"\r\n", "Transfer-Encoding: chunked", length=False)
    assert read_answer(ended, interrupted="too slow").why == "after status 200: too slow"
    assert read_answer(framed(GOOD), interrupted="too slow").usable


def test_of_an_answer_that_went_on_and_on_only_the_beginning_is_looked_at() -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + GOOD
    endless = start + b"x" * 3 * HEADER_CAP
    assert (
        read_answer(endless, interrupted="too long").why
        == f"{2 * HEADER_CAP - len(start)} bytes follow the end of the answer"
    )
    assert read_answer(endless).why == f"{3 * HEADER_CAP} bytes follow the end of the answer"


def test_without_a_length_only_a_close_is_an_end() -> None:
    unframed = b"HTTP/1.1 200 OK\r\n\r\n" + GOOD
    assert read_answer(unframed).usable
    answer = read_answer(unframed, interrupted="too slow")
    assert (answer.flaw, answer.why) == (Flaw.FRAMING, "after status 200: too slow")
    assert read_answer(b"HTTP/1.1 100 Continue\r\n\r\n", interrupted="too slow").why == "too slow"


def test_there_is_a_limit_to_headers() -> None:
    few = [f"X-{number}: y" for number in range(MOST_HEADERS - 1)]
    assert read_answer(framed(GOOD, *few)).usable
    many = read_answer(framed(GOOD, *few, "One: more"))
    assert (many.flaw, many.why) == (Flaw.SIZE, f"after status 200: the answer has more than {MOST_HEADERS} headers")
    room = HEADER_CAP - len("Content-Length") - len("11") - len("X")
    assert read_answer(framed(GOOD, "X: " + "y" * room)).usable
    long = read_answer(framed(GOOD, "X: " + "y" * (room + 1)))
    assert (long.flaw, long.why) == (Flaw.SIZE, f"after status 200: the headers have more than {HEADER_CAP} bytes")


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 309])
def test_a_redirect_is_called_one(status: int) -> None:
    answer = read_answer(framed(b"", "Location: http://elsewhere.example/", status=f"{status} X"))
    redirect = "a redirect, which is not followed: " if status not in {300, 304, 309} else ""
    assert answer.why == f"{redirect}the body is empty"
    assert read_answer(framed(GOOD, status="302 Found")).usable


def test_keeps_everything_of_a_good_answer() -> None:
    answer = read_answer(framed(GOOD, "X: y", status="202 Odd"))
    assert answer == Answer(202, "Odd", (("X", "y"), ("Content-Length", "11")), GOOD, {"ok": True})


def test_keeps_nothing_of_an_answer_that_is_not_framed() -> None:
    answer = read_answer(framed(GOOD) + b"more")
    assert (answer.status, answer.reason, answer.headers, answer.body) == (None, "", (), b"")


def test_keeps_what_could_be_read_beside_the_flaw() -> None:
    answer = read_answer(
        framed(b"\xff", "X-One: 1", "x-one: 2", "Content-Type: text/html; a=\xe9", status="502 Bad \xe9")
    )
    assert (answer.status, answer.reason, answer.body) == (502, "Bad \xe9", b"\xff")
    assert answer.headers == (
        ("X-One", "1"),
        ("x-one", "2"),
        ("Content-Type", "text/html; a=\xe9"),
        ("Content-Length", "1"),
    )
    assert answer.header("X-ONE") == "1"
    assert answer.header("content-type") == "text/html; a=\xe9"
    assert answer.header("Retry-After") is None


def test_an_answer_to_head_has_no_body() -> None:
    answer = read_answer(framed(b"", "Content-Length: 11", length=False), verb="HEAD")
    assert (answer.flaw, answer.why) == (Flaw.JSON, "the body is empty")


def test_a_reason_is_never_long_and_shows_nothing_of_the_answer() -> None:
    answer = read_answer(framed(GOOD, "not-a-secret " + "x" * 5000))
    assert answer.why == "not HTTP/1.1 as RFC 9112 has it: illegal header line"
    long = read_answer(framed(GOOD, f"Content-Encoding: {'x' * 5000}"))
    assert len(long.why) == WHY_CAP + 1
    assert long.why.endswith("x…")
    coding = "x" * (WHY_CAP - len("Content-Encoding '' was not asked for"))
    exact = read_answer(framed(GOOD, f"Content-Encoding: {coding}"))
    assert len(exact.why) == WHY_CAP
    assert exact.why.endswith("asked for")


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
ENDINGS = st.just({"ok": True}) | TEXTS.filter(bool).map(lambda code: {"ok": False, "error": code})


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
    assert answer.outcome == ("ok" if document["ok"] else document["error"])
