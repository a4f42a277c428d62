"""`slack-conformance list`: lists rules, cases, states and more, for readers and for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from ..audit.judge import level_of
from ..audit.rules import load_book
from ..catalog.editions import find_edition
from ..catalog.load import load_catalog
from ..lab.variants.registry import all_choices
from ..results.words import counted
from ..run.cases import marks_of
from ..target.telling import told_by

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..catalog.model import Catalog

Row = dict[str, Any]


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    about = f"one of {', '.join(_ROWS)} (default: rules)"
    parser.add_argument("what", metavar="WHAT", nargs="?", default="rules", choices=tuple(_ROWS), help=about)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a line")
    form.add_argument("--markdown", action="store_true", help="a table, as docs/profiles.md has one of the states")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print the list."""
    text = table(options.what) if options.markdown else listing(options.what, as_json=options.json)
    sys.stdout.write(text)
    return 0


def listing(what: str, *, as_json: bool) -> str:
    """Return the list as aligned text, or as one JSON object a line."""
    rows = list(_ROWS[what](load_catalog()))
    if as_json:
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    texts = [[_cell(name, value) for name, value in row.items()] for row in rows]
    widths = [max(len(text[column]) for text in texts) for column in range(len(texts[0]) - 1)]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(text, widths, strict=False)), text[-1]]) for text in texts
    )
    return "".join(line.rstrip() + "\n" for line in lines)


def table(what: str) -> str:
    """Return the list as a Markdown table; values that differ by method get a column for each method."""
    catalog = load_catalog()
    rows = [dict(_columns(row, catalog)) for row in _ROWS[what](catalog)]
    lines = [
        list(rows[0]),
        ["---"] * len(rows[0]),
        *([cell.replace("|", "\\|") for cell in row.values()] for row in rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _columns(row: Row, catalog: Catalog) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from ((method, _values(value[method]) if method in value else "") for method in catalog.methods)
        else:
            yield name, _cell(name, value)


def _values(names: tuple[str, ...]) -> str:
    return " and ".join(names) or "no value"


def _cell(name: str, value: object) -> str:
    match name, value:
        case _, dict():
            return "; ".join(f"{method}: {_values(names)}" for method, names in value.items())
        case "cases", int():
            return counted(value, "case") if value else "not tested"
        case "new_since", _:
            return f"{value} new since"
        case "errata", list():
            return f"errata: {', '.join(value) or 'none'}"
        case "warns", list():
            return "WARN" if value else "PASS"
        case _:
            return str(value)


def _rules(catalog: Catalog) -> Iterator[Row]:
    for rule in catalog.rules:
        count = sum(rule in case.rules for case in catalog.cases)
        yield {
            "id": rule.id,
            "strength": str(rule.strength),
            "place": rule.place,
            "cases": count,
            "summary": rule.summary,
        }


def _cases(catalog: Catalog) -> Iterator[Row]:
    for case in catalog.cases:
        edit = case.edit.words() if case.edit else "the base as it is"
        yield {"id": case.id, "marks": " ".join(marks_of(case)), "base": case.base.name, "edit": edit}


def _states(catalog: Catalog) -> Iterator[Row]:
    for state in catalog.states.values():
        values = told_by(state, catalog)
        yield {"name": state.name, "evidence": str(state.evidence), "told_by": values, "fact": state.fact}


def _ledger(catalog: Catalog) -> Iterator[Row]:
    for row in catalog.ledger.values():
        yield {"id": row.id, "readings": " | ".join(row.readings), "preferred": row.preferred, "title": row.title}


def _variants(catalog: Catalog) -> Iterator[Row]:
    for choice in all_choices(catalog):
        row, reading = choice.reading or ("", "")
        yield {
            "name": choice.name,
            "warns": sorted(choice.alone().warns),
            "reading": f"{row} {reading}".rstrip() or "-",
            "about": catalog.ledger[row].title if row else choice.topic,
        }


def _audit(catalog: Catalog) -> Iterator[Row]:
    for rule in load_book(catalog).rules:
        yield {
            "id": rule.id,
            "strength": str(rule.strength),
            "breaks": str(level_of(rule)),
            "place": rule.place,
            "runs": ", ".join(rule.under),
            "summary": rule.summary,
        }


def _editions(catalog: Catalog) -> Iterator[Row]:
    for name in catalog.editions:
        if (edition := find_edition(catalog, name, name)) is not None:
            yield {
                "name": name,
                "published": edition.published,
                "cases": len(edition.cases),
                "new_since": len(edition.newer(catalog.cases)),
                "errata": [erratum.id for erratum in edition.errata],
            }


_ROWS = {
    "audit": _audit,
    "rules": _rules,
    "cases": _cases,
    "editions": _editions,
    "states": _states,
    "ledger": _ledger,
    "variants": _variants,
}
