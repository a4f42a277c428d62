"""JSON in the report: a line for each member, and not a value changed."""

from __future__ import annotations

import json

import pytest

from slack_conformance.report.indent import indented

LONG = "x" * 70


def test_a_long_object_gets_a_line_for_each_member() -> None:
    body = f'{{"ok":true,"list":[1,{{}}],"name":"{LONG}, {{}}"}}'
    assert indented(body).split("\n") == [
        "{",
        '  "ok": true,',
        '  "list": [',
        "    1,",
        "    {}",
        "  ],",
        f'  "name": "{LONG}, {{}}"',
        "}",
    ]


@pytest.mark.parametrize(
    "body",
    [
        f'{{"a":1.0,"a":2e5,"b":"\\u00e9 \\" , ","c":[],"d":{{}},"e":[[]],"long":"{LONG}"}}',
        "[" * 50 + f'"{LONG}"' + "]" * 50,
    ],
)
def test_nothing_but_white_space_is_added(body: str) -> None:
    shown = indented(body)
    assert "\n" in shown
    assert json.loads(shown) == json.loads(body)
    assert "".join(line.strip().replace('": ', '":') for line in shown.split("\n")) == body


@pytest.mark.parametrize(
    "body", ['{"ok":true}', f'{{"ok": {LONG}', f"<p>{LONG}</p>", "[" * 6000, f'{{"a":\n"{LONG}"}}']
)
def test_what_is_short_or_no_json_stays(body: str) -> None:
    assert indented(body) == body
