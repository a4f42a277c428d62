"""Faults of rate limiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.deviations import replies
from conformance.sandbox.deviations.kinds import Answers

if TYPE_CHECKING:
    from conformance.sandbox.context import Context


def _throttled(context: Context) -> bool:
    return context.condition == "rate.exceeded"


FAULTS = (
    Answers(
        rule="retry-after",
        fault="missing",
        summary="Nothing says when to try again.",
        change=replies.with_header("retry-after", None),
        when=_throttled,
    ),
    Answers(
        rule="retry-after",
        fault="unreadable",
        summary="When to try again is said in words.",
        change=replies.with_header("retry-after", "soon"),
        when=_throttled,
    ),
    Answers(
        rule="retry-after",
        fault="negative",
        summary="The time to wait is less than nothing.",
        change=replies.with_header("retry-after", "-1"),
        when=_throttled,
    ),
    Answers(
        rule="wait-is-enough",
        fault="too-short",
        summary="The time that is named is not enough.",
        change=replies.with_header("retry-after", "1"),
        when=_throttled,
    ),
)
