"""Targets that look at nothing: one cause, said first, never green."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from tests.targets import closed_port, constant

if TYPE_CHECKING:
    from tests.running import Runner

WHOLE = {"success", "nothing"}
"""The answers that a whole run gets; a part of the cases shows what the others lead to."""
PART = ("by-get", "via-")

WAYS_IN = sum(base.promised for method in load_catalog().methods.values() for base in method.bases.values())
"""The documented ways in of all methods: each is tried, and what it gets is recorded and judged."""

ANSWERS = {
    "success": (b'{"ok":true}', 1, "answers every request with ok:true"),
    "one-error": (b'{"ok":false,"error":"not_authed"}', 10, 'answers every request with error "not_authed"'),
    "method-missing": (b'{"ok":false,"error":"unknown_method"}', 10, "the method is missing here"),
    "ok-a-text": (b'{"ok":"true"}', 1, "'ok' is a string, not a boolean"),
    "error-a-number": (b'{"ok":false,"error":7}', 1, "'error' is a number, not a code"),
    "html": (b"<!doctype html><title>Hello</title>", 10, "the body is HTML, not JSON"),
    "nothing": (None, 10, "gives no usable answer"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_target_that_says_the_same_to_everybody(suite: Runner, name: str) -> None:
    """The first sentence says what is the matter; at most one case for each way in and probe turns red."""
    body, code, words = ANSWERS[name]
    with constant(body) as url:
        finished = suite(f"--conformance-target={url}", *(() if name in WHOLE else ("-k", " or ".join(PART))))
    assert finished.code == code, finished.text
    assert words in finished.footer["sentence"].split(" cases: ")[0]
    assert finished.footer["counts"]["FAIL"] <= WAYS_IN
    assert finished.footer["counts"]["PASS"] == 0
    cases = [case for case in load_catalog().cases if name in WHOLE or any(part in case.id for part in PART)]
    assert sum(finished.footer["counts"].values()) == len(cases)


def test_a_closed_port(suite: Runner) -> None:
    """Nothing listens, and that is what is said, once for each method."""
    with closed_port() as url:
        finished = suite(f"--conformance-target={url}")
    assert finished.code == 10, finished.text
    assert "the connection was refused: nothing listens there" in finished.footer["sentence"]
    assert finished.text.count("nothing listens there") <= 4


def test_one_missing_method_does_not_hide_the_other(suite: Runner) -> None:
    """What can be said of one method is said, whatever the other does."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(constant(b'{"ok":false,"error":"unknown_method"}'))
        finished = suite(f"--conformance-target={url}", "-m", "oauth_access")
    assert finished.code == 10
    assert "apps.permissions.request answers" not in finished.footer["sentence"]
