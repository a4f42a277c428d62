"""A target that puts script, markup, bidi and terminal escapes into everything that it may choose."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
import zlib
from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from slack_conformance.wire.compose import Values, compose

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = "</script></pre></textarea><script>window.hacked=1;document.title='hacked'</script>"
MARKUP = "<img src=x onerror=window.hacked=1><svg onload=window.hacked=1>\"'><b>"
UNSEEN = "\u202edrow\u2066\u200b"
ESCAPES = "\x1b[31m\x1b]0;hacked\x07"
FLOOD = 200_000


def _documents() -> list[str]:
    """Return the bodies with which a request that is not a base is answered."""
    return [
        json.dumps({"ok": True, f"{SCRIPT}{MARKUP}{UNSEEN}{ESCAPES}": f"{SCRIPT}{ESCAPES}"}),
        json.dumps({"ok": False, "error": f"{SCRIPT}{MARKUP}{UNSEEN}{ESCAPES}"}, ensure_ascii=False),
        json.dumps({"ok": False, "error": "invalid_auth", "warning": f"{MARKUP}{UNSEEN}", SCRIPT: [SCRIPT]}),
        f"{SCRIPT}{MARKUP}{UNSEEN}{ESCAPES}",
        json.dumps({"ok": False, "error": SCRIPT * (FLOOD // len(SCRIPT))}),
    ]


def _head(length: int) -> bytes:
    """Return status line and headers as hostile as a parser lets them be."""
    text = f"{SCRIPT}{MARKUP}"
    lines = [
        f"HTTP/1.1 200 {text}",
        "Content-Type: application/json; charset=utf-8",
        f"X-Hostile: {text}{UNSEEN}",
        *(f"X-Flood-{number}: {text}" for number in range(30)),
        f"Content-Length: {length}",
        "Connection: close",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _bases() -> set[tuple[str, bytes]]:
    """Return the bases' request targets and bodies: a run without values sends these very bytes."""
    found = set()
    for method in load_catalog().methods.values():
        for base in method.bases.values():
            request = compose(method, base, None, "http://any/api/", Values({}))
            found.add((f"{request.verb} {request.target}", request.body or b""))
    return found


@contextlib.contextmanager
def target() -> Iterator[str]:
    """Accept every base, attack with every other answer; yields the URL."""
    bases, documents = _bases(), _documents()

    class Handler(socketserver.StreamRequestHandler):
        timeout = 5

        def handle(self) -> None:
            first = self.rfile.readline(1 << 16).decode("latin-1")
            headers = iter(lambda: self.rfile.readline(1 << 16).strip().lower(), b"")
            lengths = [int(line.partition(b":")[2]) for line in headers if line.startswith(b"content-length:")]
            body = self.rfile.read(lengths[0] if lengths else 0)
            is_base = (first.rpartition(" ")[0], body) in bases
            number = 0 if is_base else zlib.crc32(first.encode() + body) % len(documents)
            answer = documents[number].encode("utf-8", "surrogatepass")
            self.wfile.write(_head(len(answer)) + answer)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/api/"
        finally:
            server.shutdown()
            thread.join()
