"""Exceptions and exit codes by which verdicts reach pytest."""

from __future__ import annotations

from enum import IntEnum


class Violation(AssertionError):  # noqa: N818 - the word for what the target did
    """The target breaks a documented rule; the text is the redacted proof."""


class NotExercised(Exception):  # noqa: N818 - not an error of the suite: the case could not be exercised
    """A case could not be exercised, so nothing is known of its rule; the text says why and what would help."""


class EngineError(Exception):
    """A fault of the suite itself; the text is redacted."""


class Exit(IntEnum):
    """Exit codes; where several apply, the first in this order wins."""

    SECRET = 12
    ENGINE = 3
    INTERRUPTED = 2
    USAGE = 4
    NO_TESTS = 5
    FAIL = 1
    BASELINE = 11
    INCONCLUSIVE = 10
    GOOD = 0


def exit_code(*reasons: int) -> int:
    """Return the exit code that wins among these; a code that is not one of `Exit` was set on purpose, and wins."""
    order = [int(code) for code in Exit]
    foreign = next((int(reason) for reason in reasons if reason not in order), None)
    return foreign if foreign is not None else min(map(int, reasons), key=order.index, default=int(Exit.GOOD))
