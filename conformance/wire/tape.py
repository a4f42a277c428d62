"""Noting the bytes of one exchange as they pass the socket, and ending it at the deadline or the size cap."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.wire.answer import TIME_IS_UP

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

    from conformance.wire.request import Request


@dataclass
class Tape:
    """The bytes of one exchange, both ways, and why it was ended early (empty: it was not)."""

    deadline: float
    cap: int
    hold_back: int = 0
    clock: Callable[[], float] = time.monotonic
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    interrupted: str = ""
    reused: bool = False

    def remaining(self) -> float:
        """Return the seconds that are left; raises `TimeoutError` when there are none."""
        left = self.deadline - self.clock()
        if left <= 0:
            self.interrupted = TIME_IS_UP
            raise TimeoutError(self.interrupted)
        return left

    def note_received(self, data: bytes | memoryview) -> None:
        """Keep what came; raises `OSError` over the cap."""
        self.received += data
        if len(self.received) > self.cap:
            self.interrupted = f"the answer is longer than {self.cap} bytes"
            raise OSError(self.interrupted)


class Recorder:
    """Holds the tape of the exchange that is under way; one per sender, since exchanges do not overlap."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with an empty tape; the clock tells seconds."""
        self._clock = clock
        self.tape = Tape(deadline=0, cap=0)

    def begin(self, request: Request, limit_s: float, cap: int) -> Tape:
        """Return a fresh tape for this request, to be ended `limit_s` seconds from now."""
        unsent = len(request.body or b"") - request.body_length_sent
        self.tape = Tape(deadline=self._clock() + limit_s, cap=cap, hold_back=unsent, clock=self._clock)
        return self.tape


class NotedSocket:
    """A connected socket whose traffic goes onto the recorder's tape; whatever else is asked goes to the socket."""

    def __init__(self, connected: socket.socket, recorder: Recorder) -> None:
        """Wrap a socket that is already connected, TLS included."""
        self._socket = connected
        self._recorder = recorder
        self._used = False

    def sendall(self, data: Buffer) -> None:
        """Send, or send part and close the sending side where the request's framing says so."""
        tape = self._recorder.tape
        block = bytes(data)
        if not tape.sent:
            tape.reused, self._used = self._used, True
        if tape.hold_back and _ends_with_body(block, tape):
            block = block[: -tape.hold_back]
            self._send(tape, block)
            if isinstance(self._socket, ssl.SSLSocket):
                _say_good_bye(self._socket)
                self._socket.settimeout(tape.remaining())
            # `SSLSocket.shutdown` would forget the session, so that what comes after could not be decrypted.
            socket.socket.shutdown(self._socket, socket.SHUT_WR)
            return
        self._send(tape, block)

    def _send(self, tape: Tape, block: bytes) -> None:
        self._socket.settimeout(tape.remaining())
        tape.sent += block
        try:
            self._socket.sendall(block)
        except TimeoutError:
            tape.remaining()
            raise

    def makefile(self, *_mode: object, **_options: object) -> io.BufferedReader:
        """Return a buffered reader over the noting one."""
        raw = self._socket.makefile("rb", buffering=0)
        return io.BufferedReader(_NotingReader(raw, self._socket, self._recorder))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the socket has
        """Hand everything else to the socket."""
        return getattr(self._socket, name)


class _NotingReader(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, connected: socket.socket, recorder: Recorder) -> None:
        self._raw, self._socket, self._recorder = raw, connected, recorder

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer; typeshed has no name for it in 3.11
        tape = self._recorder.tape
        self._socket.settimeout(tape.remaining())
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


def _say_good_bye(secured: ssl.SSLSocket) -> None:
    """Send TLS's farewell without listening for the reply.

    `unwrap` listens at once, and throws away the answer if that is what it hears. So its descriptor leads somewhere
    else meanwhile, and what was written there is handed on.
    """
    near, far = socket.socketpair()
    kept = os.dup(secured.fileno())
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
        socket.socket.sendall(secured, far.recv(_FAREWELL_BYTES))


_FAREWELL_BYTES = 4096


def _ends_with_body(block: bytes, tape: Tape) -> bool:
    """Whether this block is the last one: the client library sends the headers first, then the body in one."""
    return bool(tape.sent) and len(block) >= tape.hold_back
