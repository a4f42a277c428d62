"""A threaded HTTP/1.1 server: h11 parses the requests; answers are written verbatim, so they may violate HTTP.

Each connection has a thread, and both are limited: at `MOST_CONNECTIONS`, or when the process has no file descriptor
left, the connection that has waited longest for its next request is closed to make room for a new one. While none
waits, new connections stay in the system's queue.
"""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import h11

from .intake import Received
from .reply import Presentation, Reply, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Answer = Callable[[Received], Reply]

LONGEST_HEAD = 256 * 1024
LARGEST_BODY = 1024 * 1024
"""The longest body in bytes; the longest that the suite sends are a tenth of it."""
MOST_CONNECTIONS = 500
IDLE_S = 300.0
"""Idle time in seconds after which a connection is closed."""
LINGER_S = 2.0
"""After a refusal, input is discarded until none has come for this many seconds."""
BODY_S = 10.0
"""A body of which nothing arrives for this many seconds is treated as cut."""
REQUEST_S = 300.0
"""A request that has not arrived in full after this many seconds, however steadily it comes, is treated as cut."""
MOST_FAILURES = 100
PLAIN = (("content-type", "text/plain; charset=utf-8"),)
LAST_PORT = 65_535
_CHUNK = 65536
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_PAUSE_S = 0.02
"""Seconds until the next attempt to accept a connection for which there was no room."""


