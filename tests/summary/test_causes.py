"""What could not be tried, in a few lines: what helps most comes first, and nothing is lost from the counts."""

from __future__ import annotations

import pytest

from slack_conformance.results.terms import Kind
from slack_conformance.summary.causes import in_lines, obstacles
from tests.results.build import cause
from tests.summary.build import not_refused, outcome, passing, untried


def states(count: int) -> list[object]:
    """Return as many cases, each of which needs a state of its own."""
    return [
        untried(f"state_{number}", kind="no-state", text=f"Not in state {number}.", needs=f"State {number}.")
        for number in range(count)
    ]


def lines(outcomes: list[object]) -> list[str]:
    return list(in_lines(obstacles(outcomes)))  # type: ignore[arg-type]


def test_many_small_causes_of_one_kind_are_one_obstacle() -> None:
    outcomes = [
        *(untried("bad_a", str(number)) for number in range(30)),
        *states(40),
        passing("bad_b"),
        not_refused("x"),
    ]
    assert lines(outcomes) == [
        "INCONCLUSIVE  70 cases could not be tried; what helps most comes first:",
        "INCONCLUSIVE  40 cases: 40 causes alike, such as: Not in state 0.",
        "              needs: State 0.",
        "INCONCLUSIVE  30 cases: No colour.",
        "              needs: A colour.",
    ]


def test_causes_that_differ_only_in_the_method_are_one_obstacle() -> None:
    outcomes = [
        outcome("bad_a", name, "INCONCLUSIVE", method=method, cause=cause("target-down", f"{method} is down.", "A"))
        for name, method in (("one", "colour.mix"), ("two", "colour.name"), ("three", "colour.mix"))
    ]
    assert lines(list(outcomes)) == [
        "INCONCLUSIVE  3 cases: colour.mix is down. The same goes for colour.name.",
        "              needs: A",
    ]


def test_one_cause_needs_no_heading() -> None:
    assert lines([untried("bad_a")]) == ["INCONCLUSIVE  1 case: No colour.", "              needs: A colour."]
    assert lines([passing("bad_a")]) == []


@pytest.mark.parametrize("kinds", [2, 3, 7, 8, 9, 10, len(Kind)])
def test_there_are_twelve_lines_at_most(kinds: int) -> None:
    outcomes = [
        untried(f"bad_{kind}", str(number), kind=list(Kind)[kind], text=f"Reason {kind}.")
        for kind in range(kinds)
        for number in range(kinds - kind)
    ]
    told = lines(list(outcomes))
    assert len(told) <= 12
    assert sum(line.startswith("              needs:") for line in told) == min(3, kinds)
    counted = [int(line.split()[1]) for line in told[1:] if line.startswith("INCONCLUSIVE")]
    assert counted == sorted(counted, reverse=True)
    rest = [int(line.split()[1]) for line in told if line.startswith("              and ")]
    assert sum(counted) + sum(rest) == len(outcomes)


def test_the_order_of_the_cases_does_not_matter() -> None:
    outcomes = [*states(20), untried("bad_a")]
    assert lines(outcomes) == lines(outcomes[::-1])
