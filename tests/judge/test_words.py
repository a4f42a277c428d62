"""What was expected and what came, in words; nearest codes; warnings as they are read."""

from __future__ import annotations

import dataclasses

import pytest

from slack_conformance.catalog.model import OK, RuleKind
from slack_conformance.judge import words
from slack_conformance.judge.nearest import nearest_code
from slack_conformance.judge.warnings import Warnings, read_warnings
from tests.invented import INVENTED
from tests.judge.build import GARBLED, SILENCE, A, B, answer, case, method, warned

ERROR = f"{B}.bad_address.elsewhere"


def expected(name: str, **changes: object) -> str:
    """Return what a case expects, changed."""
    tried = case(name, **changes)
    return words.expected(tried, method(tried))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (ERROR, 'error "bad_address"'),
        (f"{B}.extra-cheese.true", "ok:true"),
        (f"{A}.needless_napkin.form-utf-8", 'ok:true, with warning "needless_napkin"'),
        (f"{A}.missing_napkin.form-without-charset-is-silent", "ok:true, without a documented warning"),
        (f"{A}.missing_napkin.text-plain", 'any outcome that the page documents, with warning "missing_napkin"'),
        (
            f"{A}.missing_napkin.text-plain-with-another-charset-is-silent",
            "any outcome that the page documents, without a documented warning",
        ),
        (
            f"{A}.bad_ticket.never-issued-by-form",
            "error \"bad_ticket\" by reading 'table' of DOC-91, error \"bad_ticket_number\" by reading 'example' of DOC-91",  # noqa: E501 - one piece of text
        ),
    ],
)
def test_expected(name: str, text: str) -> None:
    assert expected(name) == text


def test_expected_says_the_own_code_first_and_other_readings_last() -> None:
    accept = frozenset({"bad_address", "allergic", "zzz", "bad_voucher", "ok"})
    readings = {"zzz": ("DOC-99", "second"), "bad_voucher": ("DOC-99", "first")}
    assert expected(ERROR, accept=accept, readings=readings) == (
        'error "bad_address" or error "allergic" or ok:true '
        "(also accepted: error \"bad_voucher\" by reading 'first' of DOC-99, error \"zzz\" by reading 'second' of DOC-99)"  # noqa: E501 - one piece of text
    )


def test_expected_tells_a_gateway_by_its_status() -> None:
    assert expected(f"{B}.kitchen_closed.closed") == (
        "error \"kitchen_closed\" by reading 'service' of DOC-98, "
        "HTTP 503 from a gateway by reading 'gateway' of DOC-98"
    )


def test_expected_names_six_at_most() -> None:
    text = expected(ERROR, accept=frozenset("abcdefgh"))
    assert text == " or ".join(f'error "{code}"' for code in "abcdef")


def test_expected_of_all_but_one_names_them() -> None:
    documented = INVENTED.methods[B].error_codes
    assert expected(ERROR, accept=documented | {OK}) == "any outcome that the page documents"
    assert expected(ERROR, accept=documented | {OK, "more"}) == "any outcome that the page documents"
    assert expected(ERROR, accept=documented).startswith('error "bad_address" or error "allergic"')


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("ok", "ok:true"),
        ("no-answer", "no answer"),
        ("unreadable", "an answer that cannot be read"),
        ("x", 'error "x"'),
    ],
)
def test_outcome_in_words(outcome: str, text: str) -> None:
    assert words.outcome_in_words(outcome) == text


def test_got() -> None:
    assert words.got(answer()) == "ok:true"
    assert words.got(answer("x")) == 'error "x"'
    assert words.got(SILENCE) == "no answer: the connection was closed without an answer"
    assert words.got(GARBLED) == "HTTP 502, an answer that cannot be read: the body is HTML, not JSON: x"
    both = warned("b", "a")
    assert words.got(both) == "ok:true"
    assert words.got(both, read_warnings(both)) == 'ok:true, with warning "a", "b"'
    assert words.got(answer(), read_warnings(answer())) == "ok:true"


@pytest.mark.parametrize(
    ("kind", "text"),
    [(RuleKind.ERROR, "error row"), (RuleKind.WARNING, "warning row"), (RuleKind.STATEMENT, "statement")],
)
def test_where(kind: RuleKind, text: str) -> None:
    tried = case(ERROR)
    tried = dataclasses.replace(tried, rule=dataclasses.replace(tried.rule, kind=kind))
    assert words.where(tried, method(tried)) == f"must, {text}, {tried.rule.place} of pizza.order.txt"


def test_nearest_code() -> None:
    codes = ["bad_voucher", "bad_badge", "no_badge"]
    assert nearest_code("bad_vouchers", codes) == "bad_voucher"
    assert nearest_code("no_badgE", iter(codes)) == "no_badge"
    assert nearest_code("zzz", codes) is None
    assert nearest_code("", codes) is None
    assert nearest_code("bad_voucher", []) is None
    assert nearest_code("invalid_a", ["invalid_b", "invalid_c"]) == "invalid_c"
    assert nearest_code("abcdefgh", ["abcdwxyz"]) is None, "half of the letters are not near"
    assert nearest_code("abcdefghij", ["abcdefwxyz"]) == "abcdefwxyz", "six of ten are"


def test_warnings_in_their_two_places() -> None:
    read = read_warnings(warned("a", "b", top=" b ,c,, "))
    assert read == Warnings(frozenset("bc"), frozenset("ab"))
    assert read.any == frozenset("abc")
    assert read.one_place_only == frozenset("ac")


def test_no_warnings() -> None:
    for quiet in (answer(), answer(response_metadata={"messages": ["a"]}), SILENCE, GARBLED):
        assert read_warnings(quiet) == Warnings()


def test_warnings_of_another_shape_are_none() -> None:
    assert read_warnings(answer(warning=7, response_metadata={"warnings": ["a"]})) == Warnings(
        frozenset(),
        frozenset("a"),
        "'warning' is not a string",
    )
    assert read_warnings(answer(warning="a", response_metadata=7)).any == frozenset("a")
    assert read_warnings(answer(warning=",")).any == frozenset()
    assert read_warnings(answer(response_metadata={"warnings": {"a": 1}})).any == frozenset()
