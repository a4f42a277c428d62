"""One failure for the report: expected, got, exchanges, how to reproduce it, and what it means for an app."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from ..results.model import Code, Level, Role
from ..results.words import consequence, counted
from .compare import Line, marked, request_lines, side_by_side
from .dispute import Excuse, excuse, without_readings
from .reproduce import Reproduction, reproduction
from .visible import block, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..results.io import Results
    from ..results.model import CaseResult, Finding, RecordedAnswer, RecordedExchange, RuleRecord

_HEADERS_LIMIT, _HEADER_LIMIT = 700, 160
_BODY_LIMIT, _BASE_BODY_LIMIT = 800, 400
_FINDINGS = 3
_CALLS = 3
"""The most calls of a client that are shown."""
_ACCEPTED_LIMIT = 400


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with the difference marked, and the rules that it breaks."""

    rules: tuple[RuleRecord, ...]
    code: Code
    level: Level
    expected: Markup
    got: Markup
    accepted: str
    """What is accepted with the readings that it rests on, where `expected` leaves them out; else empty."""
    nearest: str | None


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """One exchange as shown: the request in lines, the answer's status, headers and body."""

    title: str
    request: tuple[Line, ...]
    note: str
    status: str
    headers: Markup
    body: Markup
    problem: str | None
    ms: float


@dataclass(frozen=True, slots=True)
class FailureView:
    """One failing case, ready to be shown."""

    case: CaseResult
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
    findings = _findings(worst, rules)
    return FailureView(
        case=case,
        rule=rule,
        level=worst[0].level,
        findings=tuple(findings[:_FINDINGS]),
        more_findings=max(0, len(findings) - _FINDINGS),
        exchanges=tuple(_exchanges(case)),
        asked_again=tuple(_outcome(exchange) for exchange in case.exchanges if exchange.role is Role.RECHECK),
        reproduction=reproduction(case),
        rerun=rerun,
        consequence=consequence(rule, worst[0].code),
        excuse=excuse(case, rule, results.ledger),
    )


def _findings(findings: list[Finding], rules: Mapping[str, RuleRecord]) -> list[FindingView]:
    """Return the findings; those with equal text against several rules are merged."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        alike.setdefault((one.code, one.level, one.expected, one.got, one.nearest), []).append(one)
    views = []
    for first, *others in alike.values():
        broken = dict.fromkeys([first.rule, *(one.rule for one in others)])
        found = tuple(rules[rule] for rule in broken)
        plain = without_readings(first.expected)
        accepted = shortened(first.expected, _ACCEPTED_LIMIT) if plain != first.expected else ""
        expected, got = marked(plain, first.got)
        views.append(FindingView(found, first.code, first.level, expected, got, accepted, first.nearest))
    return views


def _exchanges(case: CaseResult) -> Iterable[ExchangeView]:
    """Yield the base and the request that decided, side by side, the edit marked in both; or the calls of a client."""
    for one in case.exchanges[-_CALLS:]:
        if one.role is Role.CLIENT:
            yield _view("Sent by the client", one, request_lines(one.request), _BODY_LIMIT)
    base = next((one for one in case.exchanges if one.role is Role.BASE), None)
    edited = next((one for one in reversed(case.exchanges) if one.role in {Role.EDITED, Role.AGAIN}), None)
    if base is not None and edited is not None:
        left, right = side_by_side(base.request, edited.request, case.edit)
        yield _view(f"Base: {case.base}", base, left, _BASE_BODY_LIMIT)
        yield _view(f"Edited: {shortened(case.edit_text, 160)}", edited, right, _BODY_LIMIT)
    elif (only := edited or base) is not None:
        title = f"Edited: {shortened(case.edit_text, 160)}" if only is edited else f"Base: {case.base}"
        yield _view(title, only, request_lines(only.request), _BODY_LIMIT)


def _view(title: str, exchange: RecordedExchange, lines: tuple[Line, ...], limit: int) -> ExchangeView:
    answer = exchange.answer
    note = ", ".join(filter(None, ["written to a socket" if exchange.request.raw else "", exchange.request.note]))
    return ExchangeView(
        title=title,
        request=lines,
        note=note,
        status=_status(answer) if answer is not None else "no answer",
        headers=_headers(answer) if answer is not None else Markup(),
        body=block(answer.body, limit) if answer is not None else Markup(),
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
