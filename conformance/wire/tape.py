"""Recording the bytes of one exchange at the socket, and ending it at the deadline or the size cap.

What a client library reports of an exchange is its interpretation. The judge needs the bytes themselves: what was sent
after the library finished the request, and everything received, even if the library rejects it. So each connected
socket is wrapped. The wrapper copies all traffic to the tape of the current exchange and enforces limits that the
library does not have: one deadline for the whole exchange rather than a timeout per read, and a cap on its size. It is
also the place where the last byte of a request waits for other requests (`Start`).
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .answer import TIME_IS_UP
from .request import BodySent

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

    from .request import Request

LAST_CHUNK = b"0\r\n\r\n"
"""What ends a body that is sent in chunks."""


NOT_TOGETHER = "not all requests were about to be completed in time"


class Start:
    """The moment at which several requests are completed: each waits with its last byte until all others do so too."""

    def __init__(self, requests: int, patience_s: float) -> None:
        """Wait for this many requests, for at most `patience_s` seconds."""
        self._barrier, self._patience_s = threading.Barrier(requests), patience_s

    def wait(self, left_s: float) -> None:
        """Wait for the others. Raises `TimeoutError` if they are not there in time, or if one of them has failed."""
        try:
            self._barrier.wait(min(left_s, self._patience_s))
        except threading.BrokenBarrierError:
            raise TimeoutError(NOT_TOGETHER) from None

    def cancel(self) -> None:
        """Make all requests that wait, now or later, fail."""
        self._barrier.abort()


@dataclass
class Tape:
    """The bytes of one exchange in both directions; `interrupted` is why it ended early, empty if it did not."""

    deadline: float
    cap: int
    target: str = ""
    hold_back: int = 0
    chunked: bool = False
    start: Start | None = None
    """What the last byte of the request waits for; `None` once it has waited."""
    has_body: bool = False
    clock: Callable[[], float] = time.monotonic
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    interrupted: str = ""
    reused: bool = False

    def remaining(self) -> float:
        """Return the seconds left. Raises `TimeoutError` when there are none."""
        left = self.deadline - self.clock()
        if left <= 0:
            self.interrupted = TIME_IS_UP
            raise TimeoutError(self.interrupted)
        return left

    def note_received(self, data: bytes | memoryview) -> None:
        """Append received bytes. Raises `OSError` over the cap."""
        self.received += data
        if len(self.received) > self.cap:
            self.interrupted = f"the answer is longer than {self.cap} bytes"
            raise OSError(self.interrupted)


class Recorder:
    """Holds the tape of the current exchange; one per sender, since exchanges do not overlap."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with an empty tape; `clock` returns seconds."""
        self._clock = clock
        self.tape = Tape(deadline=0, cap=0)

    def begin(self, request: Request, limit_s: float, cap: int, start: Start | None = None) -> Tape:
        """Return a fresh tape for this request, to be ended `limit_s` seconds from now."""
        chunked, deadline = request.sent is BodySent.UNFINISHED_CHUNKS, self._clock() + limit_s
        unsent = len(LAST_CHUNK) if chunked else len(request.body or b"") - request.body_length_sent
        self.tape = Tape(
            deadline,
            cap,
            request.target,
            hold_back=unsent,
            chunked=chunked,
            start=start,
            has_body=bool(request.body),
            clock=self._clock,
        )
        return self.tape


