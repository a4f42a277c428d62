"""Outcomes, answers and expectations in words, for readers of a report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..catalog.model import GATEWAY, OK, RuleKind
from ..wire.answer import NO_ANSWER, UNREADABLE
from ..wire.opening import opening

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..catalog.model import Base, Case, Method
    from ..wire.answer import Answer
    from .warnings import Warnings

_OUTCOMES = {OK: "ok:true", NO_ANSWER: "no answer", UNREADABLE: "an answer that cannot be read"}
_MANY = 6


def expected(case: Case, method: Method) -> str:
    """Return what the case accepts: its own outcome first, then outcomes by other readings with their ledger row."""
    if case.accept >= method.error_codes | {OK}:
        text = "any outcome that the page documents"
    else:
        accepted = sorted(case.accept, key=lambda outcome: (outcome != case.rule.name, outcome))
        own = [outcome for outcome in accepted if outcome not in case.readings]
        others = [outcome for outcome in accepted if outcome in case.readings]
        text = " or ".join(outcome_in_words(outcome) for outcome in own[:_MANY])
        by_reading = ", ".join(
            f"{outcome_in_words(outcome)} by reading {case.readings[outcome][1]!r} of {case.readings[outcome][0]}"
            for outcome in others
        )
        text = f"{text} (also accepted: {by_reading})" if text and by_reading else text or by_reading
    if case.warning is not None:
        text += f', with warning "{case.warning}"'
    if case.silent:
        text += ", without a documented warning"
    return text


def outcome_in_words(outcome: str) -> str:
    """Return an outcome as it looks in an answer, such as `error "invalid_auth"`."""
    if outcome.startswith(GATEWAY):
        return f"HTTP {outcome.removeprefix(GATEWAY)} from a gateway"
    return _OUTCOMES.get(outcome, f'error "{outcome}"')


def quoted(said: Iterable[str]) -> str:
    """Return texts of the target in double quotes, the mark by which redaction finds them in a sentence."""
    return ", ".join(f'"{text}"' for text in sorted(said))


def got(answer: Answer, warnings: Warnings | None = None) -> str:
    """Return the answer in one line: outcome and warnings, or why it is unusable."""
    if not answer.usable:
        status = f"HTTP {answer.status}, " if answer.status is not None else ""
        return f"{status}{outcome_in_words(answer.outcome)}: {answer.why}"
    text = outcome_in_words(answer.outcome)
    if warnings is not None and warnings.any:
        text += f", with warning {quoted(warnings.any)}"
    return text


def described(answer: Answer) -> str:
    """Return status, media type and the first words of the body, or why there was no answer."""
    if answer.status is None:
        return answer.why
    kind = (answer.header("Content-Type") or "").partition(";")[0].strip() or "no Content-Type"
    if answer.usable:
        return f"HTTP {answer.status}, {kind}, {outcome_in_words(answer.outcome)}"
    first = opening(answer) if answer.foreign else ""
    first = f', "{first}"' if first else ""
    return f"HTTP {answer.status}, {kind}{first}: {answer.why}"


def way(base: Base) -> str:
    """Return how a base sends its request: verb, place of the arguments, media type, place of the credentials."""
    parts = [base.verb, _PLACES[base.arguments]]
    if base.content_type:
        parts.append(base.content_type)
    if base.token:
        parts.append("token in a header" if base.token == "header" else "token as a parameter")  # noqa: S105 - a place
    if base.credentials:
        parts.append("HTTP Basic" if base.credentials == "basic" else "client id and secret as parameters")
    return ", ".join(parts)


_PLACES = {
    "query": "query string",
    "form": "form",
    "multipart": "multipart form data",
    "json": "JSON body",
    "none": "no arguments",
}


def sort_of(value: object) -> str:
    """Return the type and size of a JSON value, never the value, which may be a secret that is not known yet."""
    match value:
        case dict():
            return f"an object with the keys {', '.join(sorted(value))}" if value else "an empty object"
        case list():
            return f"an array of {len(value)}"
        case str():
            return f"a string of {len(value)} character{'' if len(value) == 1 else 's'}"
        case None | bool():
            return json.dumps(value)
        case _:
            return "a number"


def where(case: Case, method: Method) -> str:
    """Return the strength, kind and place of the case's rule."""
    kind = {RuleKind.ERROR: "error row", RuleKind.WARNING: "warning row"}.get(case.rule.kind, "statement")
    return f"{case.strength}, {kind}, {case.rule.place} of {method.page}"
