"""`slack-conformance target`: writes a profile, the description of a target, and checks what a run with it would reach.

`check` ends with 0 if the profile can be used and with 4 if it cannot; with `--whole`, with 10 if it can be used but
some case cannot be proved.
"""

from __future__ import annotations

import json
import shlex
import sys
import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Any

from ..catalog.editions import find_edition
from ..catalog.load import load_catalog
from ..catalog.members import random_of
from ..catalog.paths import path_of
from ..engine.plan import plan
from ..engine.preflight import ruled_out
from ..engine.reach import reach_in_rows
from ..engine.twice import asked_twice
from ..output import painted
from ..results.words import counted
from ..run.outcome import Exit
from ..secrecy.of_profile import hidden_in_place_only
from ..summary.editions import gates_in_words
from ..target.profile import reaches_production, read_profile
from . import target_init

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

_REASONS = 8
"""The most reasons for which the profile excludes cases that are shown."""

_WIDTH = 100


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their options."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    init = actions.add_parser("init", help="ask a target what it can, and write a commented profile", **_INIT)
    target_init.add(init)
    look = actions.add_parser("check", help="read a profile, and show what a run with it would reach", **_CHECK)
    look.add_argument("file", metavar="FILE", help="the profile")
    look.add_argument("--json", action="store_true", help="print one JSON object for programs")
    look.add_argument("--whole", action="store_true", help="end with 10 if some case cannot be proved")


_INIT: dict[str, Any] = {
    "description": "Sends a few dozen requests to the target, and writes a profile with what was found. What is missing"
    " stands there as comments, what helps most first. Nothing is sent to production unless --allow-production.",
    "epilog": "Examples:\n  slack-conformance target init http://127.0.0.1:8080/api/ -o my-sandbox.toml\n"
    "  slack-conformance serve > ready.json &\n"
    "  slack-conformance target init --from-serve ready.json -o my-sandbox.toml",
}
_CHECK: dict[str, Any] = {
    "description": "Sends nothing: says whether the profile can be used, how much can be proved, and what is missing. "
    "Ends with 0 if it can be used, with 4 if not; with --whole, with 10 if some case cannot be proved.",
    "epilog": "Examples:\n  slack-conformance target check my-sandbox.toml\n"
    "  slack-conformance target check my-sandbox.toml --json | jq .next",
}


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Do what was asked. Raises `DataError`."""
    if options.action == "init":
        return target_init.main(options)
    checked = Checked(options.file)
    sys.stdout.write(f"{json.dumps(checked.document())}\n" if options.json else checked.text())
    return Exit.INCONCLUSIVE if options.whole and checked.reach.proved < checked.reach.total else Exit.GOOD


def check(file: str) -> str:
    """Return the description of a profile; nothing is sent and no value is used up. Raises `DataError`."""
    return Checked(file).text()


class Checked:
    """A profile that can be used, with the plan and the reach of a run; nothing is sent and no value is used up."""

    def __init__(self, file: str) -> None:
        """Read the profile and plan a run. Raises `DataError`."""
        catalog = load_catalog()
        self.profile = read_profile(path_of(file, "FILE"), catalog)
        self.edition = find_edition(catalog, self.profile.edition, "edition")
        self._claimed = self.profile.methods or tuple(catalog.methods)
        self._without = {case.id: reason for case in catalog.cases if (reason := ruled_out(case, self.profile))}
        profile, cases = self.profile, [case for case in catalog.cases if case.id not in self._without]
        twice = asked_twice(cases, catalog, profile, random_of("twice"))
        self._newer = self.edition.newer(cases) if self.edition is not None else ()
        self._gates = list(gates_in_words(self.edition, cases))
        self.plan = plan(catalog, profile, cases, asked_twice=twice)
        self.reach = reach_in_rows(catalog, profile, cases, self.plan)

    def text(self) -> str:
        """Return the description for a reader."""
        lines = [
            *self._lines(),
            *self._not_applicable(),
            *(f"  run       {line}" for line in self.plan.lines(whole=True)[:1]),
            *(f"            {line}" for line in self.plan.lines(whole=True)[1:]),
            *(f"            {line}" for line in self._gates),
            "",
            *self.reach.lines(),
            "",
            *(
                painted(line, "bold")
                for line in _wrapped(f"Next: {self.reach.step(shlex.quote(str(self.profile.file)))}")
            ),
        ]
        return "\n".join(lines) + "\n"

    def document(self) -> dict[str, Any]:
        """Return the description for a program."""
        found, profile = self.reach, self.profile
        return {
            "file": profile.file,
            "usable": True,
            "target": {"name": profile.name, "url": profile.url, "kind": profile.kind, "control": profile.control},
            "methods": list(self._claimed),
            "edition": self.edition.name if self.edition is not None else None,
            "new": len(self._newer),
            "cases": found.total,
            "proved": found.proved,
            "needs": {
                "values": found.values,
                "in_states": found.in_states,
                "states": found.states,
                "time": found.time,
                "other": found.other,
            },
            "not_applicable": len(self._without),
            "requests": {"target": self.plan.target, "control": self.plan.control, "seconds": self.plan.seconds},
            "missing": [{"kind": row.kind, "name": row.name, "cases": row.cases} for row in found.rows],
            "next": found.step(shlex.quote(str(profile.file))),
        }

    def _lines(self) -> Iterator[str]:
        profile = self.profile
        yield f"{profile.file}: usable"
        yield f"  target    {profile.name} at {profile.url} ({profile.kind})"
        if profile.host:
            yield f"  host      {profile.host}, in the Host header of every request"
        if reaches_production(profile):
            yield "            this is the production service: a run refuses it without --allow-production"
        yield f"  methods   {', '.join(self._claimed)}"
        yield f"  pace      {profile.pace}"
        yield from _list("values", [f"{name} ({source.said})" for name, source in profile.values.items()] or ["none"])
        if names := hidden_in_place_only(profile):
            yield "  secrets   hidden only where they stand alone, as a value, not within a text:"
            yield from _list("", names)
        yield f"  control   {profile.control or 'none'}"
        seeded = [name for name in profile.states if any(profile.seeded(name, method) for method in self._claimed)]
        yield from _list("states", seeded or ["none"])
        if profile.switches:
            yield from _list("switched", ["by commands of the profile:", *profile.switches])
        if profile.tls.unverified:
            yield f"  tls       not verified: {profile.tls.unverified}"

    def _not_applicable(self) -> Iterator[str]:
        """Yield each reason for which the profile excludes cases, with their number, those of most cases first."""
        reasons = Counter(self._without.values()).most_common()
        for reason, count in reasons[:_REASONS]:
            yield from _list("without", [f"{reason} ({counted(count, 'case')} N/A)"])
        if len(reasons) > _REASONS:
            rest = sum(count for _, count in reasons[_REASONS:])
            yield f"            and {counted(len(reasons) - _REASONS, 'more reason')} ({counted(rest, 'case')} N/A)"


def _list(label: str, parts: Sequence[str]) -> Iterator[str]:
    """Yield the parts behind a label, in lines that fit the screen."""
    text = ", ".join(parts).replace(":, ", ": ")
    yield from _wrapped(text, f"  {label:<10}", " " * 12)


def _wrapped(text: str, first: str = "", indent: str = "  ") -> list[str]:
    """Return the text in lines that fit the screen; a word is never cut, since names and commands are copied."""
    wrapper = textwrap.TextWrapper(_WIDTH, initial_indent=first, subsequent_indent=indent)
    wrapper.break_on_hyphens = wrapper.break_long_words = False
    return wrapper.wrap(text)
