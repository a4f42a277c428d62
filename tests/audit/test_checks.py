"""Each check both ways, and what it must not hold against a client."""

from __future__ import annotations

from typing import Any

import pytest

from slack_conformance.audit.checks import CHECKS, Absent, Broken, Kept, Unknown
from slack_conformance.audit.observed import Observed, Session
from tests.audit.build import ASK, ASKED, EXCHANGE, EXCHANGED, FORM, TOKEN, ask, call, exchange, outcome

REFUSED: dict[str, Any] = {"answered": "too_many_toppings"}
PAIR = {"client_id": "1.2", "client_secret": "fake"}
NOBODY = {"Authorization": "Bearer None"}
THROTTLED: dict[str, Any] = {"answered": "slow_down", "retry_after": "2"}
PLAIN = Session([exchange(), ask(at=2)])

BOTH_WAYS: dict[str, tuple[list[Observed], list[Observed]]] = {
    "credentials-in-query": ([exchange()], [call(EXCHANGE, query=EXCHANGED)]),
    "credentials-twice": ([exchange()], [exchange(PAIR)]),
    "basic-preferred": ([exchange()], [call(EXCHANGE, EXCHANGED | PAIR)]),
    "charset-invalid": (
        [exchange(headers={"Content-Type": f"{FORM}; charset=ISO-8859-1"})],
        [exchange(headers={"Content-Type": f"{FORM}; charset=utf-7"})],
    ),
    "charset-superfluous": ([exchange()], [exchange(headers={"Content-Type": f"{FORM}; charset=utf-8"})]),
    "charset-missing": (
        [ask(headers={"Content-Type": "application/json; charset=utf-8"}, body="{}")],
        [ask(headers={"Content-Type": "application/json"}, body="{}")],
    ),
    "content-type-missing": ([exchange()], [exchange(headers={"Content-Type": ""})]),
    "content-type-invalid": ([exchange()], [exchange(headers={"Content-Type": "application/xml"})]),
    "form-unreadable": ([exchange()], [exchange(condition="body.broken-form", **REFUSED)]),
    "json-arguments": (
        [ask()],
        [ask(headers={"Content-Type": "application/json"}, body='{"scopes": "commands"}')],
    ),
    "unknown-argument": ([exchange()], [exchange({"colour": "red"})]),
    "array-argument": ([exchange()], [exchange({"foo[7]": "1"})]),
    "argument-name": ([exchange()], [exchange({"foo-bar": "1"})]),
    "required-argument-missing": ([ask()], [ask({"trigger_id": "undefined"})]),
    "scopes-separator": ([ask({"scopes": "channels:read, commands,"})], [ask({"scopes": "channels:read commands"})]),
    "redirect-uri-mismatch": ([exchange()], [exchange(condition="redirect_uri.mismatch", **REFUSED)]),
    "one-shot-twice": ([exchange(), exchange({"code": "other"}, at=2)], [exchange(), exchange(at=2)]),
    "failure-not-success": (
        [exchange(**REFUSED)],
        [exchange(**REFUSED), call("auth.test", headers=NOBODY, at=2)],
    ),
    "retry-after": ([ask(**THROTTLED), ask(at=3.1)], [ask(**THROTTLED), ask(at=2)]),
    "deprecated-method": ([], [ask()]),
}
"""For each rule about calls: some that keep it, and some that break it."""


@pytest.mark.parametrize("rule", BOTH_WAYS)
def test_each_rule_is_kept_and_broken(rule: str) -> None:
    good, bad = BOTH_WAYS[rule]
    if good:
        assert isinstance(outcome(rule, *good), Kept)
    found = outcome(rule, *bad)
    assert isinstance(found, Broken)
    assert found.calls


def test_the_others_compare_runs_or_look_at_the_end() -> None:
    assert CHECKS.keys() - BOTH_WAYS.keys() == {"comes-to-end", "warning-survived", "field-survived"}


@pytest.mark.parametrize("rule", ["warning-survived", "field-survived"])
def test_a_run_is_compared_with_the_plain_one(rule: str) -> None:
    met = exchange(injected="warned")
    assert isinstance(outcome(rule, met, ask(at=2), plain=PLAIN), Kept)
    assert isinstance(outcome(rule, met, plain=PLAIN), Broken)
    assert isinstance(outcome(rule, met, ask(at=2), plain=PLAIN, exit_code=3), Broken)


def test_two_calls_in_another_order_are_the_same() -> None:
    assert isinstance(outcome("warning-survived", ask(at=1), exchange(at=2), plain=PLAIN), Kept)


