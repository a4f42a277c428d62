"""The commands that the documentation shows, and what `shell_lines.toml` says of each."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))

_PROGRAMS = r"slack-conformance|pytest|tox|python3?|py|pip|pipx|uvx?|curl|docker|\.|export|git|cd"
_COMMAND = re.compile(
    rf"^(?:- (?:run: )?)?(?:\$ )?((?:\.venv/bin/|\.venv\\Scripts\\)?(?:{_PROGRAMS}|activate)(?: .+)?)$"
)
_COMMENT = re.compile(r"\s+# .*")
_SHELLS = {"", "sh", "shell", "bash", "console", "yaml"}
_FENCED = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"(?<=\n\n)(?:(?: {4}|\t).*\n)+")
_SPAN = re.compile(r"`(slack-conformance\s[^`]+)`")


def commands(text: str) -> Iterator[str]:
    """Yield each command of the page: in a code block of the shell, or a span that begins with our program."""
    blocks = [block for _, language, block in _FENCED.findall(text) if language in _SHELLS]
    prose = _FENCED.sub("\n\n", text)
    blocks += _INDENTED.findall(prose)
    for line in "".join(blocks).splitlines():
        found = _COMMAND.match(_COMMENT.sub("", line.strip()))
        if found:
            yield found[1]
    for span in _SPAN.findall(_INDENTED.sub("\n", prose)):
        yield " ".join(span.split())


def on_pages(pages: tuple[Path, ...] = PAGES) -> dict[str, str]:
    """Return the commands of the pages, each with the name of the first page that shows it."""
    found = [(line, page.name) for page in pages for line in commands(page.read_text("utf-8"))]
    return dict(reversed(found))


@dataclass(frozen=True)
class Trial:
    """How a command is tried: in which of the places, with which words added to it, and which exit code it has."""

    at: str = ""
    add: str = ""
    code: int = 0


_DATA = tomllib.loads((ROOT / "tests/docs/shell_lines.toml").read_text("utf-8"))
TRIED = {line: Trial(**how) for line, how in _DATA["tried"].items()}
LEFT_OUT: dict[str, str] = {line: reason for reason, lines in _DATA["left-out"].items() for line in lines}
