"""Small results files of invented servers, and the site over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_conformance.cli import main
from tests.report import build

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RULES = ("bad_colour", "bad_size", "bad_name")


def file(
    folder: Path,
    name: str,
    verdicts: Mapping[str, str] | None = None,
    *,
    started: str = "2026-11-21T21:40:00Z",
    kind: str = "mock",
    url: str = "http://127.0.0.1:8080/api/",
    cases: int | None = None,
    at: str = "",
    reading: str = "",
) -> Path:
    """Write the results file of a server; rules without a verdict are a PASS."""
    said = dict.fromkeys(RULES, "PASS") | dict(verdicts or {})
    lines = [build.case(rule, verdict=verdict) for rule, verdict in said.items()]
    if reading:
        lines[0]["reading"] = ["DOC-01", reading]
    head = {"target": {"name": name, "url": url, "kind": kind}, "started": started, "cases": cases or len(lines)}
    place = folder / (at or f"{len([*folder.iterdir()])}.jsonl")
    return build.written(place, build.lines(lines, head=head))


def site(out: Path, *files: Path, code: int = 0, more: tuple[str, ...] = ("--no-verify",)) -> Path:
    """Build the site over these files, and return its folder."""
    assert main(["site", *map(str, files), "-o", str(out), *more]) == code
    return out
