"""Format the proof of one case for the terminal: rule, expected, got, and the exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..results.exchange import CORRELATION
from ..results.terms import Role
from ..summary.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..catalog.model import Case, Catalog
    from ..results.exchange import RecordedExchange, RecordedRequest
    from ..results.model import CaseResult

_BODY = 600


def headline(result: CaseResult) -> str:
    """Return the case's outcome in one line."""
    if result.cause is not None:
        return visible(result.cause.text)
    if result.findings:
        finding = result.findings[0]
        return visible(f"{finding.code}: expected {finding.expected}; got {finding.got}")
    return visible(f"expected {result.expected}; got {result.got}")


def known_in_words(result: CaseResult) -> str:
    """Return the outcome in one line, with the terms if the baseline accepts it."""
    known = result.known
    if known is None:
        return headline(result)
    return f"{headline(result)}; known: {known.issue}, {known.owner}, until {known.expires}: {known.reason}"


def new_in_words(result: CaseResult, edition: str) -> str:
    """Return what a case that is newer than the edition will be, in one line."""
    return f"new since edition {edition}: {result.judged} once it counts: {known_in_words(result)}"


def proof(result: CaseResult, case: Case, catalog: Catalog, rerun: str) -> str:
    """Return the proof of a case: rule, edit, findings, exchanges, ledger rows, and how to run it again (`rerun`)."""
    return "\n".join(visible(line) for line in _lines(result, case, catalog, rerun))


_ENOUGH = ("rule", "sent", "state", "expected", "got", "nearest", "explored", "again")
"""The lines of a proof that are printed in short, each at its first place only."""


def in_short(proof_text: str, result: CaseResult) -> str:
    """Return what a reader needs to begin: what is wrong, what was sent, expected and got, and how to run it again."""
    first, *lines = proof_text.splitlines() or [""]
    kept: dict[str, str] = {}
    for line in lines:
        name = line[:12].strip()
        if line.startswith("  ") and name in _ENOUGH:
            kept.setdefault(name, line)
    if "again" not in kept:
        return proof_text
    said = visible(sentence(result, result.findings[0], {}).replace("`", "")) if result.findings else ""
    return "\n".join([first, *([f"  {said}"] if said else []), *kept.values()])


def _lines(result: CaseResult, case: Case, catalog: Catalog, rerun: str) -> Iterator[str]:
    method, rule = catalog.methods[case.method], case.rule
    yield f"{result.verdict}  {case.id}"
    yield f"  rule      {rule.id} ({case.strength}; {rule.place} of {method.page})"
    yield f"            {rule.summary}"
    yield f"  sent      base {case.base.name}" + (f"; edit: {result.edit_text}" if result.edit_text else "")
    state = catalog.states.get(case.state)
    if state is not None:
        yield f"  state     {case.state}: {state.fact}"
    if result.cause is not None:
        yield f"  cause     {result.cause.text}"
        yield f"  needs     {result.cause.needs}"
    for finding in result.findings:
        about = "" if finding.rule == rule.id else f"  (rule {finding.rule})"
        yield f"  {finding.level:<10}{finding.code}{about}"
        yield f"  expected  {finding.expected}"
        yield f"  got       {finding.got}"
        if finding.nearest:
            yield f'  nearest   "{finding.nearest}" is the documented code nearest to it'
    if result.explored:
        yield f"  explored  {result.explored}"
    for exchange in result.exchanges:
        yield from _exchange(exchange)
    if result.findings:
        yield from _reading(case, catalog)
    yield f"  again     {rerun}"


def _exchange(exchange: RecordedExchange) -> Iterator[str]:
    request, answer = exchange.request, exchange.answer
    yield f"  --- {exchange.role}" + (f"  {CORRELATION}: {exchange.correlation}" if exchange.correlation else "")
    if exchange.role is not Role.RECHECK:  # which is the base again
        yield from _request(request)
    if answer is not None:
        yield f"  < {answer.status} {visible(answer.reason)}"
        for name, value in answer.headers:
            if name.lower() in _SHOWN_HEADERS:
                yield f"  < {visible(name)}: {visible(value)}"
        yield f"  < | {visible(answer.body[:_BODY])}"
    if exchange.problem:
        yield f"  < ({visible(exchange.problem)})"


def _request(request: RecordedRequest) -> Iterator[str]:
    yield f"  > {visible(request.verb)} {visible(request.url)}"
    for name, value in request.headers:
        yield f"  > {name}: {visible(value)}"
    if request.body:
        yield f"  > | {visible(request.body[:_BODY])}"
    if request.note:
        yield f"  > ({request.note})"


_SHOWN_HEADERS = {"content-type", "content-length", "content-encoding", "retry-after", "transfer-encoding", "location"}


def _reading(case: Case, catalog: Catalog) -> Iterator[str]:
    rows = sorted({row for row, _ in case.readings.values()})
    if rows:
        for row in rows:
            yield f"  ledger    {row}: {catalog.ledger[row].title} Its readings are accepted already."
    else:
        yield "  ledger    no row: the sentence has one reading here"
    yield "  dispute   if the sentence can be read otherwise, propose a row for fixtures/ledger.toml (CONTRIBUTING.md)"


def visible(text: str) -> str:
    """Return the text on one line, with control, bidirectional and other invisible characters escaped."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _spelt(char) for char in text)


def _spelt(char: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char) or f"\\u{{{ord(char):x}}}"
