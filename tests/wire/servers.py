"""Small raw servers on loopback: each connection is handed to a function; what came in is kept."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

PATIENCE_S = 60.0
GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}'


@dataclass
class Server:
    """Accepts connections until left; `serve` gets the connection and this server."""

    serve: Callable[[socket.socket, Server], object]
    tls: ssl.SSLContext | None = None
    connections: int = 0
    received: list[bytes] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    _sockets: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        """Close everything and wait for every thread."""
        self.ended.set()
        for each in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}/api/m"

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(PATIENCE_S)
                self.connections += 1
                self._sockets.append(connection)
                self._start(lambda connection=connection: self._serve(connection))  # type: ignore[misc]

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            self.serve(connection, self)
        except OSError as error:
            self.problems.append(str(error))
        finally:
            connection.close()


def read_request(connection: socket.socket) -> bytes:
    """Return one request up to its end, by Content-Length or in chunks, or what came until the other side closed."""
    received = b""
    while True:
        head, blank, body = received.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        chunked = b"transfer-encoding: chunked" in head.lower()
        if blank and (body.endswith(b"0\r\n\r\n") if chunked else len(body) >= length):
            return received
        data = connection.recv(65_536)
        if not data:
            return received
        received += data


def answering(answer: bytes, requests: int = 99) -> Callable[[socket.socket, Server], None]:
    """Return a function that gives this answer to so many requests of a connection, and notes them."""

    def serve(connection: socket.socket, server: Server) -> None:
        for _ in range(requests):
            request = read_request(connection)
            if not request:
                return
            server.received.append(request)
            connection.sendall(answer)

    return serve
