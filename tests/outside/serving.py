"""Starts a server on a free port of the loopback: within a process, or as a process of its own until SIGTERM."""

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer

PATIENCE_S = 2.0


class Cut(Exception):  # noqa: N818 - it is what happened to the body
    """The body of a request ended, or stopped, before its announced end."""


class Handler(BaseHTTPRequestHandler):
    """A silent handler that reads whole bodies and writes whole answers."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Answer a request of any verb."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Answer."""
        self.answer()

    do_POST = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815 - as above

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""

    def body(self) -> bytes:
        """Read the body, chunked or of an announced length; raise `Cut` if it does not arrive in full."""
        self.connection.settimeout(PATIENCE_S)
        try:
            if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
                return self._chunks()
            return self._exactly(int(self.headers.get("Content-Length") or 0))
        except (ValueError, OSError) as problem:
            self.close_connection = True
            raise Cut from problem
        finally:
            with suppress(OSError):
                self.connection.settimeout(None)

    def _exactly(self, length: int) -> bytes:
        data = self.rfile.read(length)
        if len(data) < length:
            raise ValueError("the other side has closed")
        return data

    def _chunks(self) -> bytes:
        parts = []
        while length := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self._exactly(length))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    def reply(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Write one answer."""
        with suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    def reply_json(self, fields: object, status: int = 200, kind: str = "application/json; charset=utf-8") -> None:
        """Write one answer in JSON."""
        self.reply(status, kind, json.dumps(fields, separators=(",", ":")).encode())


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Drop what a broken connection leaves behind."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], *, threads: bool = True) -> Iterator[str]:
    """Serve in a thread, without `threads` one connection after the other; give the address, without a path."""
    listener = (_Listener if threads else HTTPServer)(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_address[1]}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def stand(handler: type[BaseHTTPRequestHandler], prefix: str = "/api/", admin: str | None = None) -> None:
    """Serve as a process: print one line of JSON with the addresses, and stop on SIGTERM."""
    done = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: done.set())
    signal.signal(signal.SIGINT, lambda *_: done.set())
    with serving(handler) as address:
        line = {"url": address + prefix} | ({"admin": address + admin} if admin else {})
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        done.wait()
