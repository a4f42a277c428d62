"""A mock in a process of its own, and a profile that switches it by commands."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.switched.mock import CLIENT, REDIRECT, SECRET, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

CALL = """\
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", {PORT})
connection.request("GET", "/" + sys.argv[1])
assert connection.getresponse().status == 200
"""
"""What the owner of the mock has lying about: a script that calls it."""


@dataclass
class Switched:
    """The running mock, its folder, and what it was asked for."""

    port: int
    folder: Path
    tables: list[str] = field(default_factory=list)

    @property
    def asked(self) -> list[tuple[str, str]]:
        """In which state it was when it was asked for what."""
        lines = (self.folder / "asked.txt").read_text("utf-8").splitlines()
        return [(state, what) for state, _, what in (line.partition(" ") for line in lines)]

    @property
    def states_at_end(self) -> str:
        """The state in which the run has left it."""
        switches = [what for _, what in self.asked if what.startswith(("enter", "leave"))]
        return switches[-1] if switches else "leave"

    def state(self, name: str, enter: str = "", leave: str = "", more: str = "") -> None:
        """Add a state with commands: Python programs, by default the calls that switch the mock."""
        words = {"enter": ["-c", enter] if enter else ["call.py", f"state/{name}"]}
        words["leave"] = ["-c", leave] if leave else ["call.py", "state/"]
        lines = [f"{key} = {json.dumps([sys.executable, *value])}" for key, value in words.items()]
        self.tables.append("\n".join([f"[state.{name}]", *lines, more]))

    def write(self, head: str = "") -> None:
        """Write the profile."""
        mint = ["sh", "-c", "echo fake-once-$$-$(date +%s%N)"]
        (self.folder / "token.txt").write_text(TOKEN, encoding="utf-8")
        (self.folder / "secret.txt").write_text(SECRET, encoding="utf-8")
        text = f"""
url = "http://127.0.0.1:{self.port}/api/"
{head}
[values]
token = {{ file = "token.txt" }}
scopes = "channels:read,chat:write"
trigger = {{ command = {json.dumps(mint)} }}
client_id = "{CLIENT}"
client_secret = {{ file = "secret.txt" }}
code = {{ command = {json.dumps(mint)} }}
redirect_uri = "{REDIRECT}"
"""
        (self.folder / "mock.toml").write_text("\n".join([text, *self.tables]), encoding="utf-8")


@pytest.fixture
def switched(tmp_path: Path) -> Iterator[Switched]:
    """Start the mock, and end it with the test."""
    program = str(Path(__file__).parent / "mock.py")
    with subprocess.Popen([sys.executable, program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own mock
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            (tmp_path / "call.py").write_text(CALL.replace("{PORT}", str(port)), encoding="utf-8")
            yield Switched(port, tmp_path)
        finally:
            process.kill()
