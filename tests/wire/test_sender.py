"""Sending over real sockets: what is noted both ways, deadlines and caps, kept-alive connections, TLS, proxies."""

from __future__ import annotations

import base64
import gzip
import logging
import socket
import ssl
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
import trustme
import urllib3.util.connection

from slack_conformance.wire.answer import BODY_CAP, HEADER_CAP
from slack_conformance.wire.flaws import Flaw
from slack_conformance.wire.request import BodySent, Request
from slack_conformance.wire.sender import Sender, Transport
from slack_conformance.wire.tape import NOT_TOGETHER
from tests.targets import closed_port
from tests.wire.servers import GOOD, PATIENCE_S, Server, answering, read_request

if TYPE_CHECKING:
    from pathlib import Path

BODY = b"token=xoxa-fake-1&a=%ff\x00\xff"
FORM = (("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(BODY))))
SHORT = Transport(limit_s=0.3)
"""For servers that never answer; a server that does may take longer on a busy machine."""


def post(url: str, sent: BodySent = BodySent.WHOLE, body: bytes = BODY) -> Request:
    """Return a POST."""
    return Request("POST", url, (("User-Agent", "x"), FORM[0], ("Content-Length", str(len(body)))), body, sent)


def test_bytes_are_noted_as_they_passed() -> None:
    with Server(answering(GOOD)) as server, Sender() as sender:
        exchange = sender.send(post(server.url))
        assert exchange.sent == server.received[0]
        assert exchange.received == GOOD
        assert exchange.answer.outcome == "ok"
        assert exchange.ms > 0
        assert sender.count == 1
        head, _, body = exchange.sent.partition(b"\r\n\r\n")
        assert body == BODY
        assert set(head.split(b"\r\n")) == {
            b"POST /api/m HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}".encode(),
            b"User-Agent: x",
            b"Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(BODY)}".encode(),
        }


def test_nothing_is_added_and_nothing_is_corrected() -> None:
    with Server(answering(GOOD)) as server, Sender() as sender:
        url = f"{server.url}?a=%7e&b= c".replace(" ", "%20")
        sent = sender.send(Request("GET", url, (("Accept-Encoding", "gzip"),))).sent
        assert (
            sent
            == f"GET /api/m?a=%7e&b=%20c HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()  # noqa: E501 - one piece of text
        )
        assert sender.send(Request("GET", server.url, ())).sent.count(b"\r\n") == 3


def test_a_chunked_answer_is_noted_with_its_chunks() -> None:
    answer = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ok"\r\n6;x\r\n:true}\r\n0\r\nT: x\r\n\r\n'
    with Server(answering(answer)) as server, Sender() as sender:
        exchange = sender.send(post(server.url))
        assert (exchange.received, exchange.answer.outcome) == (answer, "ok")


@pytest.mark.parametrize("length", ["11, 11", "11,11", "11\r\nContent-Length: 11", "11\r\ncontent-length: 11 , 11"])
def test_a_length_given_several_times_ends_the_answer(length: str) -> None:
    """The connection stays open and is used again: nothing waits for its end."""
    answer = GOOD.replace(b"11", length.encode(), 1)
    with Server(answering(answer)) as server, Sender() as sender:
        exchanges = [sender.send(post(server.url)) for _ in range(3)]
        assert [(one.answer.outcome, one.received, one.reused) for one in exchanges] == [
            ("ok", answer, False),
            ("ok", answer, True),
            ("ok", answer, True),
        ]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ("Content-Length: 11, 12", "Content-Length"),
        ("Content-Length: 11\r\nContent-Length: 12", "conflicting Content-Length"),
        ("Content-Length: eleven", "bad Content-Length"),
        ("Content-Length: -11", "bad Content-Length"),
        (f"Content-Length: {'9' * 1000}", "bad Content-Length"),
        ("Transfer-Encoding: rot13", "Transfer-Encoding"),
    ],
)
def test_an_answer_without_an_end_is_not_waited_for(headers: str, words: str) -> None:
    """The server keeps the connection open, and the time limit is not what ends the exchange."""
    with Server(answering(f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + b'{"ok":true}')) as server:
        with Sender() as sender:
            answer = sender.send(post(server.url)).answer
        assert (answer.flaw, answer.timed_out) == (Flaw.FRAMING, False)
        assert words in answer.why