class NotedSocket:
    """A connected socket whose traffic is copied to the recorder's tape; all other attributes are the socket's."""

    def __init__(self, connected: socket.socket, recorder: Recorder) -> None:
        """Wrap a socket that is already connected, TLS included."""
        self._socket = connected
        self._recorder = recorder
        self._used = False

    def sendall(self, data: Buffer) -> None:
        """Send the data; of a request that announces more than it sends, send a part and close the sending side."""
        tape = self._recorder.tape
        block = bytes(data)
        if not tape.sent:
            tape.reused, self._used = self._used, True
        if tape.hold_back and _ends_with_body(block, tape):
            block = block[: -tape.hold_back]
            self._send(tape, block)
            if isinstance(self._socket, ssl.SSLSocket):
                _send_close_notify(self._socket)
                self._socket.settimeout(tape.remaining())
            # `SSLSocket.shutdown` would drop the TLS session, so that the answer could not be decrypted.
            socket.socket.shutdown(self._socket, socket.SHUT_WR)
            return
        if tape.start is not None and bool(tape.sent) is tape.has_body:
            # This block completes the request: the client library sends the headers first, then the body in one piece.
            self._send(tape, block[:-1])
            self._wait(tape, tape.start)
            block = block[-1:]
        self._send(tape, block)

    @staticmethod
    def _wait(tape: Tape, start: Start) -> None:
        try:
            start.wait(tape.remaining())
        except TimeoutError:
            tape.interrupted = NOT_TOGETHER
            raise
        tape.start = None

    def _send(self, tape: Tape, block: bytes) -> None:
        self._socket.settimeout(tape.remaining())
        tape.sent += block
        try:
            self._socket.sendall(block)
        except TimeoutError:
            tape.remaining()
            raise

    def makefile(self, *_mode: object, **_options: object) -> io.BufferedReader:
        """Return a buffered reader that records what it reads."""
        raw = self._socket.makefile("rb", buffering=0)
        return io.BufferedReader(_NotingReader(raw, self._socket, self._recorder))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the socket has
        """Return any other attribute of the socket."""
        return getattr(self._socket, name)


class _NotingReader(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, connected: socket.socket, recorder: Recorder) -> None:
        self._raw, self._socket, self._recorder = raw, connected, recorder

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer; typeshed has no name for it in 3.11
        tape = self._recorder.tape
        self._socket.settimeout(tape.remaining())
        _acknowledge(self._socket)
        try:
            count = self._raw.readinto(buffer) or 0
        except TimeoutError:
            tape.interrupted = TIME_IS_UP
            raise
        except ConnectionResetError:
            tape.interrupted = "the connection was reset"
            raise
        tape.note_received(memoryview(buffer)[:count])
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _acknowledge(connected: socket.socket) -> None:
    """Acknowledge what has arrived at once, where the system can (Linux).

    Many servers, Python's own among them, write an answer's head and body apart and, by Nagle's algorithm, send the
    body only when the head is acknowledged. Systems delay that by 40 ms, which would be the time of a request.
    """
    if hasattr(socket, "TCP_QUICKACK"):
        with contextlib.suppress(OSError):
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _send_close_notify(secured: ssl.SSLSocket) -> None:
    """Send the TLS close_notify without waiting for the peer's.

    `unwrap` reads at once and discards the answer if that is what it gets. So its file descriptor is replaced meanwhile
    by one end of a socket pair, and what `unwrap` writes there is forwarded to the real socket. Where a socket has no
    file descriptor, as on Windows, nothing is sent.
    """
    try:
        kept = os.dup(secured.fileno())
    except OSError:
        return
    near, far = socket.socketpair()
    with near, far:
        near.setblocking(False)  # noqa: FBT003 - as the library has it
        try:
            secured.settimeout(0)
            os.dup2(near.fileno(), secured.fileno(), inheritable=False)
            with contextlib.suppress(ssl.SSLError):
                secured.unwrap()
        finally:
            os.dup2(kept, secured.fileno(), inheritable=False)
            os.close(kept)
        socket.socket.sendall(secured, far.recv(_CLOSE_NOTIFY_BYTES))


_CLOSE_NOTIFY_BYTES = 4096


def _ends_with_body(block: bytes, tape: Tape) -> bool:
    """Whether this block ends with the body.

    The client library sends the headers first, then the body in one piece; of a body in chunks, each chunk in one.
    """
    return bool(tape.sent) and len(block) >= tape.hold_back and (not tape.chunked or block == LAST_CHUNK)
