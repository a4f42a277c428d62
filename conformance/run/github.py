"""What GitHub Actions is told: a few annotations at the rules in our data, and the summary of the step."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.catalog.model import RuleKind
from conformance.catalog.place import data_root
from conformance.judge.model import Verdict
from conformance.run.failure_text import headline, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Catalog, Rule

MOST = 10
"""Annotations of one kind that GitHub shows for a step; it drops the rest without a word."""

_LONGEST = 500


def annotates() -> bool:
    """Whether somebody reads annotations here."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


class Annotations:
    """Notes broken rules, and tells of them in workflow commands, one a rule."""

    def __init__(self, catalog: Catalog) -> None:
        """Begin with none."""
        self._rules = {rule.id: rule for rule in catalog.rules}
        self._broken: list[tuple[str, str, str]] = []

    def add(self, record: Mapping[str, Any]) -> None:
        """Note a case if it broke its rule."""
        if record["verdict"] in {Verdict.FAIL, Verdict.WARN}:
            rule = record["findings"][0]["rule"] if record["findings"] else record["rule"]
            self._broken.append((rule, record["id"], visible(headline(dict(record)))[:_LONGEST]))

    def lines(self, verdicts: Mapping[str, Verdict], *, strict: bool) -> list[str]:
        """Return the commands, failures before warnings; whoever is no longer FAIL or WARN is left out."""
        by_rule: dict[tuple[bool, str], list[tuple[str, str]]] = {}
        for rule, case, text in self._broken:
            if verdicts[case] in {Verdict.FAIL, Verdict.WARN}:
                fails = strict or verdicts[case] is Verdict.FAIL
                by_rule.setdefault((fails, rule), []).append((case, text))
        chosen = sorted(by_rule.items(), key=lambda entry: not entry[0][0])
        lines: list[str] = []
        for (fails, rule), cases in chosen[:MOST]:
            left_out = len(chosen) - MOST if len(lines) == MOST - 1 else 0
            lines.append(self._command("error" if fails else "warning", self._rules[rule], cases, max(left_out, 0)))
        return lines

    def _command(self, kind: str, rule: Rule, cases: list[tuple[str, str]], left_out: int) -> str:
        (case, text), *others = cases
        more = f" and {len(others)} more" if others else ""
        rest = f"\n{left_out} more rules are broken; the summary names them all." if left_out else ""
        file, line = place_of(rule)
        where = f"file={_property(file)},line={line},title={_property(rule.id)}"
        return f"::{kind} {where}::{_message(f'{text} ({case}{more}){rest}')}"


def place_of(rule: Rule) -> tuple[str, int]:
    """Return the file of our data that states the rule, and the line there."""
    path = Path("fixtures/methods") / f"{rule.method}.toml"
    if rule.kind is not RuleKind.STATEMENT:
        wanted = rf'code\s*=\s*"{re.escape(rule.name)}"'
    else:
        base = re.escape(rule.name.removeprefix("via-"))
        wanted = rf'(\[base\.{base}\]|name\s*=\s*"{re.escape(rule.name)}")'
    lines = (data_root() / path).read_text(encoding="utf-8").splitlines()
    return path.as_posix(), next((number for number, line in enumerate(lines, 1) if re.match(wanted, line)), 1)


def append_summary(text: str) -> None:
    """Add the text to the summary of the step, where there is one. Raises `OSError` when it cannot be written."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
