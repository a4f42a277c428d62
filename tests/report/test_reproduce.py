"""The printed lines are run by a real shell, and the bytes that arrive are compared with the ones recorded."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from slack_conformance.report.reproduce import line, reproduction
from slack_conformance.results.exchange import RecordedRequest
from slack_conformance.results.model import CaseResult
from tests.report import build

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = {
    "TOKEN": "xoxa-fake-not-a-secret",
    "CLIENT_ID": "1.2",
    "CLIENT_SECRET": "not-a-secret",
    "PASSWORD": "not-a-secret-either",
}


class Listener:
    """Takes one request, notes its bytes, and answers with an empty JSON object."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(60)
        self.port = self._server.getsockname()[1]
        self.received = b""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._server.accept()
        with connection:
            connection.settimeout(60)
            while not self._complete():
                block = connection.recv(65536)
                if not block:
                    break
                self.received += block
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    def _complete(self) -> bool:
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return False
        lengths = [row.split(b":")[1] for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
        return not lengths or len(body) >= int(lengths[0])

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def finish(self) -> bytes:
        """Return the bytes of the request."""
        self._thread.join(60)
        return self.received


@pytest.fixture
def listener() -> Iterator[Listener]:
    with closing(Listener()) as one:
        yield one


def record(**changes: Any) -> RecordedRequest:  # noqa: ANN401 - any JSON value
    """Return a request record."""
    return msgspec.convert(build.request(**changes), RecordedRequest)


def run(command: str) -> subprocess.CompletedProcess[str]:
    """Run the line as a user would, with the secrets set."""
    return subprocess.run(  # noqa: S602 - the line under test is made for a shell
        command, shell=True, env={**os.environ, **SECRETS}, capture_output=True, text=True, timeout=120, check=False
    )


def sent(command: str, listener: Listener) -> tuple[str, list[str], bytes]:
    """Run the line and return request line, sorted header lines, and body as they arrived."""
    done = run(command)
    assert done.returncode == 0, done.stderr
    head, _, body = listener.finish().partition(b"\r\n\r\n")
    first, *headers = head.decode("latin-1").split("\r\n")
    return first, sorted(headers), body


REQUESTS: dict[str, tuple[dict[str, Any], bytes]] = {
    "form": ({}, b"name=lamp&colour=red"),
    "secret in the body": ({"body": "token=$token&x=1"}, b"token=xoxa-fake-not-a-secret&x=1"),
    "hidden by name": ({"body": "password=[redacted]"}, b"password=not-a-secret-either"),
    "quotes": ({"body": "a='b'\"c\"`d`!$e&"}, b"a='b'\"c\"`d`!&"),
    "at": ({"body": "@/etc/passwd"}, b"@/etc/passwd"),
    "percent and backslash": ({"body": "100%\\n\n%s%d"}, b"100%\\n\n%s%d"),
    "control": ({"body": "-a\x00b\x1b[31m\r\n\n"}, b"-a\x00b\x1b[31m\r\n\n"),
    "undecodable": ({"body": "a=\\xff\\x80"}, b"a=\xff\x80"),
    "letters": ({"body": "name=\u00e9\u202e"}, "name=\u00e9\u202e".encode()),
    "long": ({"body": f"{'n' * 5000}=1"}, b"n" * 5000 + b"=1"),
    "long with a control": ({"body": f"{'7' * 300}\n"}, b"7" * 300 + b"\n"),
    "empty": ({"body": ""}, b""),
    "none": ({"body": None}, b""),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_the_body_arrives_byte_for_byte(name: str, listener: Listener) -> None:
    changes, wanted = REQUESTS[name]
    host = f"127.0.0.1:{listener.port}"
    headers = [["Host", host], ["Content-Type", "text/x; charset=utf-8"]]
    request = record(**{"url": f"http://{host}/api/x?a=[1]&b={{}}", "headers": headers, **changes})
    first, arrived, body = sent(line(request), listener)
    assert body == wanted
    assert first == "POST /api/x?a=[1]&b={} HTTP/1.1"
    assert arrived == sorted([f"Host: {host}", "Content-Type: text/x; charset=utf-8", f"Content-Length: {len(wanted)}"])


def test_what_curl_adds_by_itself_is_left_out(listener: Listener) -> None:
    host = f"127.0.0.1:{listener.port}"
    request = record(url=f"http://{host}/x", headers=[["Host", host], ["X-Empty", ""]], body="a" * 2000 + "=1")
    _, arrived, _ = sent(line(request), listener)
    assert [row.strip() for row in arrived] == ["Content-Length: 2002", f"Host: {host}", "X-Empty:"]


def test_what_the_request_says_itself_is_kept(listener: Listener) -> None:
    host = f"127.0.0.1:{listener.port}"
    headers = [
        ["Host", "other.example"],
        ["User-Agent", "demo/1"],
        ["Accept", "a/b"],
        ["X-Twice", "1"],
        ["X-Twice", "2"],
    ]
    headers += [["Authorization", "Basic $client_id:$client_secret"], ["X-Quote", 'it\'s "so"']]
    request = record(verb="GET", url=f"http://{host}/x", headers=headers, body=None)
    first, arrived, body = sent(line(request), listener)
    assert first == "GET /x HTTP/1.1"
    assert not body
    assert arrived == sorted(
        [
            "Host: other.example",
            "User-Agent: demo/1",
            "Accept: a/b",
            "X-Twice: 1",
            "X-Twice: 2",
            "Authorization: Basic MS4yOm5vdC1hLXNlY3JldA==",
            'X-Quote: it\'s "so"',
        ]
    )


@pytest.mark.parametrize("verb", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_every_verb_is_sent_as_it_was(verb: str, listener: Listener) -> None:
    host = f"127.0.0.1:{listener.port}"
    first, _, _ = sent(line(record(verb=verb, url=f"http://{host}/a/../x", headers=[], body=None)), listener)
    assert first == f"{verb} /a/../x HTTP/1.1"


def test_a_get_with_a_body_stays_a_get(listener: Listener) -> None:
    host = f"127.0.0.1:{listener.port}"
    first, arrived, body = sent(line(record(verb="GET", url=f"http://{host}/", headers=[], body="{}")), listener)
    assert (first, body) == ("GET / HTTP/1.1", b"{}")
    assert arrived == ["Content-Length: 2", f"Host: {host}"]


RAW = [
    ["Host", "h:1"],
    ["Content-Type", "text/plain"],
    ["Authorization", "Basic $client_id:$client_secret"],
    ["Content-Length", "40"],
]


def test_malformed_bytes_are_printed_for_a_socket() -> None:
    request = record(url="http://127.0.0.1:81/x?y=%20", headers=RAW, body="to'ken=$token&\\xff", raw=True)
    command = line(request)
    assert command.endswith("| nc -N 127.0.0.1 81")
    done = subprocess.run(  # noqa: S602 - as above
        command.rpartition("|")[0],
        shell=True,
        env={**os.environ, **SECRETS},
        capture_output=True,
        timeout=120,
        check=True,
    )
    assert done.stdout == (
        b"POST /x?y=%20 HTTP/1.1\r\nHost: h:1\r\nContent-Type: text/plain\r\n"
        b"Authorization: Basic MS4yOm5vdC1hLXNlY3JldA==\r\nContent-Length: 40\r\n\r\nto'ken=xoxa-fake-not-a-secret&\xff"
    )


@pytest.mark.skipif(shutil.which("nc") is None, reason="nc is not installed")
def test_half_a_body_arrives_as_half_and_the_sending_side_is_closed(listener: Listener) -> None:
    host = f"127.0.0.1:{listener.port}"
    headers = [["Host", host], ["Content-Length", "40"]]
    done = run(line(record(url=f"http://{host}/x", headers=headers, body="name=lamp", raw=True)))
    assert done.stdout.startswith("HTTP/1.1 200 OK")
    assert listener.finish() == f"POST /x HTTP/1.1\r\nHost: {host}\r\nContent-Length: 40\r\n\r\nname=lamp".encode()


def test_malformed_bytes_for_a_secure_target_go_through_openssl() -> None:
    command = line(record(url="https://[::1]:444/x", raw=True))
    assert command.endswith("| openssl s_client -quiet -servername ::1 -connect '[::1]:444'")
    assert line(record(url="https://a.example/x", raw=True)).endswith("-connect a.example:443")


def test_a_host_of_its_own_is_sent_again(listener: Listener) -> None:
    address = f"127.0.0.1:{listener.port}"
    done = run(line(record(url=f"http://{address}/x", headers=[["Host", "mock.example:81"]], body="a")))
    assert done.returncode == 0, done.stderr
    assert b"\r\nHost: mock.example:81\r\n" in listener.finish()


def test_a_name_below_localhost_needs_no_resolver() -> None:
    """Curl leads it to loopback by itself."""
    assert line(record(url="http://a.localhost:81/x", raw=True)).endswith("| nc -N 127.0.0.1 81")
    secure = line(record(url="https://a.localhost/x", raw=True))
    assert secure.endswith("-servername a.localhost -connect 127.0.0.1:443")


def test_a_secure_target_is_spoken_to_in_the_same_version() -> None:
    assert "--http1.1" in line(record(url="https://a.example/x"))


@pytest.mark.skipif(shutil.which("dash") is None, reason="dash is not installed")
def test_nothing_is_more_than_posix(listener: Listener) -> None:
    host = f"127.0.0.1:{listener.port}"
    command = line(record(url=f"http://{host}/", headers=[], body=f"\x01{'a' * 200}\\xfe$token"))
    done = run(f"dash -c {shlex.quote(command)}")
    assert done.returncode == 0, done.stderr
    assert listener.finish().endswith(b"\x01" + b"a" * 200 + b"\xfe" + SECRETS["TOKEN"].encode())


def _case(**changes: Any) -> CaseResult:  # noqa: ANN401 - any JSON value
    return msgspec.convert(build.case("bad_colour", verdict="FAIL", **changes), CaseResult)


def test_the_deciding_request_is_shown_and_its_variables_are_named() -> None:
    found = reproduction(_case())
    assert found is not None
    assert len(found.lines) == 1
    assert "colour=none" in found.lines[0]
    assert found.variables == ("TOKEN",)


def test_for_a_second_use_the_first_one_comes_before() -> None:
    found = reproduction(_case(edit={"kind": "again", "value": "same"}))
    assert found is not None
    assert ["colour=red" in found.lines[0], "colour=none" in found.lines[1]] == [True, True]


def test_the_recheck_of_the_base_is_not_what_is_shown() -> None:
    exchanges = [build.exchange("base"), build.exchange(request=build.request("a=1")), build.exchange("recheck")]
    found = reproduction(_case(exchanges=exchanges))
    assert found is not None
    assert "a=1" in found.lines[0]


def test_what_was_hidden_by_name_is_called_after_its_field() -> None:
    request = build.request("code=[redacted]&state=1", headers=[["Authorization", "Bearer [redacted]"]])
    found = reproduction(_case(exchanges=[build.exchange(request=request)]))
    assert found is not None
    assert found.variables == ("BEARER", "CODE")
    assert """code="$CODE"'&state=1'""" in found.lines[0]


def test_where_nothing_was_sent_nothing_is_shown() -> None:
    assert reproduction(_case(exchanges=[])) is None
