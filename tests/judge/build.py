"""Evidence made by hand: cases of the invented catalog, answers as the strict parser would return them."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from slack_conformance.judge.model import Shown
from slack_conformance.wire.answer import Answer
from slack_conformance.wire.flaws import Flaw
from tests.invented import INVENTED

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Case, Method

CASES = {case.id: case for case in INVENTED.cases}
SILENCE = Answer(flaw=Flaw.NOTHING, why="the connection was closed without an answer")
GARBLED = Answer(502, "Bad Gateway", (), b"<html>", flaw=Flaw.JSON, why="the body is HTML, not JSON: x")

A, B = "pizza.offer", "pizza.order"


def case(name: str, **changes: Any) -> Case:  # noqa: ANN401 - as the class has them
    """Return the case with this id, changed."""
    return dataclasses.replace(CASES[name], **changes)


def method(case: Case) -> Method:
    """Return the method of a case."""
    return INVENTED.methods[case.method]


def answer(outcome: str = "ok", *, status: int = 200, headers: dict[str, str] | None = None, **more: object) -> Answer:
    """Return a usable answer: `ok` or an error code, and whatever else the document says."""
    said: dict[str, Any] = {"ok": True} if outcome == "ok" else {"ok": False, "error": outcome}
    document = {**said, **more}
    named = {"Content-Type": "application/json", **(headers or {})}
    return Answer(status, "OK", tuple(named.items()), json.dumps(document).encode(), document)


def documented(outcome: str = "ok") -> Answer:
    """Return a refusal, or a success with every field that one of the pages promises."""
    return answer(access_token="not-a-secret") if outcome == "ok" else answer(outcome)


def by_gateway(status: int) -> Answer:
    """Return the page of a gateway, with a status that stands for all that it says."""
    return Answer(status, "", (), b"<html>", flaw=Flaw.JSON, why="the body is HTML, not JSON: x")


def warned(*codes: str, outcome: str = "ok", top: str | None = None, metadata: object = None) -> Answer:
    """Return an answer with warnings in both places, unless one of them is given."""
    places: dict[str, Any] = {
        "warning": ",".join(codes) if top is None else top,
        "response_metadata": {"warnings": list(codes) if metadata is None else metadata},
    }
    return answer(outcome, **places)


def shown(case: Case, edited: Answer, base: Answer | None = None, **more: Any) -> Shown:  # noqa: ANN401 - as the class has them
    """Return what the judge is shown of an edited case; its base succeeded unless another answer is given."""
    if case.edit is not None:
        base = base or answer()
    return Shown(case, method(case), edited, base=base, **more)
