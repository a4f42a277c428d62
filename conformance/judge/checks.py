"""The registry of checks. A rule's `check` names the function that compares an answer with the rule.

Each takes the case as shown, the rule and the strength that applies, and yields findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog.datafile import dotted
from ..catalog.model import OK, VIA, Rule, Strength
from ..catalog.schema import schema, validator
from ..results.model import Finding
from ..results.terms import Code
from ..wire.retry_after import LONGEST_USABLE_S, seconds_to_wait
from . import words
from .levels import level, weaker
from .nearest import nearest_code
from .warnings import read_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .model import Shown

_OK_STATUS, _THROTTLED_STATUS = 200, 429


def findings(shown: Shown) -> list[Finding]:
    """Return the findings that a usable answer gives against the rules of its case, the case's own rule first."""
    found = list(_outcome(shown, *rule_of_the_outcome(shown)))
    for rule in shown.case.rules:
        own = rule is shown.case.rule
        if own and rule.check == "outcome":
            continue
        strength = shown.case.strength if own else weaker(rule.strength, shown.case.strength)
        found += CHECKS[rule.check](shown, rule, strength)
    return found


def rule_of_the_outcome(shown: Shown) -> tuple[Rule, Strength]:
    """Return the rule that is broken by an outcome that is not accepted, and how binding it is here.

    That is the case's own rule, unless it is about the form of a success: a refusal has no such form. The rule that is
    broken then is the one by which requests like the base are accepted.
    """
    case = shown.case
    accepted = (rule for rule in shown.method.rules if rule.name == f"{VIA}{case.base.name}")
    other = next(accepted, None) if case.rule.check == "success-shape" else None
    return (case.rule, case.strength) if other is None else (other, weaker(other.strength, case.strength))


def _outcome(shown: Shown, rule: Rule, strength: Strength) -> Iterator[Finding]:
    """Compare the outcome with what the case accepts; see the ladder in `judge.judge`."""
    outcome, case, method = shown.edited.outcome, shown.case, shown.method
    if outcome in case.accept:
        return
    nearest = None
    if case.accept >= method.error_codes and _warns_rightly(shown):
        # The case is about the warning alone and accepts every documented outcome; no page rules out other codes.
        strength = Strength.MAY
    if outcome == OK:
        code = Code.NOT_REFUSED
    elif case.accept <= {OK}:
        code = Code.REFUSED
    elif outcome in method.error_codes:
        code = Code.WRONG_CODE
    else:
        code = Code.UNDOCUMENTED_CODE
    if outcome != OK and outcome not in method.error_codes:
        nearest = nearest_code(outcome, method.error_codes)
    yield _found(rule, strength, code, words.expected(case, method), words.got(shown.edited), nearest)


def _warns_rightly(shown: Shown) -> bool:
    return shown.case.warning is None or shown.case.warning in read_warnings(shown.edited).any


def _found(  # noqa: PLR0913, PLR0917 - what a finding consists of
    rule: Rule, strength: Strength, code: Code, expected: str, got: str, nearest: str | None = None
) -> Finding:
    return Finding(rule.id, code, level(strength, code), expected, got, nearest)


def _warning(shown: Shown, rule: Rule, strength: Strength) -> Iterator[Finding]:
    warnings = read_warnings(shown.edited)
    came = words.got(shown.edited, warnings)
    wanted = shown.case.warning
    if shown.edited.outcome != OK and strength is Strength.MUST:
        # The pages show no refusal with a warning, so they do not promise one.
        strength = Strength.SHOULD
    if wanted is not None and wanted not in warnings.any:
        nearest = nearest_code(next(iter(sorted(warnings.any)), ""), shown.method.warning_codes)
        yield _found(rule, strength, Code.WARNING_MISSING, f'warning "{wanted}"', came, nearest)
    unexpected = warnings.any & shown.method.warning_codes
    if shown.case.silent and unexpected:
        yield _found(rule, strength, Code.WARNING_UNEXPECTED, "no documented warning", came)


