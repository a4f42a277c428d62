"""HTTP/1.1 on a socket: sees requests as they are, wrong ones too, and writes each answer in one piece."""

from __future__ import annotations

import contextlib
import errno
import re
import selectors
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.sandbox.presentation import Presentation
from conformance.sandbox.received import Received
from conformance.sandbox.reply import Reply, written

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = Callable[[Received], Reply]

LONGEST_HEAD = 256 * 1024
LARGEST_BODY = 16 * 1024 * 1024
IDLE_S = 300.0
"""A connection that nothing came over for so long is closed."""
LINGER_S = 2.0
"""What still comes after a refusal is taken in until nothing came for so long."""
BODY_S = 10.0
"""A body that stands still for so long is taken as cut."""
PLAIN = (("content-type", "text/plain; charset=utf-8"),)
LAST_PORT = 65_535
_CHUNK = 65536
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{1,16}")


class BadRequestError(Exception):
    """What came in is no HTTP request."""

    def __init__(self, status: int, problem: str) -> None:
        """Take the status and the words of the answer."""
        super().__init__(problem)
        self.status, self.problem = status, problem


class Listener:
    """Accepts connections and answers each in a thread of its own; stops promptly, with every thread joined."""

    def __init__(self, host: str, port: int, answer: Answer, style: Presentation | None = None) -> None:
        """Bind to the address at once, so that a port in use is an error here (`OSError`)."""
        self._answer, self._style = answer, style or Presentation()
        if not 0 <= port <= LAST_PORT:
            raise OSError(errno.EINVAL, f"there is no port {port}")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=128)
        self._wake, self._waker = socket.socketpair()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self.failures: list[Exception] = []
        """What went wrong inside of the sandbox while it answered: bugs, ours or a deviation's."""
        self._thread = threading.Thread(target=self._accept, name="sandbox-listener", daemon=True)

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL."""
        host, port = self._socket.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def start(self) -> None:
        """Begin to accept connections."""
        self._thread.start()

    def stop(self) -> None:
        """Accept no more, close every connection and wait for their threads."""
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
                try:
                    connection, _ = self._socket.accept()
                except OSError:
                    continue
                connection.setblocking(True)  # noqa: FBT003 - as the library has it
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                thread = threading.Thread(target=self._serve, args=(connection,), name="sandbox-answers", daemon=True)
                with self._lock:
                    self._connections[connection] = thread
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            stream = _Stream(connection)
            while self._exchange(stream):
                pass
        except OSError:
            pass
        finally:
            with self._lock:
                self._connections.pop(connection, None)
            connection.close()

    def _exchange(self, stream: _Stream) -> bool:
        """Answer one request; return whether the connection stays open for the next."""
        try:
            request, keep = stream.request()
        except BadRequestError as problem:
            reply = Reply(
                status=problem.status,
                headers=PLAIN,
                body=f"{problem}\n".encode(),
                close=True,
            )
            stream.send(written(reply, Presentation()))
            stream.linger()
            return False
        if request is None:
            return False
        try:
            reply, data = self._written(request, self._answer(request), keep=keep)
        except Exception as failure:  # noqa: BLE001 - any bug is kept for the owner, and must not pass for an answer
            self.failures.append(failure)
            words = f"The sandbox itself failed: {type(failure).__name__}: {failure}\n".encode()
            reply = Reply(status=500, headers=PLAIN, body=words, close=True)
            data = written(reply, Presentation())
        if reply.answered:
            stream.send(data)
        return reply.answered and not reply.close

    def _written(self, request: Received, reply: Reply, *, keep: bool) -> tuple[Reply, bytes]:
        """Return the reply as it will be given, closing or not, and its bytes."""
        if not reply.answered:
            return reply, b""
        style = self._style
        closes = style.close or style.framing == "until-close"
        reply = replace(reply, close=reply.close or closes or not keep)
        compressed = style.compresses(request.header("Accept-Encoding"))
        return reply, written(reply, style, head_only=request.verb == "HEAD", compressed=compressed)


class _Stream:
    """One connection's bytes, read as requests."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def linger(self) -> None:
        """Take in what is still coming for a moment, so that the answer is not lost with a reset."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
            self._connection.settimeout(LINGER_S)
            for _ in range(64):
                if not self._connection.recv(_CHUNK):
                    return

    def request(self) -> tuple[Received | None, bool]:
        """Return the next request (`None` at the end), and whether another may follow it."""
        self._connection.settimeout(IDLE_S)
        head = self._head()
        if head is None:
            return None, False
        lines = head.decode("latin-1").split("\r\n")
        verb, target, version = _request_line(lines[0])
        headers = tuple(_header(line) for line in lines[1:] if line)
        fields = {name.lower(): value for name, value in headers}
        if len({value for name, value in headers if name.lower() == "content-length"}) > 1:
            raise BadRequestError(400, "Content-Length is said twice, and differently.")
        connection = fields.get("connection", "").lower()
        keep = "close" not in connection and (version == "HTTP/1.1" or "keep-alive" in connection)
        if fields.get("expect", "").lower() == "100-continue":
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body, complete = self._body(fields)
        return Received(verb, target, headers, body, complete), keep and complete

    def _head(self) -> bytes | None:
        while True:
            while self._buffer[:2] == b"\r\n":
                del self._buffer[:2]
            end = self._buffer.find(b"\r\n\r\n")
            if end >= 0:
                head = bytes(self._buffer[:end])
                del self._buffer[: end + 4]
                return head
            if len(self._buffer) > LONGEST_HEAD:
                raise BadRequestError(431, "The request's head is too long.")
            if not self._more():
                return None

    def _body(self, fields: dict[str, str]) -> tuple[bytes, bool]:
        """Return as much of the body as came, and whether that is all of it."""
        if "transfer-encoding" in fields:
            if fields["transfer-encoding"].strip().lower() != "chunked":
                raise BadRequestError(501, "Only the chunked transfer coding is understood.")
            return self._chunked()
        announced = fields.get("content-length", "0").strip()
        if not (announced.isascii() and announced.isdigit()):
            raise BadRequestError(400, "Content-Length is not a number.")
        length = int(announced.lstrip("0")[:12] or "0")
        if length > LARGEST_BODY:
            raise BadRequestError(413, "The body is too large.")
        complete = self._fill(length)
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body, complete

    def _chunked(self) -> tuple[bytes, bool]:
        body = bytearray()
        while True:
            line = self._line()
            if line is None:
                return bytes(body), False
            digits = line.partition(b";")[0].strip()
            if _HEXADECIMAL.fullmatch(digits) is None:
                raise BadRequestError(400, "A chunk has no size.")
            size = int(digits, 16)
            if len(body) + size > LARGEST_BODY:
                raise BadRequestError(413, "The body is too large.")
            if size == 0:
                # Trailers are read and dropped, up to the empty line.
                while (trailer := self._line()) is not None:
                    if not trailer:
                        return bytes(body), True
                return bytes(body), False
            complete = self._fill(size + 2)
            body += self._buffer[: min(size, len(self._buffer))]
            del self._buffer[: size + 2]
            if not complete:
                return bytes(body), False

    def _line(self) -> bytes | None:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > LONGEST_HEAD:
                raise BadRequestError(431, "A line of the body is too long.")
            if not self._more(BODY_S):
                return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _fill(self, length: int) -> bool:
        while len(self._buffer) < length:
            if not self._more(BODY_S):
                return False
        return True

    def _more(self, limit_s: float | None = None) -> bool:
        """Take in what has come; `False` at the end of the stream, or when nothing came in time."""
        if limit_s is not None:
            self._connection.settimeout(limit_s)
        try:
            data = self._connection.recv(_CHUNK)
        except TimeoutError:
            return False
        self._buffer += data
        return bool(data)


def _request_line(line: str) -> tuple[str, str, str]:
    match line.split(" "):
        case [verb, target, version] if verb and version.startswith("HTTP/1."):
            return verb, _path_of(target), version
        case _:
            raise BadRequestError(400, "The request line is not HTTP/1.1.")


def _path_of(target: str) -> str:
    """Return the target without scheme and host, which a proxy's client sends too."""
    if target.startswith("/"):
        return target
    _, scheme, rest = target.partition("://")
    return "/" + rest.partition("/")[2] if scheme else target


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise BadRequestError(400, "A header line has no name.")
    return name, value.strip()
