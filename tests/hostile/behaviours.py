"""The battery: what a bad target may do, and the verdict that it must draw when it does so always, or now and then.

Where it does so always, no base succeeds, and nothing can be said about the target's rules: INCONCLUSIVE, with words
of the cause. Where it does so on malformed requests only, the edit is to blame: FAIL, with the words of the finding.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from time import sleep
from typing import TYPE_CHECKING

from slack_conformance.results.terms import Code, Verdict
from slack_conformance.wire.answer import BODY_CAP

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hostile.target import Talk

OK = b'{"ok":true,"access_token":"not-a-secret"}'
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(OK), OK)
TIME, LONG = "no complete answer within the time limit", f"longer than {BODY_CAP + 65_536} bytes"
CUT, RESET, NOT_HTTP = "peer ", "the connection was reset", "not valid HTTP/1.1 (RFC 9112)"
FLOOD = 400
"""Pieces of 8 kB that a flood has: more than any cap."""


@dataclass(frozen=True)
class Behaviour:
    """What a target does to a request, and what it must draw: always, and on malformed requests only."""

    act: Callable[[Talk], object]
    words: str
    code: Code | None = Code.UNREADABLE
    malformed: Verdict = Verdict.FAIL
    always: Verdict = Verdict.INCONCLUSIVE
    always_words: str | None = None

    @property
    def silent(self) -> bool:
        """Whether not even the first byte of an answer comes."""
        return (self.words, self.code) == (TIME, Code.NO_ANSWER)


BATTERY: dict[str, Behaviour] = {}


def behaves(
    words: str,
    code: Code | None = Code.UNREADABLE,
    malformed: Verdict = Verdict.FAIL,
    always: Verdict = Verdict.INCONCLUSIVE,
    always_words: str | None = None,
) -> Callable[[Callable[[Talk], object]], Callable[[Talk], object]]:
    """Enter a function into the battery, under its name in words."""

    def enter(act: Callable[[Talk], object]) -> Callable[[Talk], object]:
        BATTERY[act.__name__.replace("_", "-")] = Behaviour(act, words, code, malformed, always, always_words)
        return act

    return enter


def head(*headers: str, status: str = "200 OK") -> bytes:
    """Return a status line and headers."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode("latin-1")