class Listener:
    """Accepts connections and serves each in its own thread; `stop` is prompt and joins every thread."""

    def __init__(self, host: str, port: int, answer: Answer, style: Presentation | None = None) -> None:
        """Bind to the address. Raises `OSError`, for instance if the port is in use."""
        self._answer, self._style = answer, style or Presentation()
        if not 0 <= port <= LAST_PORT:
            raise OSError(errno.EINVAL, f"port {port} does not exist")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=128)
        self._wake, self._waker = socket.socketpair()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._waiting: dict[socket.socket, None] = {}
        """The connections that wait for a request, the longest first."""
        self._lock = threading.Lock()
        self.failures: list[Exception] = []
        """The first exceptions raised while answering: bugs of the sandbox or of a deviation."""
        self._thread = threading.Thread(target=self._accept, name="sandbox-listener", daemon=True)

    @property
    def authority(self) -> str:
        """Host and port as in a URL."""
        host, port = self._socket.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def start(self) -> None:
        """Start accepting connections."""
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting, close all connections and join their threads."""
        with contextlib.suppress(OSError):
            self._waker.send(b"x")
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            open_now = dict(self._connections)
        for connection, thread in open_now.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
        for end in (self._socket, self._wake, self._waker):
            end.close()

    def _accept(self) -> None:
        self._socket.setblocking(False)  # noqa: FBT003 - as the library has it
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if self._wake in ready:
                    return
                if not self._accepted():
                    self._make_room()
                    # Only the waker is watched meanwhile, since the listening socket stays ready.
                    selector.unregister(self._socket)
                    selector.select(_PAUSE_S)
                    selector.register(self._socket, selectors.EVENT_READ)

    def _accepted(self) -> bool:
        """Accept a connection if one has come; return whether there was room for it."""
        if len(self._connections) >= MOST_CONNECTIONS:
            return False
        try:
            connection, _ = self._socket.accept()
        except OSError as error:
            return error.errno not in _EXHAUSTED
        connection.setblocking(True)  # noqa: FBT003 - as the library has it
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=self._serve, args=(connection,), name="sandbox-answers", daemon=True)
        with self._lock:
            self._connections[connection] = thread
        try:
            thread.start()
        except RuntimeError:  # the system gives no more threads
            self._forget(connection)
            return False
        return True

    def _make_room(self) -> None:
        """Close the connection that has waited longest for a request; its thread then ends."""
        with self._lock:
            connection = next(iter(self._waiting), None)
            if connection is not None:
                del self._waiting[connection]
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.pop(connection, None)
            self._waiting.pop(connection, None)
        connection.close()

    @contextlib.contextmanager
    def _waits(self, connection: socket.socket) -> Iterator[None]:
        """In this context, count the connection among those that wait for a request."""
        with self._lock:
            self._waiting[connection] = None
        try:
            yield
        finally:
            with self._lock:
                self._waiting.pop(connection, None)

    def _serve(self, connection: socket.socket) -> None:
        try:
            stream = _Stream(connection, self._waits)
            while self._exchange(stream):
                pass
        except OSError:
            pass
        finally:
            self._forget(connection)

    def _exchange(self, stream: _Stream) -> bool:
        """Answer one request; return whether the connection stays open for the next."""
        try:
            request, keep = stream.request()
        except h11.RemoteProtocolError as problem:
            status = problem.error_status_hint
            reply = Reply(status=status, headers=PLAIN, body=f"{problem}\n".encode(), close=True)
            stream.send(written(reply, Presentation()))
            stream.linger()
            return False
        if request is None:
            return False
        try:
            reply, data = self._written(request, self._answer(request), keep=keep)
        except Exception as failure:  # noqa: BLE001 - any bug is recorded for the owner and must not pass for an answer
            if len(self.failures) < MOST_FAILURES:
                self.failures.append(failure)
            words = f"The sandbox itself failed: {type(failure).__name__}: {failure}\n".encode()
            reply = Reply(status=500, headers=PLAIN, body=words, close=True)
            data = written(reply, Presentation())
        if reply.answered:
            stream.send(data)
        return reply.answered and not reply.close

    def _written(self, request: Received, reply: Reply, *, keep: bool) -> tuple[Reply, bytes]:
        """Return the reply, with `close` set as it will be, and its bytes."""
        if not reply.answered:
            return reply, b""
        style = self._style
        closes = style.close or style.framing == "until-close"
        reply = replace(reply, close=reply.close or closes or not keep)
        compressed = style.compresses(request.header("Accept-Encoding"))
        return reply, written(reply, style, head_only=request.verb == "HEAD", compressed=compressed)


class _Stream:
    """The requests on one connection, parsed by h11."""

    def __init__(
        self, connection: socket.socket, waits: Callable[[socket.socket], AbstractContextManager[None]]
    ) -> None:
        self._connection, self._waits = connection, waits
        self._until = 0.0
        self._rest = b""
        """Bytes received after the last request."""

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def linger(self) -> None:
        """Discard further input for a moment: closing with unread data resets the connection and loses the answer."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
            self._connection.settimeout(LINGER_S)
            for _ in range(64):
                if not self._connection.recv(_CHUNK):
                    return

    def request(self) -> tuple[Received | None, bool]:
        """Return the next request (`None` at the end), and whether another may follow it.

        Raises `h11.RemoteProtocolError`, which names a status, if it is not HTTP/1.1 or too large.
        """
        # Each request gets a new parser: h11 would not continue unless the answers were written with it, and variants
        # and deviations write answers that h11 does not allow.
        parser = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
        if self._rest:
            parser.receive_data(self._rest)
        self._until = time.monotonic() + IDLE_S
        with self._waits(self._connection):
            head = self._next(parser, IDLE_S)
        if not isinstance(head, h11.Request):
            return None, False
        if not head.http_version.startswith(b"1."):
            raise h11.RemoteProtocolError("Only HTTP/1.1 and HTTP/1.0 are understood.", error_status_hint=505)
        _check_size(int(dict(head.headers).get(b"content-length", 0)))
        if parser.they_are_waiting_for_100_continue:
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._until = time.monotonic() + REQUEST_S
        body = bytearray()
        while isinstance(event := self._next(parser, BODY_S), h11.Data):
            body += event.data
            _check_size(len(body))
        self._rest = parser.trailing_data[0]
        headers = tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in head.headers.raw_items())
        target, complete = _path_of(head.target.decode("ascii")), event is not None
        keep = complete and parser.their_state is not h11.MUST_CLOSE
        return Received(head.method.decode("ascii"), target, headers, bytes(body), complete), keep

    def _next(self, parser: h11.Connection, limit_s: float) -> h11.Event | None:
        """Return the next event; `None` if the connection ends or times out before the event is complete."""
        while (event := parser.next_event()) is h11.NEED_DATA:
            self._connection.settimeout(max(0.001, min(limit_s, self._until - time.monotonic())))
            try:
                data = self._connection.recv(_CHUNK)
            except TimeoutError:
                return None
            if not data:
                return None
            parser.receive_data(data)
        return event if isinstance(event, h11.Event) else None


def _check_size(length: int) -> None:
    """Raise `h11.RemoteProtocolError` if a body of this length is too large."""
    if length > LARGEST_BODY:
        raise h11.RemoteProtocolError("The body is too large.", error_status_hint=413)


def _path_of(target: str) -> str:
    """Return the request target without scheme and host, which clients send to a proxy."""
    if target.startswith("/"):
        return target
    _, scheme, rest = target.partition("://")
    return "/" + rest.partition("/")[2] if scheme else target
