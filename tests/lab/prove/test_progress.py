"""A bar where somebody watches, plain lines elsewhere."""

from __future__ import annotations

import io

from slack_conformance.lab.prove.model import TrialStanding
from slack_conformance.lab.prove.progress import EVERY, ProofProgress
from tests.lab.prove.build import outcome


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_plain_lines_come_now_and_then_and_at_the_end() -> None:
    stream = io.StringIO()
    progress = ProofProgress(EVERY + 1, stream)
    for _ in range(EVERY + 1):
        progress.step(outcome())
    progress.end()
    assert stream.getvalue().splitlines() == [
        f"{EVERY} of {EVERY + 1} deviations tried, {EVERY} killed",
        f"{EVERY + 1} of {EVERY + 1} deviations tried, {EVERY + 1} killed",
    ]


def test_what_was_not_killed_is_printed_at_once() -> None:
    stream = io.StringIO()
    ProofProgress(10, stream).step(outcome(standing=TrialStanding.VOID))
    assert stream.getvalue().startswith("void: pizza.order.bad_address--not-enforced")


def test_a_terminal_has_a_bar_that_is_taken_away() -> None:
    stream = Terminal()
    progress = ProofProgress(2, stream)
    progress.step(outcome())
    progress.end()
    text = stream.getvalue()
    assert "#" in text
    assert " 1/2, 1 killed" in text
    assert text.endswith("\r\x1b[K")