def framed(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a well-framed answer."""
    return head("Content-Type: application/json", f"Content-Length: {len(body)}", *headers, status=status) + body


def says(name: str, answer: bytes, words: str, code: Code = Code.UNREADABLE, always_words: str | None = None) -> None:
    """Enter a target that gives this answer and stays."""

    def act(talk: Talk) -> bool:
        talk.send(answer)
        return True

    BATTERY[name] = Behaviour(act, words, code, always_words=always_words)


def ends(name: str, answer: bytes, words: str) -> None:
    """Enter a target that sends this and closes."""
    BATTERY[name] = Behaviour(lambda talk: talk.send(answer), words)


# Connections


@behaves("the connection was refused: nothing listens there", None, Verdict.INCONCLUSIVE)
def refuses_from_then_on(talk: Talk) -> None:
    talk.target.die()


@behaves(TIME, Code.NO_ANSWER)
def accepts_and_hangs(talk: Talk) -> None:
    talk.wait()


@behaves("the connection was ", Code.NO_ANSWER)
def closes_at_once(talk: Talk) -> None:
    talk.connection.close()


@behaves(RESET, Code.NO_ANSWER)
def resets_at_once(talk: Talk) -> None:
    talk.reset()


@behaves(TIME)
def hangs_in_mid_header(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    talk.wait()


@behaves(TIME)
def hangs_in_mid_body(talk: Talk) -> None:
    talk.send(framed(OK)[:-9])
    talk.wait()


@behaves(TIME)
def hangs_before_the_last_chunk(talk: Talk) -> None:
    talk.send(head("Transfer-Encoding: chunked"), b"%x\r\n%s\r\n" % (len(OK), OK))
    talk.wait()


@behaves(TIME)
def hangs_after_a_body_without_length(talk: Talk) -> None:
    talk.send(head("Content-Type: application/json"), OK)
    talk.wait()


@behaves(TIME)
def drips_a_byte_at_a_time(talk: Talk) -> None:
    for byte in framed(OK)[:-1]:
        talk.send(bytes([byte]))
        sleep(0.02)
    talk.wait()


@behaves(TIME)
def drips_interim_answers(talk: Talk) -> None:
    for _ in range(100):
        talk.send(head(status="103 Early Hints"))
        sleep(0.02)
    talk.wait()


@behaves(NOT_HTTP)
def closes_in_mid_header(talk: Talk) -> None:
    talk.send(framed(OK)[:25])


@behaves(CUT)
def closes_in_mid_body(talk: Talk) -> None:
    talk.send(framed(OK)[:-9])


@behaves(RESET)
def resets_in_mid_body(talk: Talk) -> None:
    talk.send(framed(OK)[:-9])
    sleep(0.05)
    talk.reset()


@behaves("", None, Verdict.PASS, Verdict.PASS)
def keeps_alive_and_dies_between_requests(talk: Talk) -> None:
    """Answer well, promise to stay and leave when the next request is on its way, as HTTP lets it."""
    talk.send(talk.good())
    talk.connection.recv(1)


# Framing


@behaves("bytes follow the end of the answer")
def answers_twice(talk: Talk) -> bool:
    talk.send(framed(OK) * 2)
    return True


ends("length-too-long", head("Content-Length: 99") + OK, CUT)
ends("length-too-short", head("Content-Length: 5") + OK, "bytes follow the end of the answer")
ends("length-negative", head("Content-Length: -5") + OK, "bad Content-Length")
ends("length-in-words", head("Content-Length: many") + OK, "bad Content-Length")
ends("length-of-a-thousand-digits", head("Content-Length: " + "9" * 1000) + OK, "Content-Length")
ends("two-lengths", head("Content-Length: 41", "Content-Length: 42") + OK, "conflicting Content-Length")
says("length-listed-twice", head("Content-Length: 41, 42") + OK, "conflicting Content-Length")
says(
    "length-beside-chunks",
    head("Content-Length: 41", "Transfer-Encoding: chunked") + CHUNKED,
    "(RFC 9112, section 6.3)",
)
says("http-2-in-the-status-line", framed(OK).replace(b"1.1", b"2.0", 1), "the status line says HTTP/2.0")
says("status-999", framed(OK, status="999 Odd"), "the status is 999, and HTTP has only 100 to 599")
ends("chunk-size-no-number", head("Transfer-Encoding: chunked") + b"zz\r\n" + OK, "illegal chunk header")
ends("chunk-size-negative", head("Transfer-Encoding: chunked") + b"-5\r\n" + OK, "illegal chunk header")
ends(
    "chunk-longer-than-it-says",
    head("Transfer-Encoding: chunked") + b"1\r\n" + OK + b"\r\n0\r\n\r\n",
    "malformed chunk footer",
)
ends("no-last-chunk", head("Transfer-Encoding: chunked") + b"%x\r\n%s\r\n" % (len(OK), OK), CUT)
ends("unknown-transfer-coding", head("Transfer-Encoding: rot13") + OK, "Transfer-Encoding")
ends("http-0.9", OK, NOT_HTTP)
ends("another-protocol", b"SSH-2.0-OpenSSH_9.9\r\n", NOT_HTTP)
ends("http-2-frames", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80", NOT_HTTP)
ends("status-no-number", b"HTTP/1.1 OK\r\n\r\n" + OK, NOT_HTTP)
ends("switches-protocols", head("Upgrade: h2c", "Connection: upgrade", status="101 Switching Protocols") + OK, "")
ends("header-without-name", head(": x", "Content-Length: 41") + OK, "illegal header line")
ends("three-hundred-headers", framed(OK, *[f"X-{number}: 1" for number in range(300)]), "more than 100 headers")
ends("one-endless-header", head("X: " + "x" * 100_000) + OK, "over 65536 bytes long")


# Size


@behaves(LONG)
def endless_body(talk: Talk) -> None:
    talk.send(head("Content-Type: application/json"), *[b" " * 8192] * FLOOD)


@behaves(LONG)
def endless_chunks(talk: Talk) -> None:
    talk.send(head("Transfer-Encoding: chunked"), *[b"2000\r\n" + b" " * 8192 + b"\r\n"] * FLOOD)


@behaves("more than 100 headers")
def endless_headers(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n" * 1300] * FLOOD)


@behaves("")
def endless_status_line(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 ", *[b"x" * 8192] * FLOOD)


@behaves("")
def flood_of_interim_answers(talk: Talk) -> None:
    """Send no end of them: whether time or size is up first is the machine's matter."""
    talk.send(*[head(status="100 Continue") * 300] * FLOOD)


BOMB = gzip.compress(OK + b" " * 100_000_000)
says("gzip-bomb", framed(BOMB, "Content-Encoding: gzip"), "when decompressed")
says("no-gzip", framed(OK, "Content-Encoding: gzip"), "the body is not valid gzip")
says("half-a-gzip", framed(gzip.compress(OK)[:-8], "Content-Encoding: gzip"), "the gzip body ends in the middle")
says("brotli-unasked", framed(OK, "Content-Encoding: br"), "Content-Encoding 'br' was not asked for")


# Redirects


@behaves("which is not followed: the body is empty")
def redirects_to_itself(talk: Talk) -> bool:
    path = talk.request.split()[1].decode()
    talk.send(framed(b"", f"Location: {path}", status="302 Found"))
    return True


@behaves("which is not followed: the body is empty")
def redirects_to_another_host(talk: Talk) -> bool:
    talk.send(framed(b"", f"Location: {talk.target.elsewhere}", "Set-Cookie: a=b", status="307 Temporary Redirect"))
    return True


says(
    "redirects-to-nowhere",
    framed(b"", "Location: http://[::1", status="301 Moved"),
    "a redirect, which is not followed",
)


# Documents

HOSTILE_TEXT = "</script><script>alert(1)</script>\u202egnihton\x1b[31m\x07\x00'\"`${x}{{x}}"
says("empty-body", framed(b""), "the body is empty")
says("html", framed(b"<html><script>alert(1)</script>", status="502 Bad Gateway"), "HTML, not JSON")
says("plain-text", framed(b"upstream connect error"), "is not JSON")
says("utf-8-broken", framed(OK[:-2] + b'\xff"}'), "not UTF-8 at byte")
says("utf-16", framed(OK.decode().encode("utf-16")), "not UTF-8 at byte 0")
says("byte-order-mark", framed(b"\xef\xbb\xbf" + OK), "is not JSON")
says("duplicate-keys", framed(b'{"ok":true,"ok":false,"error":"x"}'), "the key 'ok' twice")
says("not-a-number", framed(b'{"ok":true,"a":NaN}'), "NaN is not JSON")
says("infinity", framed(b'{"ok":true,"a":Infinity}'), "Infinity is not JSON")
says("huge-number", framed(b'{"ok":true,"a":1e999}'), "beyond what is interoperable")
says("huge-integer", framed(b'{"ok":true,"a":' + b"9" * 100_000 + b"}"), "a number of 100000 digits")
says("nested-arrays", framed(b'{"ok":true,"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), "nested too deeply")
says("nested-objects", framed(b'{"a":' * 900 + b"1" + b"}" * 900), "nested too deeply")
says("never-closed-arrays", framed(b"[" * 100_000), "nested too deeply")
says("lone-surrogate", framed(b'{"ok":true,"a":"\\ud800"}'), "half of a surrogate pair")
says("control-character", framed(b'{"ok":true,"a":"\x1b[31m"}'), "Invalid control character")
says("two-documents", framed(OK + OK), "Extra data")
says("an-array", framed(b"[" + OK + b"]"), "an array, not an object")
says("ok-as-text", framed(b'{"ok":"true"}'), "'ok' is a string, not a boolean")
says("no-ok", framed(b'{"access_token":"not-a-secret"}'), "has no 'ok'")
says("no-error", framed(b'{"ok":false}'), "there is no 'error'")
says("error-as-object", framed(b'{"ok":false,"error":{"code":"x"}}'), "'error' is an object, not a code")
HOSTILE_KEY = json.dumps(HOSTILE_TEXT)
says("hostile-key-twice", framed(f'{{"ok":true,{HOSTILE_KEY}:1,{HOSTILE_KEY}:2}}'.encode()), "twice")
says(
    "hostile-code", framed(json.dumps({"ok": False, "error": HOSTILE_TEXT}).encode()), "gnihton", Code.UNDOCUMENTED_CODE
)
says(
    "hostile-everywhere",
    framed(
        json.dumps(
            {
                "ok": False,
                "error": HOSTILE_TEXT,
                HOSTILE_TEXT: HOSTILE_TEXT,
                "warning": HOSTILE_TEXT,
                "response_metadata": {"warnings": [HOSTILE_TEXT], "messages": [HOSTILE_TEXT]},
            }
        ).encode(),
        "X-Note: </script><script>alert(1)</script>",
        "Retry-After: <b>\xa9",
        status="200 </td><script>alert(1)</script>",
    ),
    "gnihton",
    Code.UNDOCUMENTED_CODE,
)
says(
    "code-of-a-million-letters",
    framed(b'{"ok":false,"error":"' + b"x" * 900_000 + b'"}'),
    "x" * 200 + "…",
    Code.UNDOCUMENTED_CODE,
)
says(
    "header-with-escapes",
    framed(OK, "X: \x1b[31mred\x07"),
    "ok:true",
    Code.NOT_REFUSED,
    "oauth.access answers every request with ok:true, also those that its page refuses.",
)
says(
    "always-ok",
    framed(OK),
    "ok:true",
    Code.NOT_REFUSED,
    "oauth.access answers every request with ok:true, also those that its page refuses.",
)
