"""The headline names what is wrong first, and never praises more than was proved."""

from __future__ import annotations

from typing import Any

import pytest

from slack_conformance.results.terms import Verdict
from slack_conformance.summary.faults import faults
from slack_conformance.summary.headline import Headline
from tests.summary.build import found, not_refused, outcome

FAULTS = faults([not_refused("bad_a"), not_refused("bad_a", "two"), not_refused("bad_b")])
WARNINGS = faults([outcome("bad_a", verdict="WARN", findings=(found("media-type", "text/html", level="WARN"),))])
TITLE = "requests that should be refused with `bad_a` are accepted (2 cases of rule bad_a)"
MISSING = "the report says what is missing"
WARNING = "answers are not application/json by their Content-Type: `text/html` (1 case of rule x)"


def headline(counts: str, **more: Any) -> str:  # noqa: ANN401 - fields of a headline
    """Return the headline of a run with these counts, given as "2 PASS, 1 N/A"."""
    given = {word: int(number) for number, word in (one.split() for one in counts.split(", "))}
    return Headline("T", {verdict: given.get(str(verdict), 0) for verdict in Verdict}, **{"faults": (), **more}).text


@pytest.mark.parametrize(
    ("counts", "more", "words"),
    [
        ("269 PASS", {}, "T conforms."),
        ("2 PASS", {"partial": True}, "T conforms in what was selected."),
        ("5 PASS, 1 ENGINE, 1 FAIL", {"faults": FAULTS}, "The suite itself failed on T."),
        ("5 PASS, 3 FAIL", {"faults": FAULTS}, f"T does not conform: {TITLE}, and 1 more fault."),
        ("5 PASS, 2 FAIL, 1 WARN", {"faults": FAULTS[:1] + WARNINGS}, f"T does not conform: {TITLE}."),
        ("3 FAIL, 4 INCONCLUSIVE", {"faults": FAULTS[:1], "common": "Slow."}, f"T does not conform: {TITLE}. Slow."),
        ("5 PASS, 1 WARN", {"faults": WARNINGS}, f"T passes 5 of 6 checks, and 1 warns: {WARNING}."),
        ("2 WARN", {"faults": WARNINGS}, f"T passes 0 of 2 checks, and 2 warn: {WARNING}."),
        (
            "5 PASS, 1 WARN, 4 N/A",
            {"faults": WARNINGS},
            f"T passes 5 of the 6 checks that apply (of 10), and 1 warns: {WARNING}.",
        ),
        (
            "5 PASS, 1 WARN",
            {"faults": WARNINGS, "strict": True},
            f"T does not conform: {WARNING}; strictly, a WARN counts as a FAIL.",
        ),
        ("5 PASS, 1 KNOWN", {}, "T conforms but for 1 known deviation."),
        ("2 KNOWN", {"unproved": ("m",)}, "Nothing passed on T: it has 2 known deviations."),
        (
            "2 PASS, 126 INCONCLUSIVE",
            {},
            "T: 2 of 128 checks could be made, and passed; for the other 126 the report says what is missing.",
        ),
        (
            "9 PASS, 2 WARN, 1 KNOWN, 5 INCONCLUSIVE",
            {"faults": WARNINGS},
            f"T: 12 of 17 checks could be made: 9 passed, 2 warned, 1 known deviation; for the other 5 {MISSING}.",
        ),
        (
            "9 PASS, 5 INCONCLUSIVE, 1 N/A",
            {},
            f"T: 9 of 15 checks could be made, and passed; for 5 {MISSING}, and 1 does not apply, as the profile says.",
        ),
        ("7 INCONCLUSIVE", {"common": "Nothing listens."}, "Nothing listens. Nothing could be tested on T."),
        ("7 N/A", {"unproved": ("m",)}, "Nothing could be tested on T."),
        ("3 PASS, 266 N/A", {}, "T conforms in the 3 of 269 checks that apply, as the profile says."),
        (
            "3 PASS, 266 N/A",
            {"unproved": ("m",)},
            "T conforms in the 3 of 269 checks that apply, as the profile says. Nothing of m was proved.",
        ),
    ],
)
def test_the_headline(counts: str, more: dict[str, Any], words: str) -> None:
    assert headline(counts, **more) == words
