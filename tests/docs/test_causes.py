"""docs/reports.md names every kind of cause, and says what helps."""

import re
from pathlib import Path

from slack_conformance.results.terms import Kind

PAGE = Path(__file__).parents[2] / "docs" / "reports.md"
ROWS = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_lists_every_kind_in_the_order_of_the_enum() -> None:
    assert [kind for kind, _, _ in ROWS] == [str(kind) for kind in Kind]


def test_each_kind_has_a_sentence_and_what_helps() -> None:
    assert [kind for kind, happened, helps in ROWS if not (happened.strip().endswith(".") and helps.strip())] == []
