"""Reading warnings: a comma-separated string at the top level, a list in `response_metadata`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.wire.answer import Answer


@dataclass(frozen=True, slots=True)
class Warnings:
    """The warnings of one answer in their two places, and what is wrong with their shape (empty: nothing)."""

    top: frozenset[str] = frozenset()
    metadata: frozenset[str] = frozenset()
    misshapen: str = ""

    @property
    def any(self) -> frozenset[str]:
        """Every warning, in whichever place."""
        return self.top | self.metadata

    @property
    def one_place_only(self) -> frozenset[str]:
        """Warnings that stand in one of the two places only."""
        return self.top ^ self.metadata


def read_warnings(answer: Answer) -> Warnings:
    """Return the warnings of an answer; of an unusable one, none."""
    top, top_wrong = _top(answer.document.get("warning"))
    metadata, metadata_wrong = _metadata(answer.document.get("response_metadata"))
    return Warnings(top, metadata, top_wrong or metadata_wrong)


def _top(value: object) -> tuple[frozenset[str], str]:
    if value is None:
        return frozenset(), ""
    if not isinstance(value, str):
        return frozenset(), "'warning' is no string"
    codes = frozenset(code.strip() for code in value.split(",") if code.strip())
    return codes, "" if codes or not value else "'warning' names nothing"


def _metadata(value: object) -> tuple[frozenset[str], str]:
    if value is None:
        return frozenset(), ""
    if not isinstance(value, dict):
        return frozenset(), "'response_metadata' is no object"
    codes = value.get("warnings")
    if codes is None:
        return frozenset(), ""
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        return frozenset(), "'response_metadata.warnings' is no list of strings"
    return frozenset(codes), ""