def test_the_end_of_a_client_is_never_held_against_it() -> None:
    assert isinstance(outcome("comes-to-end", exchange()), Kept)
    assert isinstance(outcome("comes-to-end", exchange(), exit_code=1), Unknown)
    assert isinstance(outcome("comes-to-end", exchange(), exit_code=1, plain=PLAIN), Kept)


INNOCENT = {
    "a repetition that was on its way before the answer": ("retry-after", [ask(took=1, **THROTTLED), ask(at=1.5)]),
    "another request before the time": ("retry-after", [ask(**THROTTLED), ask({"trigger_id": "2.3.fake"}, at=1.5)]),
    "a clock that differs a little": ("retry-after", [ask(**THROTTLED), ask(at=3.06)]),
    "a code sent twice at once": ("one-shot-twice", [exchange(took=1), exchange(at=1.5, **REFUSED)]),
    "a code sent again after a refusal": ("one-shot-twice", [exchange(**REFUSED), exchange(at=2)]),
    "a token that another success gave": (
        "failure-not-success",
        [exchange(**REFUSED), exchange(at=2), call("auth.test", headers=NOBODY, at=3)],
    ),
    "the next call carries a token": (
        "failure-not-success",
        [exchange(**REFUSED), call("auth.test", headers={"Authorization": f"Bearer {TOKEN}"}, at=2)],
    ),
    "one call without a token beside the failing one": (
        "failure-not-success",
        [exchange(took=1, **REFUSED), call("auth.test", headers=NOBODY, at=1.5)],
    ),
    "arguments in the query string of a GET": (
        "required-argument-missing",
        [ask(query=ASKED, body="", verb="GET")],
    ),
    "JSON, whose arguments another rule is about": (
        "required-argument-missing",
        [
            ask(
                headers={"Content-Type": "application/json"},
                body='{"scopes": "commands", "trigger_id": "1.2.fake"}',
            )
        ],
    ),
    "a charset in capitals": ("charset-invalid", [exchange(headers={"Content-Type": f'{FORM}; charset="UTF-8"'})]),
}


@pytest.mark.parametrize("what", INNOCENT)
def test_what_a_client_cannot_know_or_may_do_breaks_nothing(what: str) -> None:
    rule, calls = INNOCENT[what]
    assert isinstance(outcome(rule, *calls), Kept)


SILENT = {
    "a late answer to a success": ("one-shot-twice", [exchange(injected="slow"), exchange(at=9, **REFUSED)]),
    "no token before anything fails": (
        "failure-not-success",
        [call("auth.test", headers=NOBODY), exchange(at=2, **REFUSED), call("auth.test", headers=NOBODY, at=3)],
    ),
    "nothing refused": ("failure-not-success", [exchange()]),
    "nothing throttled": ("retry-after", [ask()]),
    "a body that cannot be read": (
        "required-argument-missing",
        [ask(headers={"Content-Type": "text/plain"}, body="scopes=commands")],
    ),
    "no body": ("content-type-missing", [ask(query=ASKED, body="", verb="GET")]),
}


@pytest.mark.parametrize("what", SILENT)
def test_a_rule_that_does_not_concern_the_client_says_so(what: str) -> None:
    rule, calls = SILENT[what]
    method = EXCHANGE if rule in {"failure-not-success", "one-shot-twice"} else ASK
    found = outcome(rule, *calls, method=method)
    assert isinstance(found, Absent)
    assert found.text.endswith(".")


UNKNOWN = {
    "nothing succeeded": ("one-shot-twice", [exchange(**REFUSED)]),
    "no redirect_uri, though the code has one": (
        "redirect-uri-mismatch",
        [exchange({"redirect_uri": ""}, condition="redirect_uri.mismatch", **REFUSED)],
    ),
    "nothing compared": ("redirect-uri-mismatch", [exchange(condition="code.unknown", **REFUSED)]),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_cannot_be_said_names_what_would_help(what: str) -> None:
    rule, calls = UNKNOWN[what]
    found = outcome(rule, *calls)
    assert isinstance(found, Unknown)
    assert found.needs.endswith((".", "="))


@pytest.mark.parametrize("word", ["", "None", "undefined", "null", "[object Object]"])
def test_words_for_nothing_are_no_token(word: str) -> None:
    bearer = call("auth.test", headers={"Authorization": f"Bearer {word}"}, at=2)
    parameter = call("auth.test", {"token": word}, at=2)
    for one in (bearer, parameter):
        assert isinstance(outcome("failure-not-success", exchange(**REFUSED), one), Broken)
        missing = ask(headers={"Authorization": f"Bearer {word}"})
        assert isinstance(outcome("required-argument-missing", missing), Broken)