def test_a_length_beside_chunks_is_not_a_good_answer(caplog: pytest.LogCaptureFixture) -> None:
    answer = GOOD.replace(b"11\r", b"11\r\nTransfer-Encoding: chunked\r", 1).replace(b"{", b"b\r\n{") + b"\r\n0\r\n\r\n"
    with Server(answering(answer)) as server, Sender() as sender:
        exchange = sender.send(post(server.url))
        assert (exchange.received, exchange.answer.flaw) == (answer, Flaw.FRAMING)
    assert caplog.text == ""


def test_a_gzip_bomb_stays_compressed() -> None:
    bomb = gzip.compress(b" " * 30_000_000)
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(bomb), bomb)
    with Server(answering(answer)) as server, Sender() as sender:
        exchange = sender.send(post(server.url))
        assert (exchange.received, exchange.answer.flaw) == (answer, Flaw.SIZE)


@pytest.mark.parametrize("sent", [BodySent.HALF, BodySent.NOTHING])
def test_a_half_sent_body_ends_by_closing_the_sending_side(sent: BodySent) -> None:
    with Server(answering(GOOD)) as server, Sender() as sender:
        exchange = sender.send(post(server.url, sent))
        assert exchange.answer.outcome == "ok"
        head, _, body = server.received[0].partition(b"\r\n\r\n")
        assert f"Content-Length: {len(BODY)}".encode() in head
        assert body == BODY[: len(BODY) // 2 if sent is BodySent.HALF else 0]
        assert exchange.sent == server.received[0]
        assert sender.send(post(server.url)).answer.outcome == "ok"
        assert server.connections == 2


def test_chunks_without_the_last_end_by_closing_the_sending_side() -> None:
    headers = (FORM[0], ("Transfer-Encoding", "chunked"))
    with Server(answering(GOOD)) as server, Sender() as sender:
        unfinished = Request("POST", server.url, headers, BODY, BodySent.UNFINISHED_CHUNKS)
        exchange = sender.send(unfinished)
        assert exchange.answer.outcome == "ok"
        head, _, rest = exchange.sent.partition(b"\r\n\r\n")
        assert b"Transfer-Encoding: chunked" in head
        assert b"Content-Length" not in head
        assert rest == b"%x\r\n%b\r\n" % (len(BODY), BODY) == unfinished.body_sent
        assert sender.send(post(server.url)).answer.outcome == "ok"
        assert server.connections == 2


class Looks:
    """A clock on which a second goes by with each look at it, however long the machine takes."""

    now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        self.now += 1
        return self.now


def test_the_deadline_is_for_the_exchange_as_a_whole() -> None:
    """Though every byte comes soon after the one before, and there is no end of them."""

    def drip(connection: socket.socket, server: Server) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(2000):
            connection.sendall(b"x")
            server.ended.wait(0.01)

    with Server(drip) as server, Sender(Transport(limit_s=60), Looks()) as sender:
        exchange = sender.send(post(server.url))
        assert (exchange.answer.flaw, exchange.answer.why) == (Flaw.FRAMING, "no complete answer within the time limit")
        assert exchange.received.startswith(b"HTTP/1.1 200 OK\r\nX: x")
        assert exchange.ms < 60_000


def test_silence_ends_at_the_deadline() -> None:
    with Server(lambda _, server: server.ended.wait(PATIENCE_S)) as server, Sender(SHORT) as sender:
        exchange = sender.send(post(server.url))
        assert (exchange.answer.flaw, exchange.answer.why) == (Flaw.NOTHING, "no complete answer within the time limit")


def test_a_request_that_nobody_reads_ends_at_the_deadline() -> None:
    with Server(lambda _, server: server.ended.wait(PATIENCE_S)) as server, Sender(SHORT) as sender:
        exchange = sender.send(post(server.url, body=b"x" * 30_000_000))
        assert (exchange.answer.flaw, exchange.answer.why) == (Flaw.NOTHING, "no complete answer within the time limit")


def test_an_answer_has_a_greatest_size() -> None:
    def flood(connection: socket.socket, _: Server) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _piece in range(400):
            connection.sendall(b" " * 8192)

    with Server(flood) as server, Sender() as sender:
        exchange = sender.send(post(server.url))
        assert exchange.answer.why == f"after status 200: the answer is longer than {BODY_CAP + HEADER_CAP} bytes"
        assert len(exchange.received) <= BODY_CAP + 3 * HEADER_CAP


def test_nobody_listens() -> None:
    with socket.socket() as taken, Sender() as sender:
        taken.bind(("127.0.0.1", 0))
        answer = sender.send(post(f"http://127.0.0.1:{taken.getsockname()[1]}/")).answer
        assert (answer.flaw, answer.why) == (Flaw.NOTHING, "the connection was refused: nothing listens there")


def test_an_address_that_does_not_exist() -> None:
    with Sender() as sender:
        answer = sender.send(post("http://no-such-host.invalid/")).answer
        assert answer.flaw is Flaw.NOTHING
        assert "0x" not in answer.why


@pytest.mark.parametrize("name", ["mock.localhost", "a.b.LOCALHOST"])
def test_a_name_below_localhost_is_this_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many resolvers do not know it (RFC 6761), so none is asked."""
    real = socket.getaddrinfo

    def without_names(host: str, *more: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on
        assert host in {"127.0.0.1", "::1"}
        return real(host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", without_names)
    with Server(answering(GOOD)) as server, Sender() as sender:
        exchanges = [sender.send(post(server.url.replace("127.0.0.1", name))) for _ in range(2)]
        assert [(one.answer.outcome, one.reused) for one in exchanges] == [("ok", False), ("ok", True)]
        assert f"\r\nHost: {name}:{server.port}\r\n".lower().encode() in exchanges[0].sent.lower()


def test_a_name_below_localhost_at_which_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both addresses are tried, and the reason is given in the same words as for an address."""
    tried = []
    real = urllib3.util.connection.create_connection

    def noted(address: tuple[str, int], *more: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on
        tried.append(address[0])
        return real(("127.0.0.1", address[1]), *more, **options)

    monkeypatch.setattr("urllib3.connection.connection.create_connection", noted)
    with closed_port() as nothing, Sender() as sender:
        answer = sender.send(post(nothing.replace("127.0.0.1", "mock.localhost"))).answer
    assert (answer.flaw, answer.why) == (Flaw.NOTHING, "the connection was refused: nothing listens there")
    assert tried == ["127.0.0.1", "::1"]


@pytest.mark.parametrize("sent", BodySent)
def test_a_host_of_its_own_is_sent_with_every_request(sent: BodySent) -> None:
    with Server(answering(GOOD)) as server, Sender() as sender:
        framing = ("Transfer-Encoding", "chunked") if sent is BodySent.UNFINISHED_CHUNKS else FORM[1]
        request = Request("POST", server.url, (FORM[0], framing), BODY, sent, "mock.example:81")
        exchanges = [sender.send(request), *sender.send_together([replace(request, sent=BodySent.WHOLE, headers=FORM)])]
        for exchange in exchanges:
            assert exchange.answer.outcome == "ok"
            lines = exchange.sent.partition(b"\r\n\r\n")[0].split(b"\r\n")
            assert [one for one in lines if one.lower().startswith(b"host:")] == [b"Host: mock.example:81"]
        assert server.received[0].startswith(b"POST /api/m HTTP/1.1\r\nHost: mock.example:81\r\n")


def test_connections_are_kept_alive_and_one_that_died_is_noted() -> None:
    with Server(answering(GOOD)) as server, Sender() as sender:
        assert [sender.send(post(server.url)).reused for _ in range(3)] == [False, True, True]
        assert server.connections == 1

    def two_then_death(connection: socket.socket, server: Server) -> None:
        answering(GOOD, requests=1)(connection, server)
        read_request(connection)

    with Server(two_then_death) as server, Sender() as sender:
        assert sender.send(post(server.url)).answer.usable
        died = sender.send(post(server.url))
        assert (died.reused, died.answer.flaw) == (True, Flaw.NOTHING)
        assert (
            died.answer.why in {"the connection was closed without an answer", "the connection was reset"}
            or died.answer.why
        )
        later = [sender.send(post(server.url)) for _ in range(3)]
        assert [(one.reused, one.answer.outcome) for one in later] == [(False, "ok")] * 3


def test_a_connection_with_something_left_over_is_not_used_again() -> None:
    with Server(answering(GOOD + b"more")) as server, Sender() as sender:
        for _ in range(2):
            exchange = sender.send(post(server.url))
            assert (exchange.answer.why, exchange.reused) == ("4 bytes follow the end of the answer", False)


def test_redirects_and_cookies_lead_nowhere() -> None:
    with Server(answering(GOOD)) as elsewhere, Sender() as sender:
        answer = (
            f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}\r\nSet-Cookie: a=fake; path=/\r\nContent-Length: 11\r\n\r\n"  # noqa: E501 - one piece of text
            '{"ok":true}'
        ).encode()
        with Server(answering(answer)) as server:
            first, second = sender.send(post(server.url)), sender.send(post(server.url))
        assert (first.received, first.answer.outcome) == (answer, "ok")
        assert b"ookie" not in second.sent
        assert elsewhere.connections == 0


def test_nothing_that_is_sent_gets_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bad = b'HTTP/1.1 200 OK\r\nBad header line\r\nContent-Length: 11\r\n\r\n{"ok":true}'
    with Server(answering(bad, requests=1)) as server, Sender() as sender:
        sender.send(Request("GET", server.url + "?token=xoxa-fake-1", ()))
    assert caplog.text == ""
    logging.getLogger("urllib3.connectionpool").warning("still there")
    assert "still there" in caplog.text


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Make a certificate authority of our own."""
    return trustme.CA()


def tls_of(authority: trustme.CA, *, clients: bool = False) -> ssl.SSLContext:
    """Return the server's side of TLS, for loopback."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(context)
    return context


def file_of(blob: trustme.Blob, folder: Path, name: str) -> str:
    """Write a certificate or key, and return where."""
    blob.write_to_path(str(folder / name))
    return str(folder / name)


class TestTls:
    """TLS is verified; what it carries is noted in the clear."""

    def test_with_an_authority_of_ones_own(self, authority: trustme.CA, tmp_path: Path) -> None:
        trusted = Transport(verify=file_of(authority.cert_pem, tmp_path, "ca.pem"))
        with Server(answering(GOOD), tls=tls_of(authority)) as server, Sender(trusted) as sender:
            exchange = sender.send(post(server.url))
            assert (exchange.sent, exchange.received) == (server.received[0], GOOD)
            assert sender.send(post(server.url)).reused

    @pytest.mark.parametrize("sent", [BodySent.HALF, BodySent.NOTHING])
    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    def test_a_half_sent_body(
        self, authority: trustme.CA, tmp_path: Path, sent: BodySent, version: ssl.TLSVersion
    ) -> None:
        trusted = Transport(verify=file_of(authority.cert_pem, tmp_path, "ca.pem"))
        tls = tls_of(authority)
        tls.maximum_version = version
        with Server(answering(GOOD), tls=tls) as server, Sender(trusted) as sender:
            exchange = sender.send(post(server.url, sent))
            assert (exchange.answer.why, exchange.answer.outcome) == ("", "ok")
            assert server.received[0].endswith(b"\r\n\r\n" + BODY[: len(BODY) // 2 if sent is BodySent.HALF else 0])

    def test_where_a_socket_has_no_descriptor_the_sending_side_is_closed_all_the_same(
        self, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As on Windows."""
        monkeypatch.setattr("os.dup", Mock(side_effect=OSError))
        trusted = Transport(verify=file_of(authority.cert_pem, tmp_path, "ca.pem"))
        with Server(answering(GOOD), tls=tls_of(authority)) as server, Sender(trusted) as sender:
            assert sender.send(post(server.url, BodySent.HALF)).sent.endswith(BODY[: len(BODY) // 2])

    def test_an_authority_that_nobody_trusts(self, authority: trustme.CA) -> None:
        with Server(answering(GOOD), tls=tls_of(authority)) as server:
            with Sender() as sender:
                answer = sender.send(post(server.url)).answer
            with Sender(Transport(verify=False)) as careless, pytest.warns(match="Unverified HTTPS"):
                assert careless.send(post(server.url)).answer.usable
        assert answer.flaw is Flaw.NOTHING
        assert "certificate verify failed" in answer.why
        assert server.received != []

    def test_a_client_certificate(self, authority: trustme.CA, tmp_path: Path) -> None:
        ca = file_of(authority.cert_pem, tmp_path, "ca.pem")
        own = file_of(
            authority.issue_cert("client@target.example").private_key_and_cert_chain_pem, tmp_path, "client.pem"
        )
        with Server(answering(GOOD), tls=tls_of(authority, clients=True)) as server:
            with Sender(Transport(verify=ca, certificate=own)) as sender:
                assert sender.send(post(server.url)).answer.outcome == "ok"
            with Sender(Transport(verify=ca)) as stranger:
                assert not stranger.send(post(server.url)).answer.usable

    def test_no_tls_at_all(self) -> None:
        with (
            Server(lambda connection, _: connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")) as server,
            Sender() as sender,
        ):
            answer = sender.send(post(server.url.replace("http:", "https:"))).answer
            assert answer.flaw is Flaw.NOTHING
            assert answer.why.startswith("TLS failed: ") or "reset" in answer.why


class Together:
    """Answers once so many requests are complete, each on a connection of its own."""

    def __init__(self, requests: int) -> None:
        """Wait for this many."""
        self._barrier = threading.Barrier(requests)

    def __call__(self, connection: socket.socket, server: Server) -> None:
        """Read a request, wait for the others, answer."""
        server.received.append(read_request(connection))
        self._barrier.wait(PATIENCE_S)
        connection.sendall(GOOD)


class TestTogether:
    """Requests that are completed at the same moment."""

    @pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
    @pytest.mark.parametrize("body", [BODY, None], ids=["post", "get"])
    def test_each_has_a_connection_of_its_own(
        self, authority: trustme.CA, tmp_path: Path, body: bytes | None, *, secure: bool
    ) -> None:
        trusted = Transport(verify=file_of(authority.cert_pem, tmp_path, "ca.pem"))
        with (
            Server(Together(8), tls=tls_of(authority) if secure else None) as server,
            Sender(trusted) as sender,
        ):
            request = post(server.url) if body else Request("GET", server.url, (("User-Agent", "x"),))
            exchanges = sender.send_together([request] * 8)
            assert [(one.answer.outcome, one.received, one.reused) for one in exchanges] == [("ok", GOOD, False)] * 8
            assert (sender.count, server.connections, len(server.received)) == (8, 8, 8)
            assert {one.sent for one in exchanges} == set(server.received)

    @pytest.mark.parametrize("verb", ["GET", "POST"])
    def test_none_is_completed_unless_all_can_be(self, verb: str) -> None:
        """The last byte stays behind, and the reason is given at once, since one connection is refused."""
        with Server(answering(GOOD)) as server, Sender() as sender, closed_port() as nothing:
            ours = post(server.url) if verb == "POST" else Request("GET", server.url, ())
            one, refused = sender.send_together([ours, replace(ours, url=nothing)])
            whole = sender.send(ours).sent
            assert one.sent == whole[:-1]
            assert (one.answer.flaw, one.answer.why) == (Flaw.NOTHING, NOT_TOGETHER)
            assert "refused" in refused.answer.why

    def test_a_target_that_takes_no_more_connections_ends_it_in_time(self) -> None:
        """Only half of the time limit is spent on the opening."""
        with socket.create_server(("127.0.0.1", 0), backlog=1) as listener, Sender(SHORT) as sender:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/m"
            exchanges = sender.send_together([post(url)] * 8)
        assert {one.answer.flaw for one in exchanges} == {Flaw.NOTHING}

    def test_through_a_proxy(self) -> None:
        with (
            Server(Together(3)) as server,
            Sender(Transport(proxy=f"http://127.0.0.1:{server.port}")) as sender,
        ):
            url = "http://target.example/api/m"
            assert [one.answer.outcome for one in sender.send_together([post(url)] * 3)] == ["ok"] * 3
            assert all(one.startswith(b"POST http://target.example/api/m ") for one in server.received)


def forwarding(connection: socket.socket, server: Server) -> None:
    """Be a proxy: a tunnel for CONNECT, else one request with an absolute address."""
    request = read_request(connection)
    server.received.append(request)
    verb, target = request.split(b" ", 2)[:2]
    if verb != b"CONNECT":
        connection.sendall(GOOD)
        return
    host, _, port = target.decode().partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as upstream:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        pump(connection, upstream, server)


def pump(one: socket.socket, other: socket.socket, server: Server) -> None:
    """Carry bytes both ways until a side closes."""
    import selectors  # noqa: PLC0415 - for the tunnel alone

    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while not server.ended.is_set():
            for key, _ in selector.select(0.1):
                data = key.fileobj.recv(65_536)  # type: ignore[union-attr]  # they are sockets
                if not data:
                    return
                key.data.sendall(data)


class TestNamesBelowLocalhost:
    """TLS asks for the name, and verifies it, though its address is known."""

    def test_tls(self, authority: trustme.CA, tmp_path: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("mock.localhost").configure_cert(context)
        asked = []
        context.sni_callback = lambda _socket, name, _context: asked.append(name)
        ca = file_of(authority.cert_pem, tmp_path, "ca.pem")
        with Server(answering(GOOD), tls=context) as server, Sender(Transport(verify=ca)) as sender:
            assert sender.send(post(server.url.replace("127.0.0.1", "mock.localhost"))).answer.outcome == "ok"
            assert not sender.send(post(server.url.replace("127.0.0.1", "other.localhost"))).answer.usable
        assert asked == ["mock.localhost", "other.localhost"]


class TestProxy:
    """A proxy is used where the profile names one, and nowhere else."""

    def test_plain(self) -> None:
        with Server(forwarding) as proxy, Sender(Transport(proxy=f"http://127.0.0.1:{proxy.port}")) as sender:
            exchange = sender.send(post("http://target.example/api/m?a=%7e"))
            assert exchange.answer.outcome == "ok"
            assert exchange.sent == proxy.received[0]
            assert exchange.sent.startswith(b"POST http://target.example/api/m?a=%7e HTTP/1.1\r\nHost: target")

    def test_connect(self, authority: trustme.CA, tmp_path: Path) -> None:
        ca = file_of(authority.cert_pem, tmp_path, "ca.pem")
        with Server(answering(GOOD), tls=tls_of(authority)) as server, Server(forwarding) as proxy:
            way = Transport(verify=ca, proxy=f"http://127.0.0.1:{proxy.port}")
            with Sender(way) as sender:
                exchange = sender.send(post(server.url))
            assert exchange.answer.outcome == "ok"
            assert exchange.sent == server.received[0]
            assert proxy.received[0].startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1.".encode())
            assert b"xoxa-fake" not in proxy.received[0]

    def test_no_proxy_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        with Server(answering(GOOD)) as server, Sender() as sender:
            assert sender.send(post(server.url)).answer.usable

    def test_no_credentials_from_the_home_folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password not-a-secret\n", encoding="utf-8")
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        with Server(answering(GOOD)) as server, Sender() as sender:
            assert b"uthorization" not in sender.send(post(server.url)).sent
        assert base64.b64encode(b"a:not-a-secret") not in server.received[0]
