"""The strict parser: what it reads, and what it keeps."""

from __future__ import annotations

import gzip
import zlib

import pytest

from slack_conformance.wire.answer import (
    BODY_CAP,
    CODE_CAP,
    GZIP_MEMBERS,
    HEADER_CAP,
    LOCATION_CAP,
    MOST_HEADERS,
    Answer,
    read_answer,
)
from slack_conformance.wire.document import DEPTH_CAP
from slack_conformance.wire.flaws import WHY_CAP, Flaw
from tests.wire.framing import GOOD, framed, nested, raw_deflate, zipped

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
    "raw deflate": (framed(raw_deflate(GOOD), "Content-Encoding: deflate"), "ok"),
    "raw deflate, stored": (framed(b"\x01\x0b\x00\xf4\xff" + GOOD, "Content-Encoding: deflate"), "ok"),
    "gzip and identity": (framed(gzip.compress(GOOD), "Content-Encoding: gzip, identity"), "ok"),
    "identity twice": (framed(GOOD, "Content-Encoding: identity, Identity"), "ok"),
    "no coding": (framed(GOOD, "Content-Encoding: "), "ok"),
    "one coding after the other": (
        framed(gzip.compress(zlib.compress(GOOD)), "Content-Encoding: deflate", "Content-Encoding: x-gzip"),
        "ok",
    ),
    "a length as a list of equal values": (framed(GOOD, "Content-Length: 11, 11", length=False), "ok"),
    "the same length twice": (framed(GOOD, "Content-Length: 11"), "ok"),
    "a length and a list": (framed(GOOD, "Content-Length: 11,11 , 11"), "ok"),
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
    "an error that is called success": (framed(b'{"ok":false,"error":"ok"}'), "error:ok"),
    "an error that is called silence": (framed(b'{"ok":false,"error":"no-answer"}'), "error:no-answer"),
    "an error that is called a gateway's": (framed(b'{"ok":false,"error":"http-503"}'), "error:http-503"),
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
    too_long = f"the status line and headers have more than {HEADER_CAP} bytes"
    room = HEADER_CAP - len("OK") - len("Content-Length") - len("11") - len("X")
    assert read_answer(framed(GOOD, "X: " + "y" * room)).usable
    long = read_answer(framed(GOOD, "X: " + "y" * (room + 1)))
    assert (long.flaw, long.why) == (Flaw.SIZE, f"after status 200: {too_long}")
    wordy = read_answer(framed(GOOD, "X: " + "y" * room, status="200 OK!"))
    assert (wordy.flaw, wordy.why) == (Flaw.SIZE, f"after status 200: {too_long}")


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 309])
def test_a_redirect_is_called_one(status: int) -> None:
    answer = read_answer(framed(b"", "Location: http://elsewhere.example/", status=f"{status} X"))
    followed = 'a redirect to "http://elsewhere.example/", which is not followed: '
    redirect = followed if status not in {300, 304, 309} else ""
    assert answer.why == f"{redirect}the body is empty"
    assert answer.redirect == ("http://elsewhere.example/" if redirect else "")
    good = read_answer(framed(GOOD, "Location: http://elsewhere.example/", status="302 Found"))
    assert (good.usable, good.why) == (True, "")


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("/api/m/", "/api/m/"),
        ("https://a.example:8443/m?code=not-a-secret&a=b#c", "https://a.example:8443/m"),
        ("https://user:not-a-secret@a.example/m", "https://a.example/m"),
        ("https://a.example/xoxb-not-a-secret/m", "https://a.example/[redacted]/m"),
        ('/a"b\xe9\x85<', "/a%22b%C3%A9%C2%85%3C"),
    ],
)
def test_where_a_redirect_leads_is_said_without_what_may_be_secret(location: str, shown: str) -> None:
    answer = read_answer(framed(b"", f"Location: {location}", status="301 X"))
    assert answer.why == f'a redirect to "{shown}", which is not followed: the body is empty'


@pytest.mark.parametrize(
    "headers", [(), ("Location: ",), ("Location: http://[::1",), ("Location: ?code=not-a-secret",)]
)
def test_a_redirect_that_does_not_say_where_to(headers: tuple[str, ...]) -> None:
    answer = read_answer(framed(b"", *headers, status="301 X"))
    assert (answer.why, answer.redirect) == ("a redirect, which is not followed: the body is empty", "")


def test_where_a_redirect_leads_from_a_url() -> None:
    url = "http://127.0.0.1:1/api/m"
    for location, leads in (
        ("m/", f"{url}/"),
        ("/m", "http://127.0.0.1:1/m"),
        ("https://a.example/m", "https://a.example/m"),
        ("http://xoxb-not-a-secret/m", ""),
        ("", ""),
    ):
        assert read_answer(framed(b"", f"Location: {location}", status="301 X")).redirect_from(url) == leads
    assert read_answer(framed(GOOD, "Location: /m")).redirect_from(url) == ""


def test_where_a_redirect_leads_is_cut() -> None:
    answer = read_answer(framed(b"", f"Location: /{'x' * 5000}", status="301 X"))
    assert answer.why == f'a redirect to "/{"x" * (LOCATION_CAP - 1)}…", which is not followed: the body is empty'


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
    assert answer.why == "not valid HTTP/1.1 (RFC 9112): illegal header line"
    long = read_answer(framed(GOOD, f"Content-Encoding: {'x' * 5000}"))
    assert len(long.why) == WHY_CAP + 1
    assert long.why.endswith("x…")
    coding = "x" * (WHY_CAP - len("Content-Encoding '' was not asked for"))
    exact = read_answer(framed(GOOD, f"Content-Encoding: {coding}"))
    assert len(exact.why) == WHY_CAP
    assert exact.why.endswith("asked for")


@pytest.mark.parametrize("body", [b"<html>", b"", b'{"message":"Service Unavailable"}', b"[]"])
@pytest.mark.parametrize("pressed", [False, True])
def test_an_answer_that_says_nothing_of_ok_is_foreign(body: bytes, pressed: bool) -> None:  # noqa: FBT001 - a parameter
    answer = read_answer(zipped(body) if pressed else framed(body))
    assert (answer.foreign, answer.garbled) == (True, False)


@pytest.mark.parametrize("body", [GOOD, b'{"ok":1}', b'{"ok":false}', b'{"ok":tr', b'[{"ok":true}]'])
@pytest.mark.parametrize("pressed", [False, True])
def test_an_answer_of_the_method_itself_is_not_foreign(body: bytes, pressed: bool) -> None:  # noqa: FBT001 - as above
    answer = read_answer(zipped(body) if pressed else framed(body))
    assert (answer.foreign, answer.garbled) == (False, not answer.usable)


@pytest.mark.parametrize("received", [b"", framed(b"<html>")[:-1], framed(b"\xff"), framed(b"<html>") + b"more"])
def test_an_answer_that_is_not_whole_is_not_foreign(received: bytes) -> None:
    answer = read_answer(received)
    assert (answer.foreign, answer.garbled) == (False, False)
