"""The life of triggers and codes, as a state machine: whatever is done in whatever order, answers and journal agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from slack_conformance.sandbox import Sandbox

from .conftest import OAUTH, PERMISSIONS, Client, World

if TYPE_CHECKING:
    from collections.abc import Mapping

TRIGGER_LIVES_S, CODE_LIVES_S = 3, 600
EACH = 3
"""How many triggers and codes a world has."""
STEPS = 18
"""Fewer than the requests that any tier lets through in a minute."""
DECIDED = {"approve": ("approved", "scope_granted"), "deny": ("denied", "scope_denied"), "ignore": ("ignored", None)}
PRESENTATIONS: list[tuple[str, dict[str, str], dict[str, str], str]] = [
    ("without a token", {}, {"Authorization": ""}, "not_authed"),
    ("with an unknown token", {}, {"Authorization": "Bearer xoxa-fake-never-issued"}, "invalid_auth"),
    ("for a scope that does not exist", {"scopes": "no-such:scope"}, {}, "invalid_scope"),
    ("for scopes of two types", {"scopes": "channels:read,identity.basic"}, {}, "mixed_scope"),
    ("without scopes", {"scopes": ""}, {}, "invalid_arguments"),
    ("with an array", {"note[]": "1"}, {}, "invalid_array_arg"),
    ("with a strange name", {"no-te": "1"}, {}, "invalid_arg_name"),
]
EXCHANGES: list[tuple[str, dict[str, str], str]] = [
    ("with a wrong secret", {"client_secret": "not-a-secret"}, "bad_client_secret"),
    ("without a secret", {"client_secret": ""}, "bad_client_secret"),
    ("with an array", {"note[]": "1"}, "invalid_array_arg"),
    ("with a code that was never issued", {"code": "1.2.never-issued"}, "invalid_code"),
]


@dataclass
class Model:
    """What should be true in one world."""

    world: World
    now: float = 0.0
    used: set[str] = field(default_factory=set)
    calls: list[dict[str, str]] = field(default_factory=list)
    decisions: list[str | None] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def outcome(self, value: str, lives_s: float, spent: str, expired: str) -> str:
        """Return the outcome of a valid request, by the life of its one-shot value."""
        if value in self.used:
            return spent
        return expired if self.now >= lives_s else "ok"


class Life(RuleBasedStateMachine):
    """Worlds, uses, refused uses, time and decisions; every answer and every journal is compared with the model."""

    worlds: Bundle[Model] = Bundle("worlds")
    client: Client

    def __init__(self) -> None:
        """Start without a world."""
        super().__init__()
        self.models: list[Model] = []

    @rule(target=worlds)
    def is_made(self) -> Model:
        """Make a world."""
        model = Model(self.client.world(one_shot=EACH))
        self.models.append(model)
        return model

    @rule(model=worlds, use=st.integers(0, EACH - 1))
    def asks_for_permissions(self, model: Model, use: int) -> None:
        """Use a trigger, for the first time or again, in time or late."""
        trigger = model.world.values["trigger"][use]
        expected = model.outcome(trigger, TRIGGER_LIVES_S, "trigger_exchanged", "invalid_trigger")
        self._expect(model, PERMISSIONS, model.world.permissions(use), model.world.bearer, expected)
        if expected == "ok":
            model.used.add(trigger)
            model.decisions.append(None)

    @rule(model=worlds, use=st.integers(0, EACH - 1), how=st.sampled_from(PRESENTATIONS))
    def asks_in_vain(self, model: Model, use: int, how: tuple[str, dict[str, str], dict[str, str], str]) -> None:
        """Send a trigger along with something else that is wrong: that uses nothing up and presents nothing."""
        _, changed, headers, expected = how
        form = {**model.world.permissions(use), **changed}
        self._expect(model, PERMISSIONS, form, {**model.world.bearer, **headers}, expected)

    @rule(model=worlds, other=worlds, use=st.integers(0, EACH - 1))
    def borrows_a_trigger(self, model: Model, other: Model, use: int) -> None:
        """Use the trigger of another world: here it was never issued, and there it is not used up."""
        if model is not other:
            form = {**model.world.permissions(use), "trigger_id": other.world.values["trigger"][use]}
            self._expect(model, PERMISSIONS, form, model.world.bearer, "invalid_trigger")
            other.calls.append(model.calls[-1])

    @rule(model=worlds, use=st.integers(0, EACH - 1))
    def exchanges(self, model: Model, use: int) -> None:
        """Exchange a code, for the first time or again, in time or late."""
        code = model.world.values["code"][use]
        expected = model.outcome(code, CODE_LIVES_S, "code_already_used", "invalid_code")
        document = self._expect(model, OAUTH, model.world.oauth(use), {}, expected)
        if expected == "ok":
            model.used.add(code)
            assert document["access_token"] != model.world.values["token"]

    @rule(model=worlds, use=st.integers(0, EACH - 1), how=st.sampled_from(EXCHANGES))
    def exchanges_in_vain(self, model: Model, use: int, how: tuple[str, dict[str, str], str]) -> None:
        """Send a code along with something else that is wrong: that uses nothing up."""
        _, changed, expected = how
        self._expect(model, OAUTH, {**model.world.oauth(use), **changed}, {}, expected)

    @rule(model=worlds, seconds=st.sampled_from([0, 1, 2, 2.5, 3, 599, 600]))
    def waits(self, model: Model, seconds: float) -> None:
        """Let time pass in one world, and in no other."""
        self.client.journal(model.world, advance_s=seconds)
        model.now += seconds

    @rule(model=worlds, decision=st.sampled_from(sorted(DECIDED)))
    def decides(self, model: Model, decision: str) -> None:
        """Let the user decide about what is still open."""
        self.client.journal(model.world, decide=decision)
        outcome, event = DECIDED[decision]
        model.events += [event] * model.decisions.count(None) if event else []
        model.decisions = [outcome if held is None else held for held in model.decisions]

    @rule(model=consumes(worlds))
    def is_dropped(self, model: Model) -> None:
        """Drop a world: nothing of it is known any more."""
        assert self.client.controlled("DELETE", f"/worlds/{model.world.id}").status == 204
        self.models.remove(model)
        answer = self.client.call(PERMISSIONS, model.world.permissions(), headers=model.world.bearer)
        assert answer.outcome == "invalid_auth"

    @invariant()
    def journals_agree(self) -> None:
        """Compare every world's journal with the model."""
        for model in self.models:
            journal = self.client.journal(model.world)
            assert [{name: call[name] for name in ("method", "answered")} for call in journal["calls"]] == model.calls
            assert [one["decision"] for one in journal["permission_requests"]] == model.decisions
            assert [event["event"]["type"] for event in journal["events"]] == model.events

    def _expect(
        self, model: Model, method: str, form: Mapping[str, str], headers: Mapping[str, str], expected: str
    ) -> dict[str, Any]:
        answer = self.client.call(method, form, headers=headers)
        assert answer.outcome == expected
        model.calls.append({"method": method, "answered": expected})
        return answer.document


@pytest.mark.slow
def test_triggers_and_codes_live_as_they_should() -> None:
    with Sandbox() as sandbox:
        Life.client = Client(sandbox)
        Life.TestCase.settings = settings(
            max_examples=25,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        Life.TestCase("runTest").runTest()
        assert sandbox.failures == []
