"""A finding as a sentence: what was sent, what came, what should have come."""

from __future__ import annotations

from typing import Any

import pytest

from slack_conformance.results.model import EditRecord, LedgerRecord
from slack_conformance.summary.missing import missing
from slack_conformance.summary.sentences import outcomes, sentence, subject
from tests.results.build import METHOD
from tests.summary.build import found, not_refused, other_code, outcome, passing, untried, way_in

EDIT = EditRecord("drop_argument", "colour")


def row(preferred: str, **readings: tuple[str, ...]) -> LedgerRecord:
    """Return a ledger row."""
    return LedgerRecord("It says two things.", (), readings, preferred, "It is newer.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("without argument colour", "`colour` left out"),
        ("argument colour = 'none'", "`colour` is `none`"),
        ("argument colour = ''", "`colour` empty"),
        ("argument colour = $colour", "`colour` is `$colour`"),
        ("one more argument size = '1'", "extra argument `size`"),
        ("argument colour is called hue[]", "`colour` named `hue[]`"),
        ("Content-Type: text/plain", "`Content-Type: text/plain`"),
        ("the same request in the state closed", "In the state `closed`"),
        ("sent again, byte for byte", "Sent again, byte for byte"),
    ],
)
def test_a_sentence_begins_with_what_was_changed(text: str, words: str) -> None:
    begins = subject(outcome("x", edit=EDIT, edit_text=text))
    assert begins[:1].upper() + begins[1:] == words[:1].upper() + words[1:]


def test_a_request_that_nothing_was_changed_in_is_named_by_its_way() -> None:
    assert subject(way_in("get")) == "Request by `get`"


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (not_refused("bad_a", edit=EDIT), "accepted, should be refused with `bad_a`"),
        (other_code("bad_a", "bad_z", edit=EDIT), "refused with `bad_z`, should be refused with `bad_a`"),
        (
            way_in("get", "FAIL", observed="bad_z", findings=(found("refused", 'error "bad_z"'),)),
            "refused with `bad_z`, should be accepted",
        ),
        (
            outcome("x", findings=(found("unreadable", "HTTP 200, an answer that cannot be read: it is empty"),)),
            "the answer cannot be read (it is empty), should be refused with `x`",
        ),
        (
            outcome("x", findings=(found("warning-missing", "none", expected='warning "odd"'),)),
            "the warning `odd` is missing",
        ),
        (outcome("x", findings=(found("retry-after-missing", "none"),)), "the `Retry-After` header is missing"),
        (
            outcome("x", findings=(found("shape", "an array of 2", expected="an object"),)),
            "came in another shape than documented (expected an object, got an array of 2)",
        ),
    ],
)
def test_it_ends_with_what_came_and_what_should_have_come(case: Any, words: str) -> None:  # noqa: ANN401 - a case
    assert sentence(case, case.findings[0], {}).partition(": ")[2] == words


@pytest.mark.parametrize("code", ["sent", "not-coped"])
def test_a_finding_about_a_client_says_what_the_client_does(code: str) -> None:
    case = outcome("x", findings=(found(code, 'it sends "colour" twice'),))
    assert sentence(case, case.findings[0], {}) == "It sends `colour` twice"


def test_the_documented_outcome_comes_first_then_the_preferred_reading() -> None:
    ledger = {"DOC-01": row("b", a=("aa",), b=("zz",)), "DOC-02": row("c", c=("mm",))}
    said = "error \"aa\" by reading 'a' of DOC-01, error \"zz\" by reading 'b' of DOC-01"
    assert outcomes(outcome("x", accept=("aa", "mm", "zz"), expected=said), ledger) == ("zz", "aa", "mm")
    assert outcomes(outcome("x", accept=("aa", "x", "zz"), expected=said), ledger) == ("x", "zz", "aa")
    own = f'error "mm" (also accepted: {said})'
    assert outcomes(outcome("x", accept=("aa", "mm", "zz"), expected=own), ledger) == ("mm", "zz", "aa")
    assert outcomes(way_in("get", accept=("aa", "ok"), expected=said), ledger) == ("ok", "aa")


def test_what_would_let_more_checks_run_is_added_up() -> None:
    cases = [
        untried("a", needs="Values for colour, size in the profile's [values], or a control API."),
        untried("b", needs="Values in the profile: size, weight in [values]; or a control API."),
        untried("c", needs="Two size or more in the profile's [values], separated by commas."),
        untried(
            "b", "two", text="There is no size (sizes.txt has none left after 9).", needs="Values for size in [values]."
        ),
        untried("d", needs="A command that prints one value and exits with 0."),
        *(untried("e", name, "no-state", needs="A [state.closed] in the profile.") for name in ("one", "two")),
        untried("f", kind="no-state", needs="A [state.open] in the profile."),
        passing("g"),
    ]
    lacks = missing(cases)
    assert (lacks.values, lacks.checks_of_values) == (("colour", "size", "weight"), 3)
    assert (dict(lacks.states), lacks.checks_of_states) == ({"closed": 2, "open": 1}, 3)
    assert [one.cases for one in lacks.others] == [1, 1]  # a list that is used up wants more, not another line
    assert lacks.values_block == '[values]\ncolour = "…"\nsize = "…"\nweight = "…"'
    assert METHOD in cases[0].id
