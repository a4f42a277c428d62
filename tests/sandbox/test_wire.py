"""What the listener does with requests that are odd, broken, or come one after another."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from slack_conformance.sandbox import Sandbox

from .conftest import FORM, OAUTH, PERMISSIONS

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Catalog

    from .conftest import Client

CLOSE = b"Connection: close\r\n"


def post(body: bytes, *headers: bytes) -> bytes:
    """Return a POST with these header lines."""
    lines = b"".join(line + b"\r\n" for line in headers)
    return b"POST /api/" + PERMISSIONS.encode() + b" HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n" + body


def test_a_connection_stays_open_after_a_refused_malformed_request(client: Client) -> None:
    parts = urlsplit(client.sandbox.url)
    world = client.world(method=PERMISSIONS)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    outcomes = []
    for headers, body in (({}, b"a=1"), ({"Content-Type": FORM}, b"%zz=1"), ({"Content-Type": FORM}, b"")):
        connection.request("POST", f"/api/{PERMISSIONS}", body, {**world.bearer, **headers})
        first = connection.sock
        outcomes.append(connection.getresponse().read())
        assert connection.sock is first
    connection.close()
    codes = (b"missing_post_type", b"invalid_form_data", b"invalid_arguments")
    assert all(code in body for code, body in zip(codes, outcomes, strict=True))


def test_a_chunked_body_is_read(client: Client) -> None:
    world = client.world(method=OAUTH)
    form = "&".join(f"{name}={value}" for name, value in world.oauth().items()).encode()
    chunks = (
        b"".join(b"%x;note=1\r\n%s\r\n" % (len(part), part) for part in (form[:10], form[10:])) + b"0\r\nT: 1\r\n\r\n"
    )
    head = f"POST /api/{OAUTH} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n"
    assert b'"ok":true' in client.raw(head.encode() + CLOSE + b"\r\n" + chunks)


def test_a_chunked_body_that_ends_early_is_cut(client: Client) -> None:
    request = post(b"5\r\nab", f"Content-Type: {FORM}".encode(), b"Transfer-Encoding: chunked")
    assert b"request_timeout" in client.raw(request, half_close=True)


def test_nothing_of_an_announced_body_is_cut_too(client: Client) -> None:
    request = post(b"", f"Content-Type: {FORM}".encode(), b"Content-Length: 9")
    assert b"request_timeout" in client.raw(request, half_close=True)


def test_two_requests_in_one_piece_are_answered_in_order(client: Client) -> None:
    first = post(b"a=1", b"Content-Length: 3")
    second = post(b"", CLOSE.strip())
    answer = client.raw(first + second)
    assert answer.index(b"missing_post_type") < answer.index(b"not_authed")


def test_an_expected_continue_is_given(client: Client) -> None:
    request = post(b"a=1", b"Content-Length: 3", b"Expect: 100-continue", CLOSE.strip())
    answer = client.raw(request)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_http_1_0_is_answered_and_closed(client: Client) -> None:
    assert b"connection: close" in client.raw(f"GET /api/{PERMISSIONS} HTTP/1.0\r\n\r\n".encode())


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_every_other_verb_is_read_like_get(client: Client, verb: str) -> None:
    world = client.world(method=PERMISSIONS)
    assert client.call(PERMISSIONS, verb=verb, query=world.permissions(), headers=world.bearer).outcome == "ok"


def test_head_is_get_without_a_body(client: Client) -> None:
    answer = client.call(PERMISSIONS, verb="HEAD")
    assert (answer.status, answer.body, answer.headers["x-slack-failure"]) == (200, b"", "not_authed")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/3\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno header\r\n\r\n", 400),
        (post(b"", b"Content-Length: some"), 400),
        (post(b"", b"Content-Length: 99999999999"), 413),
        (post(b"", b"Transfer-Encoding: gzip"), 501),
        (post(b"no-size\r\n", b"Transfer-Encoding: chunked"), 400),
        (post(b"0x5\r\n", b"Transfer-Encoding: chunked"), 400),
        (post(b"1_0\r\n", b"Transfer-Encoding: chunked"), 400),
        (post(b"-1\r\n", b"Transfer-Encoding: chunked"), 400),
        (post(b"a=1", b"Content-Length: 3", b"Content-Length: 5"), 400),
        (post(b"", b"Content-Length: 00000000099999999999"), 413),
        (post(b"", b"Content-Length: " + b"9" * 5_000), 400),
        (b"GET / HTTP/1.1\r\nx: " + b"x" * 300_000, 431),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
    ],
)
def test_what_is_not_a_request_is_answered_in_words(client: Client, request_bytes: bytes, status: int) -> None:
    assert client.raw(request_bytes).startswith(b"HTTP/1.1 %d " % status)


def test_a_body_that_is_too_large_is_refused_before_it_comes(client: Client) -> None:
    """Nobody is told to send it, nor is it read to its end, whichever way it is framed."""
    announced = post(b"", b"Content-Length: 99999999999", b"Expect: 100-continue")
    assert client.raw(announced).startswith(b"HTTP/1.1 413 ")
    chunked = post(b"fffffff\r\n" + b"x" * 3_000_000, b"Transfer-Encoding: chunked")
    assert b"HTTP/1.1 413 " in client.raw(chunked)


def test_stopping_closes_open_connections_and_joins_every_thread(catalog: Catalog) -> None:
    before = set(threading.enumerate())
    with contextlib.ExitStack() as stack:
        with Sandbox(catalog) as sandbox:
            parts = urlsplit(sandbox.url)
            idle = stack.enter_context(socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60))
            idle.sendall(post(b"", b"Content-Length: 0"))
            assert idle.recv(65536).startswith(b"HTTP/1.1 200 ")
        # Threads of the sandbox that all tests share may have ended meanwhile; none may have been added.
        assert not set(threading.enumerate()) - before
        assert idle.recv(1) == b""


def test_a_sandbox_that_never_started_can_be_stopped(catalog: Catalog) -> None:
    Sandbox(catalog).stop()


@pytest.mark.parametrize("pair", ["\xff", "YTpi\xe9", "\u2028", "====", "/w=="])
def test_a_basic_header_that_is_not_base64_of_utf_8_names_nobody(client: Client, pair: str) -> None:
    """The request is answered as if it had no credentials."""
    request = f"GET /api/{OAUTH} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {pair}\r\n".encode() + CLOSE + b"\r\n"
    answer = client.raw(request)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"ok":false' in answer
