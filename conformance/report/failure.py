"""One failure for the report: expected, got, exchanges, how to reproduce it, and what it means for an app."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from ..catalog.model import OK
from ..results.exchange import CORRELATION
from ..results.terms import Code, Level, Role
from ..results.words import consequence, counted
from ..summary.sentences import OUTCOME, outcomes, sentence
from .compare import Line, marked, request_lines, side_by_side
from .dispute import Excuse, excuse, readings_of, without_readings
from .indent import indented
from .reproduce import Reproduction, reproduction
from .visible import block, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..results.exchange import RecordedAnswer, RecordedExchange
    from ..results.io import Results
    from ..results.model import CaseResult, Finding, RuleRecord

_HEADERS_LIMIT, _HEADER_LIMIT = 500, 160
_BODY_LIMIT = 600
_FINDINGS = 3
_OUTCOMES = 40
"""So many accepted outcomes of a finding are listed; no rule of ours has as many."""

_OUTCOME_LIMIT = 90
_CALLS = 3
"""The most calls of a client that are shown."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with the difference marked, and the rules that it breaks."""

    rules: tuple[RuleRecord, ...]
    code: Code
    level: Level
    expected: Markup
    got: Markup
    others: tuple[tuple[str, str], ...]
    """Other accepted outcomes, each with the reading that it rests on."""
    nearest: str | None


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """One exchange as shown: the request in lines, the answer's status, headers and body."""

    title: str
    request: tuple[Line, ...]
    note: str
    status: str
    headers: Markup
    header_count: int
    body: Markup
    problem: str | None
    ms: float


@dataclass(frozen=True, slots=True)
class FailureView:
    """One failing case, ready to be shown."""

    case: CaseResult
    head: str
    """What is wrong, as a sentence with names in backticks."""
    rule: RuleRecord
    level: Level
    findings: tuple[FindingView, ...]
    more_findings: int
    exchanges: tuple[ExchangeView, ...]
    asked_again: tuple[str, ...]
    reproduction: Reproduction | None
    rerun: str
    consequence: str
    excuse: Excuse


def failure(case: CaseResult, results: Results, rerun: str) -> FailureView:
    """Return the view of a case that is FAIL or WARN."""
    rules = results.rules
    worst = sorted(case.findings, key=lambda finding: finding.level is not Level.FAIL)
    rule = rules[worst[0].rule]
    findings = _findings(case, worst, results)
    return FailureView(
        case=case,
        head=sentence(case, worst[0], results.ledger),
        rule=rule,
        level=worst[0].level,
        findings=tuple(findings[:_FINDINGS]),
        more_findings=max(0, len(findings) - _FINDINGS),
        exchanges=tuple(exchange_views(case)),
        asked_again=tuple(_outcome(exchange) for exchange in case.exchanges if exchange.role is Role.RECHECK),
        reproduction=reproduction(case),
        rerun=rerun,
        consequence=consequence(rule, worst[0].code),
        excuse=excuse(case, rule, results.ledger),
    )


def _findings(case: CaseResult, findings: list[Finding], results: Results) -> list[FindingView]:
    """Return the findings; those with equal text against several rules are merged."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        alike.setdefault((one.code, one.level, one.expected, one.got, one.nearest), []).append(one)
    views = []
    for first, *more in alike.values():
        broken = dict.fromkeys([first.rule, *(one.rule for one in more)])
        found = tuple(results.rules[rule] for rule in broken)
        plain = without_readings(first.expected)
        others: tuple[tuple[str, str], ...] = ()
        if first.code in OUTCOME and first.expected == case.expected:
            plain, others = _documented_first(case, results)
        expected, got = marked(plain, first.got)
        views.append(FindingView(found, first.code, first.level, expected, got, others, first.nearest))
    return views


def _documented_first(case: CaseResult, results: Results) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the documented outcome with the warning that belongs to it, and the other accepted ones."""
    accepted, readings = outcomes(case, results.ledger), readings_of(case.expected)
    if len(accepted) > _OUTCOMES:
        return without_readings(case.expected), ()
    first, *rest = (_said(outcome) for outcome in accepted)
    warning = re.search(r", with(?:out)? [^()]*$", case.expected)
    return f"{first}{warning[0] if warning else ''}", tuple((one, readings.get(one, "")) for one in rest)


def _said(outcome: str) -> str:
    return "ok:true" if outcome == OK else f'error "{shortened(outcome, _OUTCOME_LIMIT)}"'


def exchange_views(case: CaseResult) -> Iterable[ExchangeView]:
    """Yield the base and the request that decided, side by side, the edit marked in both; or the calls of a client."""
    for one in case.exchanges[-_CALLS:]:
        if one.role is Role.CLIENT:
            yield _view("Sent by the client", one, request_lines(one.request), _BODY_LIMIT)
    base = next((one for one in case.exchanges if one.role is Role.BASE), None)
    edited = next((one for one in reversed(case.exchanges) if one.role in {Role.EDITED, Role.AGAIN}), None)
    if base is not None and edited is not None:
        left, right = side_by_side(base.request, edited.request, case.edit)
        yield _view(f"Base: {case.base}", base, left, _BODY_LIMIT)
        yield _view(f"Edited: {shortened(case.edit_text, 160)}", edited, right, _BODY_LIMIT)
    elif (only := edited or base) is not None:
        title = f"Edited: {shortened(case.edit_text, 160)}" if only is edited else f"Base: {case.base}"
        yield _view(title, only, request_lines(only.request), _BODY_LIMIT)


def _view(title: str, exchange: RecordedExchange, lines: tuple[Line, ...], limit: int) -> ExchangeView:
    answer = exchange.answer
    note = ", ".join(filter(None, ["written to a socket" if exchange.request.raw else "", exchange.request.note]))
    return ExchangeView(
        title=title + (f" ({CORRELATION} {shortened(exchange.correlation, 60)})" if exchange.correlation else ""),
        request=lines,
        note=note,
        status=_status(answer) if answer is not None else "no answer",
        headers=_headers(answer) if answer is not None else Markup(),
        header_count=len(answer.headers) if answer is not None else 0,
        body=block(indented(answer.body), limit) if answer is not None else Markup(),
        problem=exchange.problem,
        ms=exchange.ms,
    )


def _headers(answer: RecordedAnswer) -> Markup:
    lines = [shortened(f"{name}: {value}", _HEADER_LIMIT) for name, value in answer.headers]
    kept = list(accumulate(lines, lambda size, line: size + len(escape(line).encode()) + 1, initial=0))
    shown = sum(size <= _HEADERS_LIMIT for size in kept[1:])
    rest = [f"… {counted(len(lines) - shown, 'more header')}, in the results file"] if shown < len(lines) else []
    return Markup("\n").join([*lines[:shown], *rest])


def _status(answer: RecordedAnswer) -> str:
    return f"{answer.status} {shortened(answer.reason, 80)}".strip()


def _outcome(exchange: RecordedExchange) -> str:
    if exchange.answer is None:
        return f"no answer ({shortened(exchange.problem or 'nothing came', 120)})"
    return f"{_status(exchange.answer)}, {shortened(exchange.answer.body, 120)}"
