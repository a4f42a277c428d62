"""Ended in the middle of an exchange while pytest shows all that it can: no secret stands in what it prints."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.running import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow
SECRETS = {
    "TOKEN": "fake-token-3b5d7f9a1c2e",
    "GATEWAY": "fake-gateway-2a4c6e8f0b1d",
    "TRIGGER": "fake-trigger-77c1d0",
    "CLIENT_SECRET": "fake-client-9f8e7d6c",
}
PROFILE = """
url = "http://127.0.0.1:{port}/api/"
methods = ["apps.permissions.request"]
[headers]
X-Gateway-Pass = {{ env = "FAKE_GATEWAY" }}
[values]
token = {{ env = "FAKE_TOKEN" }}
client_id = "a-client"
client_secret = {{ env = "FAKE_CLIENT_SECRET" }}
scopes = "users:read"
trigger = {{ list = ["{trigger}"] }}
"""
VERBOSE = ("--full-trace", "-l", "-vv", "--log-level=DEBUG", "-o", "log_cli=true", "-rA")


@contextlib.contextmanager
def silent() -> Iterator[tuple[int, threading.Event]]:
    """Take requests and never answer; yields the port, and an event that is set when the first has come."""
    came, open_ones = threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    open_ones.append(connection)
                    connection.recv(65_536)
                    came.set()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield listener.getsockname()[1], came
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            for connection in open_ones:
                connection.close()


@pytest.mark.parametrize(("number", "style"), [(signal.SIGINT, "auto"), (signal.SIGTERM, "native")])
def test_no_secret_is_shown(tmp_path: Path, number: signal.Signals, style: str) -> None:
    """Where the run was is still shown."""
    with silent() as (port, came):
        text = PROFILE.format(port=port, trigger=SECRETS["TRIGGER"])
        (tmp_path / "target.toml").write_text(text, encoding="utf-8")
        words = [sys.executable, "-m", "slack_conformance", "run", "--profile=target.toml", f"--tb={style}", *VERBOSE]
        run = subprocess.Popen(  # noqa: S603 - our own command
            words,
            cwd=tmp_path,
            env=environment({f"FAKE_{name}": value for name, value in SECRETS.items()}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            assert came.wait(60)
            os.kill(run.pid, number)
            printed, _ = run.communicate(timeout=60)
        finally:
            run.kill()
    assert run.returncode == 2, printed
    assert [name for name, value in SECRETS.items() if value in printed] == []
    assert "KeyboardInterrupt" in printed
    assert re.search(r"sender\.py:\d+: in send", printed), printed
