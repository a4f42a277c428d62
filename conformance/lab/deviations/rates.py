"""Faults of rate limiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.lab.deviations import replies
from conformance.lab.deviations.kinds import Answers

if TYPE_CHECKING:
    from conformance.sandbox.context import Context


def _throttled(context: Context) -> bool:
    return context.condition == "rate.exceeded"


FAULTS = (
    Answers(
        rule="retry-after",
        fault="missing",
        summary="Retry-After is missing.",
        change=replies.with_header("retry-after", None),
        when=_throttled,
    ),
    Answers(
        rule="retry-after",
        fault="unreadable",
        summary="Retry-After is not a number but words.",
        change=replies.with_header("retry-after", "soon"),
        when=_throttled,
    ),
    Answers(
        rule="retry-after",
        fault="negative",
        summary="Retry-After is negative.",
        change=replies.with_header("retry-after", "-1"),
        when=_throttled,
    ),
    Answers(
        rule="wait-is-enough",
        fault="too-short",
        summary="After the time in Retry-After the request is still refused.",
        change=replies.with_header("retry-after", "1"),
        when=_throttled,
    ),
)
