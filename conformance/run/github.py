"""Output for GitHub Actions: an annotation for each fault, and the summary of the step."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalog.model import RuleKind
from ..catalog.place import data_root
from ..results.terms import Level
from ..summary.faults import ids
from .failure_text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..catalog.model import Catalog, Rule
    from ..summary.faults import TargetFault

MOST = 10
"""Annotations of one kind that GitHub shows for a step; it drops the rest without a word."""

_LONGEST = 500


def annotates() -> bool:
    """Whether the run is part of a workflow, in which annotations are shown."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def workflow_commands(faults: Sequence[TargetFault], catalog: Catalog, *, strict: bool) -> list[str]:
    """Return a workflow command for each fault, placed at a rule that it breaks; with `strict`, a WARN is an error."""
    rules = {rule.id: rule for rule in catalog.rules}
    return [
        _command(
            "error" if strict or fault.level is Level.FAIL else "warning",
            rules[fault.rules[0]],
            fault,
            f"\n{len(faults) - MOST} more; the summary names them all." if index == MOST and len(faults) > MOST else "",
        )
        for index, fault in enumerate(faults[:MOST], start=1)
    ]


def _command(kind: str, rule: Rule, fault: TargetFault, rest: str) -> str:
    finding = fault.sightings[0].finding
    text = f"{fault.title} ({fault.extent}): expected {finding.expected}; got {finding.got}"
    file, line = place_of(rule)
    # Only in this suite's own repository is there such a file; anywhere else an annotation has no place.
    own = Path(file).is_file() and Path(file).samefile(data_root() / file)
    where = f"{f'file={_property(file)},line={line},' if own else ''}title={_property(rule.id)}"
    return f"::{kind} {where}::{_message(f'{visible(text)[:_LONGEST]} ({ids(fault.cases)}){rest}')}"


def place_of(rule: Rule) -> tuple[str, int]:
    """Return the data file that defines the rule, and the number of the line."""
    path = Path("fixtures/methods") / f"{rule.method}.toml"
    if rule.kind is not RuleKind.STATEMENT:
        wanted = rf'code\s*=\s*"{re.escape(rule.name)}"'
    else:
        base = re.escape(rule.name.removeprefix("via-"))
        wanted = rf'(\[base\.{base}\]|name\s*=\s*"{re.escape(rule.name)}")'
    lines = (data_root() / path).read_text(encoding="utf-8").splitlines()
    return path.as_posix(), next((number for number, line in enumerate(lines, 1) if re.match(wanted, line)), 1)


def append_summary(text: str) -> None:
    """Append the text to the summary of the step, if there is one. Raises `OSError` if it cannot be written."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
