"""Runs in a folder of their own, and what is true of reports that are whole."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tests.running import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHOSEN = "oauth.access.bad_redirect_uri"
"""The cases of the runs that are broken: enough that each kind of report has something in it."""

FAULT = "oauth.access.bad_redirect_uri--undocumented-code"
"""The fault that these cases find."""

SHORT = "oauth.access.invalid_code"
"""The cases of a run that only has to work."""

REPORTS = ("results.jsonl", "conformance.html", "summary.md", "ctrf.json", "junit.xml", "pytest.html")


def words(*arguments: str) -> list[str]:
    """Return the words that start the command with these arguments."""
    return [sys.executable, "-m", "slack_conformance", *arguments]


@dataclass(frozen=True)
class Broken:
    """A run in which the machine broke: how, what was in the folder then, and what is wrong with that."""

    name: str
    left: str
    problems: tuple[str, ...]


def command(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the command with these arguments in the folder; return its exit code and what it printed."""
    return started(folder, words(*arguments))


def started(folder: Path, program: list[str]) -> tuple[int, str]:
    """Run a program in the folder; return its exit code and what it printed."""
    done = subprocess.run(  # noqa: S603 - our own command
        program,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


def files(folder: Path) -> dict[str, bytes]:
    """Return every file in the folder with its content, without those that are unfinished."""
    return {
        name: path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not (name := path.relative_to(folder).as_posix()).startswith(".unfinished/")
    }


def unusable(folder: Path) -> Iterator[str]:
    """Yield the names of reports in the folder of which a part is missing."""
    for name, content in files(folder).items():
        if not content or name.endswith(".tmp") or not _is_whole(name, content):
            yield name


def _is_whole(name: str, content: bytes) -> bool:
    try:
        if name.endswith(".html"):
            return content.rstrip().endswith(b"</html>")
        if name.endswith(".xml"):
            ET.fromstring(content)  # noqa: S314 - written by our own run
        elif name.endswith(".json"):
            json.loads(content)
        elif name.endswith(".jsonl"):
            return content.isascii() and all(map(json.loads, content.splitlines()))
    except (ValueError, ET.ParseError):
        return False
    return True
