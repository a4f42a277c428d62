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
    """A secret was found in a report; the file is moved aside."""
    ENGINE = 3
    """The suite itself failed, or a report could not be written."""
    INTERRUPTED = 2
    """The run was interrupted; what was recorded is kept, and the reports are marked as cut."""
    USAGE = 4
    """Wrong usage: an option, profile or baseline that cannot be used, or a folder into which another run writes."""
    NO_TESTS = 5
    """Nothing was selected, nothing was tried, or everything that was is newer than the edition."""
    FAIL = 1
    """A case is a FAIL; with --strict, a WARN counts too."""
    BASELINE = 11
    """An entry of the baseline is fixed, expired or matches nothing."""
    INCONCLUSIVE = 10
    """Something could not be tested, and nothing failed."""
    GOOD = 0
    """Everything that was selected passed."""


def exit_code(*reasons: int) -> int:
    """Return the exit code that wins among these; a code that is not one of `Exit` was set on purpose, and wins."""
    order = [int(code) for code in Exit]
    foreign = next((int(reason) for reason in reasons if reason not in order), None)
    return foreign if foreign is not None else min(map(int, reasons), key=order.index, default=int(Exit.GOOD))
