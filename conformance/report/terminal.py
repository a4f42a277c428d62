"""Render the comparison of two runs as plain text for a terminal, with hostile characters escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.report.diff import Change, Diff

_TEXT = 160


def render_diff_text(changes: Diff) -> str:
    """Return a text with every change, regressions first."""
    return "\n".join(_lines(changes)) + "\n"


def _lines(changes: Diff) -> Iterator[str]:
    yield changes.sentence
    yield from (shortened(remark, _TEXT * 2) for remark in changes.remarks)
    for category, found in changes.by_category.items():
        if found:
            yield from ("", f"{category} ({len(found)})")
            for change in found:
                yield from _change(change)


def _change(change: Change) -> Iterator[str]:
    yield f"  {shortened(change.id, _TEXT)}  {change.before or 'not there'} -> {change.after or 'not there'}"
    if change.was and change.was != change.now:
        yield f"    was  {shortened(change.was, _TEXT)}"
    if change.now:
        yield f"    now  {shortened(change.now, _TEXT)}"
