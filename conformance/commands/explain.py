"""`slack-conformance explain`: tells what the page says and where, what is sent, what is accepted and why."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from conformance.catalog.datafile import DataError, suggestion
from conformance.catalog.load import load_catalog
from conformance.judge import words
from conformance.run.edit_text import edit_in_words
from conformance.run.session import donor_states
from conformance.wire.compose import Values, compose
from conformance.wire.redact import Redactor

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from conformance.catalog.model import Case, Catalog, Edit, Rule
    from conformance.wire.request import Request

_WIDTH = 100
_BODY = 300
_EXAMPLE_URL = "https://sandbox.example/api/"
_NAMES = (
    "token",
    "scopes",
    "scopes_mixed",
    "trigger",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "refresh_token",
)


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("id", help="id of a rule or case, as `slack-conformance list` prints it")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print the explanation. Raises `DataError`."""
    sys.stdout.write(explain(options.id))
    return 0


def explain(wanted: str) -> str:
    """Return the explanation of a rule or case. Raises `DataError` when there is none of this id."""
    catalog = load_catalog()
    cases = {case.id: case for case in catalog.cases}
    rules = {rule.id: rule for rule in catalog.rules}
    if wanted in cases:
        return "\n".join(_case(cases[wanted], catalog)) + "\n"
    if wanted in rules:
        return "\n".join(_rule_with_cases(rules[wanted], catalog)) + "\n"
    raise DataError("explain", "", f"no rule or case {wanted!r}.", suggestion(wanted, [*cases, *rules]))


def _rule_with_cases(rule: Rule, catalog: Catalog) -> Iterator[str]:
    yield from _rule(rule, catalog)
    own = [case for case in catalog.cases if case.rule.id == rule.id]
    others = [case for case in catalog.cases if rule in case.also]
    if own:
        yield "cases"
    for case in own:
        change = edit_in_words(case.edit) or "the base as it is"
        yield f"  {case.id}  base {case.base.name}: {change}"
    if others:
        yield f"also proved by {others[0].id}" + (f" and {len(others) - 1} more" if len(others) > 1 else "")
    if own:
        yield "in full: slack-conformance explain " + own[0].id


def _rule(rule: Rule, catalog: Catalog) -> Iterator[str]:
    page = catalog.methods[rule.method].page
    hidden = ", a hidden row" if rule.hidden else ""
    yield f"{rule.id}  ({rule.strength}{hidden})"
    yield from textwrap.wrap(rule.summary, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield f"  page      {page}, {rule.place}" + (f" (sentence {rule.sha256[:12]}…)" if rule.sha256 else "")
    if rule.source:
        yield f"  source    {rule.source}"
    if rule.untestable:
        yield from textwrap.wrap(f"  not tested: {rule.untestable}", _WIDTH, subsequent_indent="  ")
    if rule.check != "outcome":
        yield f"  looks at  {rule.check}"


def _case(case: Case, catalog: Catalog) -> Iterator[str]:
    method = catalog.methods[case.method]
    yield from _rule(case.rule, catalog)
    yield f"case {case.id}"
    yield f"  base      {case.base.name}, which must have shown: {case.gate}"
    if case.edit is not None:
        yield f"  edit      {edit_in_words(case.edit)}"
    state = catalog.states.get(case.state)
    if state is not None:
        yield from textwrap.wrap(f"  state     {case.state}: {state.fact}", _WIDTH, subsequent_indent=" " * 12)
    yield f"  evidence  {case.evidence}; strength {case.strength}"
    yield from textwrap.wrap(f"  accepted  {words.expected(case, method)}", _WIDTH, subsequent_indent=" " * 12)
    for row in sorted({row for row, _ in case.readings.values()}):
        because = f"  {row}    {catalog.ledger[row].title} {catalog.ledger[row].because}"
        yield from textwrap.wrap(because, _WIDTH, subsequent_indent=" " * 12)
    if case.note:
        yield from textwrap.wrap(f"  note      {case.note}", _WIDTH, subsequent_indent=" " * 12)
    if case.also:
        yield f"  proves    also {', '.join(rule.name for rule in case.also)}"
    yield "sent, with values of the world as $names"
    yield from _bytes(_example(case, case.edit, catalog))


def _example(case: Case, edit: Edit | None, catalog: Catalog) -> Request:
    values = {name: f"world-{name.replace('_', '-')}" for name in _NAMES}
    donors = dict.fromkeys(donor_states(edit), values)
    return compose(catalog.methods[case.method], case.base, edit, _EXAMPLE_URL, Values(values, donors))


def _bytes(request: Request) -> Iterator[str]:
    names = Redactor([(name, f"world-{name.replace('_', '-')}") for name in _NAMES])
    yield f"  {request.verb} {names.by_value(request.target)} HTTP/1.1"
    yield f"  Host: {request.host}"
    for name, value in request.headers:
        yield f"  {name}: {names.by_value(value)}"
    if request.body is not None:
        text = names.by_value(request.body[: request.body_length_sent].decode("utf-8", "backslashreplace"))
        yield ""
        shown = text if len(text) <= _BODY else f"{text[:_BODY]}… ({len(text)} characters)"
        yield from (f"  {line}" for line in shown.splitlines())
    if request.malformed_framing:
        yield f"  (of {len(request.body or b'')} bytes {request.body_length_sent} are sent, then this side is closed)"
