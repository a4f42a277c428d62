"""The proof of the explanations: the nearest request to each refused one is sent, by its curl line, and succeeds."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.lab.prove.local import LocalCaller
from slack_conformance.sandbox import ReceivedCall, Sandbox
from slack_conformance.target.control import ControlClient
from slack_conformance.target.profile import profile_of_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slack_conformance.catalog.model import Case
    from slack_conformance.sandbox.explain import Explanation
    from slack_conformance.sandbox.facts import WorldFacts

pytestmark = pytest.mark.slow
CATALOG = load_catalog()


@dataclass(frozen=True)
class Explained:
    """A call of a case that was refused or warned about, its explanation, and what the nearest request was answered."""

    case: Case
    call: ReceivedCall
    explanation: Explanation
    answer: dict[str, Any] | None

    def __str__(self) -> str:
        """Return everything that a failure of the tests has to show."""
        return f"{self.case.id}\n{self.explanation}\n  answer   {self.answer}\n"


@pytest.fixture(scope="module")
def explained() -> Iterator[list[Explained]]:
    """Run every case, and send the nearest request to each call that was refused or warned about."""
    with pytest.MonkeyPatch.context() as patch, Sandbox(CATALOG) as sandbox:
        patch.setattr(sandbox.worlds, "delete", lambda _name: True)
        yield list(_explained(sandbox))


def _explained(sandbox: Sandbox) -> Iterator[Explained]:
    calls: list[tuple[ReceivedCall, WorldFacts | None]] = []
    sandbox.observe(lambda call, world: calls.append((call, world)))
    control = ControlClient(LocalCaller(sandbox, CATALOG))
    with sandbox.world() as spare, Engine(CATALOG, profile_of_url(sandbox.url, "sandbox"), control=control) as engine:
        for case in CATALOG.cases:
            engine.run(case)
            received = list(calls)
            for call, world in received:
                # A call without a known credential is explained with the values of a world that its author names.
                explanation = spare.explain(call) if world is None else sandbox.explain(call)
                if explanation is not None:
                    yield Explained(case, call, explanation, _answer(explanation, world))
            calls.clear()


def _answer(explanation: Explanation, world: WorldFacts | None) -> dict[str, Any] | None:
    """Send the nearest request as its line says, when the time has come for it."""
    if explanation.nearest is None:
        return None
    if world is not None:
        world.clock.advance(explanation.nearest.wait_s)
    sent = subprocess.run(["sh", "-c", explanation.nearest.curl], capture_output=True, text=True, check=False)  # noqa: S603, S607
    answer = json.loads(sent.stdout) if sent.stdout.startswith("{") else {"error": sent.stdout + sent.stderr}
    assert isinstance(answer, dict)
    return answer


def test_in_a_healthy_world_the_nearest_request_to_every_refused_one_succeeds(explained: list[Explained]) -> None:
    healthy = [one for one in explained if not one.case.states]
    failed = [one for one in healthy if one.answer is None or not one.answer.get("ok")]
    assert not failed, "\n".join(map(str, failed))
    assert len({one.case.id for one in healthy}) > 400


def test_every_explanation_names_the_rule_and_its_place(explained: list[Explained]) -> None:
    for one in explained:
        rule = next(rule for rule in CATALOG.rules if rule.id == one.explanation.rule)
        assert rule.code in {one.call.answered, *one.call.warnings}
        assert (rule.place, f"{rule.method}.txt") == (one.explanation.place, one.explanation.page)


def test_no_explanation_promises_too_much(explained: list[Explained]) -> None:
    """Whatever the state is: a nearest request succeeds, or there is none and the explanation says what is needed."""
    failed = [one for one in explained if one.answer is not None and not one.answer.get("ok")]
    assert not failed, "\n".join(map(str, failed))
    without = {one.explanation.right for one in explained if one.answer is None}
    assert any("a world" in right for right in without)


def test_a_warned_call_has_a_nearest_one_without_the_warning(explained: list[Explained]) -> None:
    warned = [one for one in explained if one.call.ok]
    assert len(warned) > 5
    assert not [str(one) for one in warned if one.answer is None or "warning" in one.answer]


def test_no_explanation_reaches_a_terminal_or_shell_unescaped(explained: list[Explained]) -> None:
    """Whatever a call held: no control character, and a line that is one line."""
    for one in explained:
        assert all(line.isprintable() for line in str(one.explanation).split("\n")), str(one.explanation)
        assert "\n" not in (one.explanation.nearest.curl if one.explanation.nearest else "")
