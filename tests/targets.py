"""Targets that are not sandboxes, or not as they should be: they say the same to everybody, nothing, or too much."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.deviations import find
from slack_conformance.sandbox.server import Sandbox
from tests.outside.serving import Handler, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def constant(body: bytes | None, content_type: str = "application/json") -> Iterator[str]:
    """Answer every request with this body, or close the connection without an answer; yields the URL."""

    class Constant(Handler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if body is None:
                self.close_connection = True
            else:
                self.reply(200, content_type, body)

    with serving(Constant) as address:
        yield f"{address}/api/"


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

    class Between(Handler):
        def answer(self) -> None:
            behind = http.client.HTTPConnection(str(parts.hostname), parts.port)
            behind.request(self.command, self.path, self.body(), {"Content-Type": "application/json"})
            answer = behind.getresponse()
            document = json.loads(answer.read())
            behind.close()
            if "values" in document:
                document["values"] |= values
            self.reply_json(document, answer.status)

    with serving(Between) as address:
        yield f"{address}{parts.path}"
