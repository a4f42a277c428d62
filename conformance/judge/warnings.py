"""Read the warnings of an answer: a comma-separated string at the top level, a list in `response_metadata`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..wire.answer import Answer


@dataclass(frozen=True, slots=True)
class Warnings:
    """The warnings of one answer by place; `misshapen` says what is wrong with their form, if anything."""

    top: frozenset[str] = frozenset()
    metadata: frozenset[str] = frozenset()
    misshapen: str = ""

    @property
    def any(self) -> frozenset[str]:
        """The warnings in either place."""
        return self.top | self.metadata

    @property
    def one_place_only(self) -> frozenset[str]:
        """The warnings that appear in only one of the two places."""
        return self.top ^ self.metadata


def read_warnings(answer: Answer) -> Warnings:
    """Return the warnings of an answer; an unusable answer has none."""
    top, top_wrong = _top(answer.document.get("warning"))
    metadata, metadata_wrong = _metadata(answer.document.get("response_metadata"))
    return Warnings(top, metadata, top_wrong or metadata_wrong)


def _top(value: object) -> tuple[frozenset[str], str]:
    if value is None:
        return frozenset(), ""
    if not isinstance(value, str):
        return frozenset(), "'warning' is not a string"
    codes = frozenset(code.strip() for code in value.split(",") if code.strip())
    return codes, "" if codes or not value else "'warning' names nothing"


def _metadata(value: object) -> tuple[frozenset[str], str]:
    if value is None:
        return frozenset(), ""
    if not isinstance(value, dict):
        return frozenset(), "'response_metadata' is not an object"
    codes = value.get("warnings")
    if codes is None:
        return frozenset(), ""
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        return frozenset(), "'response_metadata.warnings' is not a list of strings"
    return frozenset(codes), ""
