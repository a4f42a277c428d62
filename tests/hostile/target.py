"""A target that misbehaves: always, or on malformed requests only, which it otherwise hands on to a sandbox."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

PATIENCE_S = 60.0
"""Seconds after which a connection of the target gives up, whatever the other side does."""

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_TYPE = re.compile(rb"(?i)\r\ncontent-type: *([^\r]*)")
_CHARSET = re.compile(rb"(?i)charset=\"?([\w-]+)")


class Talk:
    """One request under way: the connection, what was asked, and what a conforming target answers to it."""

    def __init__(self, target: BadTarget, connection: socket.socket, request: bytes) -> None:
        """Take the request as it came in."""
        self.target, self.connection, self.request = target, connection, request

    def send(self, *pieces: bytes) -> None:
        """Send bytes."""
        for piece in pieces:
            self.connection.sendall(piece)

    def good(self) -> bytes:
        """Return the answer of the sandbox, whole."""
        return self.target.conforming(self.request)

    def wait(self) -> None:
        """Do nothing until the test is over; that the other side has closed its sending side means nothing."""
        self.target.ended.wait(PATIENCE_S)

    def reset(self) -> None:
        """End the connection with a reset instead of a farewell."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


@dataclass
class BadTarget:
    """A listener on loopback; `act` is what it does, on malformed requests only if `malformed`; a context manager."""

    sandbox_url: str
    act: Callable[[Talk], object]
    malformed: bool = False
    tls: ssl.SSLContext | None = None
    acted: int = 0
    visitors: int = 0
    """Connections to a place where nobody should ever go: a redirect leads there."""
    _sockets: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._listener = self._listen(self._talk)
        self._elsewhere = self._listen(self._visited)
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection and join every thread."""
        self.ended.set()
        for each in list(self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in list(self._threads):
            thread.join(PATIENCE_S)

    @property
    def url(self) -> str:
        """The address under test."""
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}/api/"

    @property
    def elsewhere(self) -> str:
        """The address of the other host."""
        return f"http://127.0.0.1:{self._elsewhere.getsockname()[1]}/"

    def die(self) -> None:
        """Stop listening for good; the port stays taken, so that nobody else comes to listen there."""
        with contextlib.suppress(OSError):  # as the second connection to be told
            keeper = socket.socket()
            self._sockets.append(keeper)
            keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            keeper.bind(self._listener.getsockname())
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def conforming(self, request: bytes) -> bytes:
        """Return what the sandbox answers to these bytes."""
        parts = urlsplit(self.sandbox_url)
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=PATIENCE_S) as connection:
            head, blank, body = request.partition(b"\r\n\r\n")
            connection.sendall(head + b"\r\nConnection: close" + blank + body)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while data := connection.recv(65_536):
                received += data
        return re.sub(rb"(?i)connection: close\r\n", b"", received, count=1)

    def _listen(self, serve: Callable[[socket.socket], None]) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", 0), reuse_port=True)
        self._sockets.append(listener)
        self._start(lambda: self._accept(listener, serve))
        return listener

    def _accept(self, listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        with contextlib.suppress(OSError):
            while not self.ended.is_set():
                connection, _ = listener.accept()
                connection.settimeout(PATIENCE_S)
                self._sockets.append(connection)
                self._start(lambda connection=connection: serve(connection))  # type: ignore[misc]

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _visited(self, connection: socket.socket) -> None:
        self.visitors += 1
        connection.close()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
            while request := _read(connection):
                talk = Talk(self, connection, request)
                if self.malformed and not is_malformed(request):
                    talk.send(talk.good())
                    continue
                self.acted += 1
                if not self.act(talk):
                    return


def _read(connection: socket.socket) -> bytes:
    """Return one request, as far as it comes; empty at the end of the connection."""
    received = b""
    while True:
        head, blank, body = received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if blank and len(body) >= int(length[1] if length else 0):
            return received
        data = connection.recv(65_536)
        if not data:
            return received
        received += data


def is_malformed(request: bytes) -> bool:
    """Whether a payload lacks its type, is shorter than announced, or names a character set that nobody knows."""
    head, _, body = request.partition(b"\r\n\r\n")
    length, kind = _LENGTH.search(head), _TYPE.search(head)
    charset = _CHARSET.search(kind[1]) if kind else None
    return (
        (bool(body) and kind is None)
        or (length is not None and len(body) < int(length[1]))
        or (charset is not None and charset[1].lower() not in {b"utf-8", b"iso-8859-1"})
    )