def _both_places(shown: Shown, rule: Rule, strength: Strength) -> Iterator[Finding]:
    warnings = read_warnings(shown.edited)
    if warnings.misshapen:
        wanted = "'warning' a string, 'response_metadata.warnings' a list of strings"
        yield _found(rule, strength, Code.WARNING_SHAPE, wanted, warnings.misshapen)
    elif warnings.one_place_only:
        top, metadata = words.quoted(warnings.top), words.quoted(warnings.metadata)
        came = f"'warning' says {top or 'nothing'}, 'response_metadata.warnings' {metadata or 'nothing'}"
        yield _found(rule, strength, Code.WARNING_ONE_PLACE, "the same warnings in both places", came)


def _retry_after(shown: Shown, rule: Rule, strength: Strength) -> Iterator[Finding]:
    for_its_rate = shown.edited.outcome == shown.method.throttled_code or shown.edited.status == _THROTTLED_STATUS
    if shown.edited.outcome == OK or not for_its_rate:
        return
    value = shown.edited.header("Retry-After")
    if value is None:
        yield _found(rule, strength, Code.RETRY_AFTER_MISSING, "a Retry-After header", "none")
        return
    seconds = seconds_to_wait(value)
    if seconds is None or seconds > LONGEST_USABLE_S:
        wanted = "Retry-After: seconds or an HTTP date" + ("" if seconds is None else ", within a month")
        yield _found(rule, strength, Code.RETRY_AFTER_UNREADABLE, wanted, repr(value))


def _status(shown: Shown, rule: Rule, strength: Strength) -> Iterator[Finding]:
    if shown.edited.outcome == OK and shown.edited.status != _OK_STATUS:
        yield _found(rule, strength, Code.STATUS, f"HTTP status {_OK_STATUS}", f"HTTP status {shown.edited.status}")


def _media_type(shown: Shown, rule: Rule, strength: Strength) -> Iterator[Finding]:
    value = shown.edited.header("Content-Type") or ""
    if value.partition(";")[0].strip().lower() != "application/json":
        yield _found(rule, strength, Code.MEDIA_TYPE, "Content-Type: application/json", value or "none")


def _success_shape(shown: Shown, rule: Rule, strength: Strength) -> Iterator[Finding]:
    if shown.edited.outcome == OK:
        yield from _shape(shown, rule, strength, shown.method.success_schema)


def _failure_shape(shown: Shown, rule: Rule, strength: Strength) -> Iterator[Finding]:
    if shown.edited.outcome != OK:
        yield from _shape(shown, rule, strength, shown.method.failure_schema)


def _shape(shown: Shown, rule: Rule, strength: Strength, name: str) -> Iterator[Finding]:
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - see `catalog.schema.validator`

    promised = schema(name)["required"]
    errors = list(validator(name).iter_errors(shown.edited.document))
    broken = [error for error in errors if not error.absolute_path or error.absolute_path[0] in promised]
    error = best_match(broken or errors)
    if error is not None:
        # The form of other fields is known from other sources only, which is not enough for a FAIL.
        strength = strength if broken else Strength.MAY
        place = dotted(error.absolute_path) or "the answer"
        wanted = f"{place}: {error.validator} {error.validator_value!r}"
        yield _found(rule, strength, Code.SHAPE, wanted, f"{place}: {words.sort_of(error.instance)}")


def _not_presented(shown: Shown, rule: Rule, strength: Strength) -> Iterator[Finding]:
    if shown.journal is None:
        return
    requests = shown.journal.get("permission_requests")
    count = len(requests) if isinstance(requests, list) else 0
    wanted = 1 if shown.edited.outcome == OK else 0
    if count != wanted:
        text = {0: "nothing was presented to the user", 1: "one permission request was presented to the user"}
        presented = "1 permission request" if count == 1 else f"{count} permission requests"
        came = f"the journal of this world shows {presented} after {words.got(shown.edited)}"
        yield _found(rule, strength, Code.PRESENTED, text[wanted], came)


CHECKS: dict[str, Callable[[Shown, Rule, Strength], Iterator[Finding]]] = {
    "outcome": _outcome,
    "warning": _warning,
    "both-places": _both_places,
    "retry-after": _retry_after,
    "success-shape": _success_shape,
    "failure-shape": _failure_shape,
    "not-presented": _not_presented,
    "media-type": _media_type,
    "status": _status,
}
