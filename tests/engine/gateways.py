"""What stands between the suite and a target: a TLS front with a client certificate, and a forward proxy."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LIMIT_S = 60


@contextlib.contextmanager
def _listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Accept connections on a free port, each served by a thread of its own; yields the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(_LIMIT_S)
            threading.Thread(target=_quietly, args=(serve, connection), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _quietly(serve: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with contextlib.suppress(OSError, ssl.SSLError), connection:
        serve(connection)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(65536):
            sink.sendall(block)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _both_ways(one: socket.socket, other: socket.socket) -> None:
    for connected in (one, other):
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    back = threading.Thread(target=_pump, args=(other, one), daemon=True)
    back.start()
    _pump(one, other)
    back.join(_LIMIT_S)


@contextlib.contextmanager
def tls_front(url: str, context: ssl.SSLContext) -> Iterator[str]:
    """Speak TLS before a plain target; yields the https URL."""
    parts = urlsplit(url)

    def serve(connection: socket.socket) -> None:
        with (
            context.wrap_socket(connection, server_side=True) as encrypted,
            socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=_LIMIT_S) as plain,
        ):
            _both_ways(encrypted, plain)

    with _listening(serve) as port:
        yield f"https://127.0.0.1:{port}{parts.path}"


@contextlib.contextmanager
def forward_proxy(seen: list[str]) -> Iterator[str]:
    """Forward one request per connection to where its absolute URL points; notes the request lines."""

    def serve(connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            block = connection.recv(65536)
            if not block:
                return
            head += block
        line, _, rest = head.partition(b"\r\n")
        verb, target, version = line.decode("latin-1").split(" ")
        seen.append(line.decode("latin-1"))
        parts = urlsplit(target)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        with socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=_LIMIT_S) as origin:
            origin.sendall(f"{verb} {path} {version}\r\nConnection: close\r\n".encode("latin-1") + rest)
            _both_ways(connection, origin)

    with _listening(serve) as port:
        yield f"http://127.0.0.1:{port}"
