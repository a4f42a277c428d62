"""`slack-conformance explain`: shows what the page says and where, what is sent, what is accepted and why."""

from __future__ import annotations

import base64
import difflib
import json
import sys
import textwrap
from functools import partial
from typing import TYPE_CHECKING

from ..audit.rules import load_book
from ..catalog.datafile import DataError, suggestion
from ..catalog.editions import find_edition
from ..catalog.load import load_catalog
from ..catalog.members import described, drawn
from ..judge import words
from ..results.words import counted
from ..wire.compose import Values, compose
from ..wire.redact import Redactor
from . import explain_entry, explain_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Case, Catalog, Rule
    from ..wire.request import Request

_WIDTH = 100
_BODY = 300
_IDS = 30
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
    parser.add_argument(
        "id",
        metavar="ID",
        help="a rule, case, edition, state, ledger row, base, verdict, finding, cause, exit code, fault or variant, "
        "or a part of its id",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object for programs")


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print the explanation. Raises `DataError`."""
    if options.json:
        ids, lines = _found(options.id)
        sys.stdout.write(json.dumps({"ids": ids, "lines": lines}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(explain(options.id))
    return 0


def explain(wanted: str) -> str:
    """Return the explanation of this id, or a list of the ids that contain it. Raises `DataError` if there is none."""
    return "".join(f"{line}\n" for line in _found(wanted)[1])


def _found(wanted: str) -> tuple[list[str], list[str]]:
    """Return the ids that are meant, and lines that explain the only one or list them. Raises `DataError`."""
    wanted = wanted.removeprefix("[").removesuffix("]")  # as the lines that run a case again have it
    catalog = load_catalog()
    own, reported = _known(catalog), explain_words.reported(catalog)
    both = {name: partial(explain_words.joined, [own[name], reported[name]]) for name in own if name in reported}
    known: dict[str, Callable[[], Iterator[str]]] = {**reported, **own, **both}
    if wanted not in known:
        containing = [name for name in known if wanted.lower() in name.lower()]
        if not containing:
            known |= explain_words.sandboxes(catalog)
            containing = [name for name in known if wanted.lower() in name.lower()]
        if wanted not in known and not containing:
            raise DataError("explain", "", f"nothing is called {wanted!r}.", _nearest(wanted, known))
        if wanted not in known and len(containing) > 1:
            return containing, list(_several(wanted, containing))
        wanted = wanted if wanted in known else containing[0]
    return [wanted], list(known[wanted]())


def _nearest(wanted: str, known: Iterable[str]) -> str:
    """Return the near miss, or what there is and where it is listed."""
    if difflib.get_close_matches(wanted, known, n=1):
        return suggestion(wanted, known)
    return "`slack-conformance list rules` (cases, editions, states, ledger, variants) and `prove --list` have the ids."


def _known(catalog: Catalog) -> dict[str, Callable[[], Iterator[str]]]:
    """Return what explains each name; a case that is called like a rule comes first."""
    return {
        **{state.name: partial(explain_entry.state, state, catalog) for state in catalog.states.values()},
        **{row.id: partial(explain_entry.ledger_row, row, catalog) for row in catalog.ledger.values()},
        **{rule.id: partial(_rule_with_cases, rule, catalog) for rule in catalog.rules},
        **{case.id: partial(_case, case, catalog) for case in catalog.cases},
        **{rule.id: partial(explain_entry.of_clients, rule) for rule in load_book(catalog).rules},
        **{name: partial(_edition, name, catalog) for name in catalog.editions},
    }


def _edition(name: str, catalog: Catalog) -> Iterator[str]:
    found = find_edition(catalog, name, name)
    return iter(()) if found is None else explain_entry.edition(found, catalog)


def _several(part: str, names: list[str]) -> Iterator[str]:
    yield f"{len(names)} ids contain {part!r}:"
    yield from (f"  {name}" for name in names[:_IDS])
    if len(names) > _IDS:
        yield f"  … and {len(names) - _IDS} more"


def _rule_with_cases(rule: Rule, catalog: Catalog) -> Iterator[str]:
    yield from _rule(rule, catalog)
    own = [case for case in catalog.cases if case.rule.id == rule.id and not case.is_copy]
    copies = sum(case.rule.id == rule.id and case.is_copy for case in catalog.cases)
    others = [case for case in catalog.cases if rule in case.also]
    if own:
        yield "cases"
    for case in own:
        change = case.edit.words() if case.edit else "the base as it is"
        yield f"  {case.id}  base {case.base.name}: {change}"
    if copies:
        yield f"  {counted(copies, 'more case')} of the same, sent in other ways"
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
    gate = "" if case.edit is None else f", which must have shown: {case.gate}"
    yield f"  base      {case.base.name}{gate}"
    if case.edit is not None:
        yield f"  edit      {case.edit.words()}"
        for value in case.edit.classes:
            yield from textwrap.wrap(
                f"            {value.like}: {described(value.like)}; each run draws one, this is an example",
                _WIDTH,
                subsequent_indent=" " * 12,
            )
    state = catalog.states.get(case.state)
    if state is not None:
        yield from textwrap.wrap(f"  state     {case.state}: {state.fact}", _WIDTH, subsequent_indent=" " * 12)
    if case.instead:
        yield f"  instead   {case.instead}: a state whose plain values show the same"
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
    values = {name: _value(name) for name in _NAMES}
    donors = dict.fromkeys(edit.borrows if edit else (), values)
    edit = edit and drawn(edit, case.id, lambda name: str(values.get(name, "")))
    return compose(catalog.methods[case.method], case.base, edit, _EXAMPLE_URL, Values(values, donors))


def _value(name: str) -> str:
    return f"world-{name.replace('_', '-')}"


def _bytes(request: Request) -> Iterator[str]:
    names = Redactor([(name, _value(name)) for name in _NAMES])
    yield f"  {request.verb} {names.by_value(request.target)} HTTP/1.1"
    yield f"  Host: {request.host}"
    for name, value in request.headers:
        yield f"  {name}: {names.by_value(_readable(value))}"
    body = request.body_sent
    if body is not None:
        text = names.by_value(body.decode("utf-8", "backslashreplace"))
        yield ""
        shown = text if len(text) <= _BODY else f"{text[:_BODY]}… ({len(text)} characters)"
        yield from (f"  {line}" for line in shown.splitlines())
    if request.unsent:
        yield f"  ({request.unsent})"


def _readable(header: str) -> str:
    """Return credentials of HTTP Basic as the pair that they are: in base64 the names of values would not be seen."""
    scheme, _, credentials = header.partition(" ")
    if scheme != "Basic":
        return header
    try:
        return f"Basic base64({base64.b64decode(credentials, validate=True).decode()})"
    except ValueError:
        return header
