"""`slack-conformance verify`: derives the verdicts of results files again from what they record; sends nothing.

A file is verified, differs, is incomplete, or is not ours. Exit 0 if all are verified, 1 if one differs.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from ..catalog.load import load_catalog
from ..output import painted
from ..results.words import counted
from ..run.failure_text import visible
from ..run.outcome import Exit, exit_code
from ..verify.verify import MOST_REMARKS, State, Verification, verify_file
from .arguments import results_file

if TYPE_CHECKING:
    import argparse

_LOOKS = {State.VERIFIED: "green", State.DIFFERS: "red", State.INCOMPLETE: "yellow", State.NOT_OURS: "red"}
_CODES = {
    State.VERIFIED: Exit.GOOD,
    State.DIFFERS: Exit.FAIL,
    State.INCOMPLETE: Exit.INCONCLUSIVE,
    State.NOT_OURS: Exit.USAGE,
}
_MOST = 20
"""How many remarks about a file the text shows."""
_NOT_PROVED = "Not proved: that the named server sent these answers. Only a run of your own shows that."


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("results", nargs="+", metavar="RESULTS", help="a results file, or the folder of its reports")
    parser.add_argument(
        "--rules",
        choices=("recorded", "today"),
        default="recorded",
        help="today: judge a file of another version by the rules of this one, and show what changes",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object for each file, a line each")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Verify the files, and print the results. Raises `DataError`."""
    catalog = load_catalog()
    states = []
    for name in options.results:
        found = verify_file(results_file(name, "RESULTS"), catalog, today=options.rules == "today")
        sys.stdout.write(_json(found) if options.json else _text(found))
        states.append(found.state)
    if not options.json and State.VERIFIED in states:
        sys.stdout.write(f"{_NOT_PROVED}\n")
    return exit_code(*(_CODES[state] for state in states))


def _json(found: Verification) -> str:
    document = {
        "file": str(found.path),
        "state": found.state,
        "judged_again": found.judged_again,
        "not_judged": found.not_judged,
        "further_remarks": found.further,
        "remarks": [
            {"line": one.line, "case": one.case or None, "state": one.state, "text": one.text} for one in found.remarks
        ],
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def _text(found: Verification) -> str:
    lines = [f"{visible(str(found.path))}: {painted(found.state, _LOOKS[found.state])}"]
    if found.judged_again or found.not_judged:
        lines.append(f"  {counted(found.judged_again, 'case')} judged again; {found.not_judged} not judged in the run")
    for remark in found.remarks[:_MOST]:
        where = " ".join(filter(None, [f"line {remark.line}" if remark.line else "", remark.case]))
        lines.append(f"  {where}: {remark.text}" if where else f"  {remark.text}")
    if len(found.remarks) > _MOST:
        lines.append(f"  … and {len(found.remarks) + found.further - _MOST} more (--json has up to {MOST_REMARKS})")
    return "".join(f"{visible(line)}\n" if number else f"{line}\n" for number, line in enumerate(lines))
