"""Targets that are not sandboxes, or not as they should be: they say the same to everybody, nothing, or too much."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.catalog.load import load_catalog
from conformance.lab.prove.deviations import find
from conformance.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def constant(body: bytes | None, content_type: str = "application/json") -> Iterator[str]:
    """Answer every request with this body, or close the connection without an answer; yields the URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if body is None:
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def deviating(name: str, folder: Path) -> Iterator[str]:
    """Start a sandbox with this deviation; yields the file name of its profile in the folder."""
    catalog = load_catalog()
    with Sandbox(catalog, deviation=find(name, catalog)) as sandbox:
        lines = (f'url = "{sandbox.url}"', f'control = "{sandbox.control}"', 'name = "the wrong one"')
        (folder / "target.toml").write_text("\n".join(lines), encoding="utf-8")
        yield "target.toml"


@contextlib.contextmanager
def closed_port() -> Iterator[str]:
    """Keep a port that nobody else can come to listen at, since it is taken, and does not listen; yields the URL."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/api/"


@contextlib.contextmanager
def overruling(control: str, values: dict[str, object]) -> Iterator[str]:
    """Stand before a control API and put these values into every world; yields the URL."""
    parts = urlsplit(control)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            behind = http.client.HTTPConnection(str(parts.hostname), parts.port)
            behind.request(self.command, self.path, body, {"Content-Type": "application/json"})
            answer = behind.getresponse()
            document = json.loads(answer.read())
            behind.close()
            if "values" in document:
                document["values"] |= values
            said = json.dumps(document).encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_PATCH = do_POST  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{parts.path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
