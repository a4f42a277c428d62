"""The hooks that deviations hang on: each is called, and its effect is noted if it changed something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox import Deviation, Sandbox

if TYPE_CHECKING:
    from slack_conformance.sandbox.context import Context

CATALOG = load_catalog()


def asked(deviation: Deviation) -> tuple[dict[str, object], Sandbox, int]:
    """Return the answer to a valid request, the sandbox, and how many users were asked."""
    with Sandbox(CATALOG, control=False, deviation=deviation) as sandbox:
        world = sandbox.worlds.create("healthy", 1, ("trigger",))
        (trigger,) = world.one_shots["trigger"]
        url = f"{sandbox.url}apps.permissions.request?scopes=commands&trigger_id={trigger}"
        request = Request(url, headers={"Authorization": f"Bearer {world.token.value}"})  # noqa: S310 - http to loopback
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return json.load(answer), sandbox, len(world.journal.permission_requests)


def test_an_innocent_request_can_be_condemned_before_anything_happens() -> None:
    class Strict(Deviation):
        def condemns(self, context: Context) -> str | None:
            return "no_permission" if context.method.name.startswith("apps.") else None

    answer, sandbox, presented = asked(Strict())
    assert answer["error"] == "no_permission"
    assert presented == 0
    assert sandbox.took_effect


def test_a_hook_that_acts_elsewhere_says_so() -> None:
    class Busy(Deviation):
        def spends(self, context: Context) -> bool:
            self.acted = True
            return super().spends(context)

    answer, sandbox, presented = asked(Busy())
    assert answer == {"ok": True}
    assert presented == 1
    assert sandbox.took_effect


def test_a_deviation_that_changes_nothing_took_no_effect() -> None:
    answer, sandbox, _ = asked(Deviation())
    assert answer == {"ok": True}
    assert not sandbox.took_effect
