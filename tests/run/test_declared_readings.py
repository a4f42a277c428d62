"""A reading that the profile declares, in a whole run: a finding in every report, a WARN, and strictly a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slack_conformance.sandbox import Sandbox
from tests.cases import case_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.running import Runner

CASE = case_of("apps.permissions.request.invalid_trigger", base="get")
WANTED = "reading 'example' of DOC-01, which the profile declares"


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Path]:
    """Return the profile of a sandbox that follows the table, with a place for what it is said to follow."""
    with Sandbox() as sandbox:
        file = tmp_path / "profile.toml"
        file.write_text(f'url = "{sandbox.url}"\ncontrol = "{sandbox.control}"\n', "utf-8")
        yield file


def _declare(profile: Path, reading: str) -> None:
    said = profile.read_text("utf-8").partition("[readings]")[0]
    profile.write_text(f'{said}[readings]\nDOC-01 = "{reading}"\n', "utf-8")


@pytest.mark.parametrize(("strict", "code"), [((), 0), (("--strict",), 1)])
def test_what_contradicts_it_stands_in_every_report(
    command: Runner, profile: Path, strict: tuple[str, ...], code: int
) -> None:
    _declare(profile, "example")
    done = command("run", "--profile", str(profile), "-k", CASE, *strict)
    assert done.code == code, done.text
    assert done.verdicts == {CASE: "WARN"}
    assert WANTED in done.text
    for report in ("summary.md", "conformance.html", "results.jsonl"):
        text = (done.folder / "reports" / report).read_text("utf-8")
        assert "DOC-01" in text, report
        assert report == "summary.md" or "declared-reading" in text, report


def test_what_follows_it_is_not_reported(command: Runner, profile: Path) -> None:
    _declare(profile, "table")
    done = command("run", "--profile", str(profile), "-k", CASE, "--strict")
    assert (done.code, done.verdicts) == (0, {CASE: "PASS"})
