"""The strict parser: in which words it says why an answer cannot be used."""

from __future__ import annotations

import gzip

import pytest

from slack_conformance.wire.answer import BODY_CAP, GZIP_MEMBERS, HEADER_CAP, MOST_CODINGS, read_answer
from slack_conformance.wire.document import DEPTH_CAP, is_deep
from slack_conformance.wire.flaws import Flaw
from tests.wire.framing import GOOD, framed, nested, raw_deflate, zipped

FLAWED = {
    "status line without status": (
        b"HTTP/1.1\r\n\r\n",
        Flaw.FRAMING,
        "not valid HTTP/1.1 (RFC 9112): illegal status line",
    ),
    "HTTP/0.9": (GOOD, Flaw.FRAMING, "not valid HTTP/1.1 (RFC 9112)"),
    "no end of the headers": (b"HTTP/1.1 200 OK\r\nA: b\r\n", Flaw.FRAMING, "not valid HTTP/1.1"),
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
        "after status 200: not valid HTTP/1.1",
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
    "a list of two lengths": (framed(GOOD, "Content-Length: 11, 12", length=False), Flaw.FRAMING, "Content-Length"),
    "a length beside chunks": (
        framed(b"b\r\n" + GOOD + b"\r\n0\r\n\r\n", "Content-Length: 11", "Transfer-Encoding: chunked", length=False),
        Flaw.FRAMING,
        "after status 200: Content-Length and Transfer-Encoding together, which contradict each other",
    ),
    "another version": (
        b"HTTP/2.0 200 OK\r\nContent-Length: 11\r\n\r\n" + GOOD,
        Flaw.FRAMING,
        "the status line says HTTP/2.0, though the request was HTTP/1.1",
    ),
    "another version, cut after the head": (
        b"HTTP/2.0 200 OK\r\nContent-Length: 11\r\n\r\n",
        Flaw.FRAMING,
        "the status line says HTTP/2.0",
    ),
    "another version in an interim answer": (
        b"HTTP/3.0 103 Early Hints\r\n\r\n" + framed(GOOD),
        Flaw.FRAMING,
        "the status line says HTTP/3.0",
    ),
    "HTTP/0.9 in a status line": (b"HTTP/0.9 200 OK\r\n\r\n" + GOOD, Flaw.FRAMING, "the status line says HTTP/0.9"),
    "a status of 600": (framed(GOOD, status="600 X"), Flaw.FRAMING, "the status is 600, and HTTP has only 100 to 599"),
    "a status of 999": (framed(GOOD, status="999 X"), Flaw.FRAMING, "the status is 999, and HTTP has only 100 to 599"),
    "a status of 99": (framed(GOOD, status="099 X"), Flaw.FRAMING, "not valid HTTP/1.1 (RFC 9112): "),
    "an unknown transfer coding": (framed(GOOD, "Transfer-Encoding: br"), Flaw.FRAMING, "Transfer-Encoding"),
    "headers without end": (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * HEADER_CAP, Flaw.FRAMING, "not valid HTTP/1.1"),
    "switching protocols": (
        framed(b"", status="101 Switching Protocols", length=False),
        Flaw.FRAMING,
        "not valid HTTP/1.1 (RFC 9112): ",
    ),
    "only interim answers": (b"HTTP/1.1 100 Continue\r\n\r\n" * 3, Flaw.FRAMING, "not valid HTTP/1.1"),
    "an unknown coding": (
        framed(GOOD, "Content-Encoding: br"),
        Flaw.ENCODING,
        "Content-Encoding 'br' was not asked for",
    ),
    "an unknown coding among others": (
        framed(gzip.compress(GOOD), "Content-Encoding: br, gzip"),
        Flaw.ENCODING,
        "Content-Encoding 'br' was not asked for",
    ),
    "more codings than may be": (
        framed(GOOD, f"Content-Encoding: {', '.join(['gzip'] * (MOST_CODINGS + 1))}"),
        Flaw.ENCODING,
        f"Content-Encoding names {MOST_CODINGS + 1} codings, more than {MOST_CODINGS}",
    ),
    "no deflate": (framed(GOOD, "Content-Encoding: deflate"), Flaw.ENCODING, "the body is not valid deflate: "),
    "half of a raw deflate": (
        framed(raw_deflate(GOOD)[:-4], "Content-Encoding: deflate"),
        Flaw.ENCODING,
        "the deflate body ends in the middle",
    ),
    "raw deflate bomb": (
        framed(raw_deflate(GOOD + b" " * BODY_CAP), "Content-Encoding: deflate"),
        Flaw.SIZE,
        f"the body is over {BODY_CAP} bytes when decompressed",
    ),
    "bomb in a bomb": (
        framed(gzip.compress(gzip.compress(GOOD + b" " * BODY_CAP)), "Content-Encoding: gzip, gzip"),
        Flaw.SIZE,
        f"the body is over {BODY_CAP} bytes when decompressed",
    ),
    "a second coding in a header of its own": (
        framed(GOOD, "Content-Encoding: identity", "content-encoding: br"),
        Flaw.ENCODING,
        "Content-Encoding 'br' was not asked for",
    ),
    "no gzip": (framed(GOOD, "Content-Encoding: gzip"), Flaw.ENCODING, "the body is not valid gzip: "),
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
    "latin-1": (framed('{"ok":true,"a":"é"}'.encode("latin-1")), Flaw.ENCODING, "the body is not UTF-8 at byte 16"),
    "UTF-16": (framed(GOOD.decode().encode("utf-16")), Flaw.ENCODING, "the body is not UTF-8 at byte 0"),
    "byte order mark": (framed(b"\xef\xbb\xbf" + GOOD), Flaw.JSON, "the body is not JSON: "),
    "an empty body": (framed(b""), Flaw.JSON, "the body is empty"),
    "a blank body": (framed(b" \n"), Flaw.JSON, "the body is empty"),
    "HTML": (framed(b" <html>"), Flaw.JSON, "the body is HTML, not JSON"),
    "text": (framed(b"ok"), Flaw.JSON, "the body is not JSON: "),
    "two documents": (framed(GOOD * 2), Flaw.JSON, "the body is not JSON: Extra data"),
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
    "a key twice behind a hundred thousand others": (
        framed(b"{" + b"".join(b'"%d":0,' % number for number in range(100_000)) + b'"99999":1}'),
        Flaw.JSON,
        "the JSON has the key '99999' twice",
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
    "no deflate",
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


@pytest.mark.parametrize(
    ("accepted", "flaw"),
    [
        ("gzip, compress, deflate, br", Flaw.ASKED_CODING),
        ("BR;q=0.5", Flaw.ASKED_CODING),
        ("br;q=0, gzip", Flaw.ENCODING),
        ("br; q=0.000", Flaw.ENCODING),
        ("identity", Flaw.ENCODING),
        ("", Flaw.ENCODING),
    ],
)
def test_a_coding_that_was_asked_for_is_no_fault_of_the_target(accepted: str, flaw: Flaw) -> None:
    answer = read_answer(framed(b"\x0b\x05\x80", "Content-Encoding: br"), accepted=accepted)
    assert (answer.flaw, answer.outcome, answer.foreign) == (flaw, "unreadable", False)
    assert read_answer(framed(GOOD), accepted=accepted).usable


def test_a_deep_body_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the decoder's recursion limit the garbage collector may run a finalizer, which then fails."""
    monkeypatch.setattr("json.loads", None)
    assert read_answer(framed(nested(DEPTH_CAP))).why == "the JSON is nested too deeply to be read"


@pytest.mark.parametrize("text", ["[" * 200, '\\"' + "{" * 200, "\\\\"])
def test_brackets_in_a_string_nest_nothing(text: str) -> None:
    assert not is_deep(f'{{"a":"{text}"}}')
    assert is_deep("[" * 101 + f'"{text}"')


def test_a_string_without_an_end_nests_nothing() -> None:
    assert not is_deep('"' + '\\"[' * 200)
