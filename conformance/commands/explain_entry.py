"""Explain a row of the ledger or a state for `slack-conformance explain`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ..audit.judge import level_of
from ..catalog.editions import find_edition
from ..judge.words import outcome_in_words
from ..target.telling import needs, told_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..audit.rules import AuditRule
    from ..catalog.editions import Edition
    from ..catalog.model import Case, Catalog, LedgerRow, State

_WIDTH = 100
_FEW = 8
"""The most cases that are named."""


def ledger_row(row: LedgerRow, catalog: Catalog) -> Iterator[str]:
    """Yield lines about a ledger row: the open question, its places and readings, and the cases that depend on it."""
    yield f"{row.id}  (a row of the ledger: a place where the pages leave room)"
    yield from _wrapped("", row.title)
    yield from _wrapped("places", "; ".join(row.places))
    yield "  readings, each of which is accepted"
    for name, outcomes in row.readings.items():
        said = ", ".join(map(outcome_in_words, outcomes)) or "whatever else the case accepts"
        yield from _wrapped(f"  {name}", said)
    yield from _wrapped("preferred", f"{row.preferred}: the sandbox answers so.")
    yield from _wrapped("declared", f'{row.id} = "{row.preferred}" in [readings] of a profile makes any other a WARN.')
    yield from _wrapped("because", row.because)
    meeting = [case for case in catalog.cases if row.id in {name for name, _ in case.readings.values()}]
    yield from _cases("cases that meet it", meeting)
    naming = [rule.id for rule in catalog.rules if row.id in rule.ledger]
    if naming and not meeting:
        yield from _wrapped("rules", f"{', '.join(naming[:_FEW])}" + _more(len(naming)))


def state(wanted: State, catalog: Catalog) -> Iterator[str]:
    """Yield lines about a state: the fact, its values, how it is reached, and the cases that need it."""
    yield f"{wanted.name}  (a state; evidence: {wanted.evidence})"
    yield from _wrapped("", wanted.fact)
    for method, names in told_by(wanted, catalog).items():
        if names:
            yield from _wrapped("shown by", f"its {' and '.join(names)}, in a request of {method}")
    if not wanted.gives:
        text = (
            "no value of its own: it is a fact about the service. A mock may bind it to a value that a request carries."
        )
        yield from _wrapped("shown by", text)
    if wanted.along:
        yield from _wrapped("along", f"{', '.join(wanted.along)}, where those belong to another one than is healthy")
    needing = [case for case in catalog.cases if needs(case, wanted.name)]
    shown = [case for case in needing if case.instead == wanted.name]
    yield from _cases("cases that it shows by values alone" if shown else "cases that need it", needing)
    yield f"  reached by [state.{wanted.name}] in the profile with values in this state, headers, or enter and leave;"
    yield '  or by the control API. Without it: unavailable = "why" in that table, which makes its cases N/A'


def edition(wanted: Edition, catalog: Catalog) -> Iterator[str]:
    """Yield lines about an edition: what gates in it, what is new since, and what was corrected."""
    yield f"{wanted.name}  (an edition: the cases that decide the exit code of a run)"
    yield from _wrapped("published", wanted.published)
    names = list(catalog.editions)
    if (at := names.index(wanted.name)) and (before := find_edition(catalog, names[at - 1], names[at - 1])):
        added = [case for case in catalog.cases if case.id in wanted.cases and case.id not in before.cases]
        yield from _cases(f"cases that {before.name} does not have", added)
    methods = f"{len(wanted.rules)} rules of {' and '.join(wanted.methods)}"
    yield from _wrapped("gates", f"{len(wanted.cases)} cases of {methods}")
    newer = set(wanted.newer(catalog.cases))
    yield from _cases("cases that are new since", [case for case in catalog.cases if case.id in newer])
    for erratum in wanted.errata:
        yield from _wrapped("erratum", str(erratum))
    yield from _wrapped("use it", f'run --edition {wanted.name}, or edition = "{wanted.name}" in the profile')


def of_clients(rule: AuditRule) -> Iterator[str]:
    """Yield lines about a rule for clients: its place, what breaks it and how much that weighs, and what to do."""
    yield f"{rule.id}  (a rule for clients; {rule.strength}, breaking it is a {level_of(rule)})"
    yield from _wrapped("", rule.summary)
    yield f"  page      {rule.page}, {rule.place}" + (f" (sentence {rule.sha256[:12]}…)" if rule.sha256 else "")
    if rule.source:
        yield from _wrapped("source", rule.source)
    yield from _wrapped("broken if", f"{rule.breach}.")
    yield from _wrapped("remedy", rule.remedy)
    yield from _wrapped("runs", ", ".join(rule.under))
    if rule.ledger:
        yield from _wrapped("ledger", ", ".join(rule.ledger))


def _cases(title: str, cases: list[Case]) -> Iterator[str]:
    yield f"  {title}: {len(cases) or 'none'}"
    yield from (f"    {case.id}" for case in cases[:_FEW])
    if len(cases) > _FEW:
        yield f"    …{_more(len(cases))}"


def _more(count: int) -> str:
    return f" and {count - _FEW} more" if count > _FEW else ""


def _wrapped(label: str, text: str) -> Iterator[str]:
    indent = f"  {label:<9} " if label else "  "
    yield from textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=" " * (12 if label else 2))
