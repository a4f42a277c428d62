"""Each check of a client's behaviour can fail: an invented client does well, and then badly in one situation each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slack_conformance.sandbox import ReceivedCall

from .checks import complaints
from .model import RETRY_AFTER_S, Client, Run, Saw
from .situations import ACCESS, PERMISSIONS, WARNING

BELL = Client(
    id="bell",
    title="Bell",
    language="pizza",
    package="bell",
    note="",
    calls={PERMISSIONS: "ring()"},
    like={},
    sees={"success": "returns Ring", "refused": "raises Thud", "throttled": "waits for Retry-After; returns Ring"},
)


def call(answered: str = "ok", at: float = 0.0, injected: str | None = None) -> ReceivedCall:
    """Return a call with this answer, that came at this time."""
    return ReceivedCall(1, PERMISSIONS, "POST", (), {}, {}, None, None, None, at, at, 1, answered, injected=injected)


def run(situation: str, saw: Saw, *sent: ReceivedCall, method: str = PERMISSIONS) -> Run:
    """Return a run of the invented client."""
    return Run(BELL, method, situation, sent or (call(),), (), saw, {})


RING, THUD = Saw(returned="Ring"), Saw(raised="Thud", error="too_loud")
LATE, EARLY = ((call("slower", injected="throttled"), call(at=RETRY_AFTER_S + more)) for more in (0.1, -0.1))
REFUSED = call("too_loud")
WELL = [
    run("success", RING),
    run("success", replace(RING, fields=("access_token",)), method=ACCESS),
    run("used", THUD, REFUSED),
    run("warned", replace(RING, warning=WARNING)),
    run("warned", replace(RING, logged=(f"careful: {WARNING}",))),
    run("throttled", RING, *LATE),
    run("slow", RING),
    run("server-error", RING, call("http-503"), call()),
    run("server-error", Saw(raised="Thud"), call("http-503")),
    run("dropped-lasting", Saw(raised="Thud"), call("no-answer")),
]
BADLY = {
    "another type than promised": run("success", Saw(returned="Echo")),
    "an exception at a success": run("success", Saw(raised="Thud")),
    "an error at a success": run("slow", replace(RING, error="too_loud")),
    "a success at the second call": run("slow", RING, call("too_loud"), call()),
    "no token": run("success", RING, method=ACCESS),
    "a token of a method that issues none": run("success", replace(RING, fields=("access_token",))),
    "another code": run("used", replace(THUD, error="too_quiet"), REFUSED),
    "no code": run("used", replace(THUD, error=None), REFUSED),
    "a refusal that is returned, not raised": run("used", replace(RING, error="too_loud"), REFUSED),
    "no warning": run("warned", RING),
    "a second call too early": run("throttled", RING, *EARLY),
    "an exception instead of waiting": run("throttled", replace(THUD, retry_after="2"), LATE[0]),
    "a success out of nothing": run("server-error", RING, call("http-503")),
    "a success in a lasting failure": run("dropped-lasting", RING, call("no-answer"), call("no-answer")),
}


@pytest.mark.parametrize("good", WELL, ids=lambda good: good.situation)
def test_a_client_that_does_well_is_not_blamed(good: Run) -> None:
    assert list(complaints(good)) == []


@pytest.mark.parametrize("bad", BADLY.values(), ids=BADLY)
def test_a_client_that_does_badly_is_blamed(bad: Run) -> None:
    assert list(complaints(bad))


def test_a_retry_after_that_is_neither_obeyed_nor_told_is_owed_even_if_nothing_is_promised() -> None:
    silent = replace(run("throttled", RING, *EARLY), client=replace(BELL, sees={}))
    assert [text.startswith("Retry-After") for text in complaints(silent)] == [True]
