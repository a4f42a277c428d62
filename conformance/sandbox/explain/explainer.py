"""Explains calls: repairs a refused request one thing at a time, until the sandbox would let it succeed.

The first repair says what was wrong. Each changed request is tried by the sandbox's own checks, without carrying it
out, so that the nearest request is one that succeeds, whatever else was wrong with the one that was sent. Nothing of
this happens while a call is answered.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from ..intake import PREFIX, Received
from .model import Explanation, Nearest, shown
from .problem import Problem, Repair
from .repairs import repair
from .sent import SentRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..api import Api
    from ..context import Context
    from ..facts import WorldFacts
    from ..journal import ReceivedCall
    from ..worlds import WorldStore

MOST_REPAIRS = 12
LONGEST_CURL = 8000
"""No nearest request has a longer line, so that explanations stay bounded."""


class Explainer:
    """Explains the calls of one sandbox."""

    def __init__(self, api: Api, worlds: WorldStore, url: Callable[[], str]) -> None:
        """Explain what this API answered from these worlds; `url` returns the base URL of the methods."""
        self._api, self._worlds, self._url = api, worlds, url

    def explain(self, call: ReceivedCall, world: WorldFacts | None = None) -> Explanation | None:
        """Return why a call was refused or warned about; `None` for a success without a warning.

        `world` is the one whose values are to be sent if no credential of the call is known.
        """
        if (call.ok and not call.warnings) or call.request is None:
            return None
        if call.method not in self._api.methods:
            names = sorted(self._api.methods)
            right = f"one of {', '.join(names)}"
            return self._explanation(call, None, Repair(shown(call.method, "the method"), right), None)
        context = self._api.tried(call.request)
        condition = self._condition(call, context)
        found = [self._repaired(call, condition, call.request, one, world) for one in context.involved or (None,)]
        first, nearest = next((one for one in found if one[1] is not None), found[0])
        if condition is None:
            first = Repair("a request that is not the reason", f"the same request: {_elsewhere(call)}")
        return self._explanation(call, condition, first, nearest)

    def example(self, method: str, world: WorldFacts) -> Nearest | None:
        """Return a request to this method that succeeds in this world; `None` if there is none."""
        return self._repaired(None, None, Received("POST", f"{PREFIX}{method}"), world, world)[1]

    def _condition(self, call: ReceivedCall, context: Context) -> str | None:
        """Return what was wrong: what the sandbox found or warned of; `None` if the request was not the reason."""
        codes = context.method.codes
        warned = (name for name in context.call.warnings if call.ok and codes.get(name) in call.warnings)
        return call.condition or next(warned, None if call.injected or call.ok else "deviation")

    def _repaired(
        self,
        call: ReceivedCall | None,
        condition: str | None,
        request: Received,
        world: WorldFacts | None,
        fallback: WorldFacts | None,
    ) -> tuple[Repair, Nearest | None]:
        """Repair a request until it succeeds; return the first repair, and the request if there is one.

        The values are those of `world`; without one, of the first that a repaired request turns out to belong to, or
        else of the fallback.
        """
        with nullcontext() if world is None else world.lock:
            sent, context = SentRequest.of(request, self._api.read(request)), self._api.tried(request)
            done: list[Repair] = []
            found = condition or context.condition
            while found is not None and len(done) < MOST_REPAIRS:
                world = world or (context.world if context.involved else None)
                done.append(repair(Problem(found, sent, context, call, world or fallback, self._worlds)))
                changed = done[-1].request
                if changed is None:
                    break
                sent, context = changed, self._api.tried(changed.received())
                found = context.condition
                if found is None and condition in context.call.warnings:
                    found = condition
            first = done[0] if done else Repair("", "", sent)
            if found is None:
                return first, self._nearest(sent, context)
            if done[-1] is not first:
                first = first._replace(right=f"{first.right}; besides, {done[-1].right}")
            return first, None

    def _nearest(self, sent: SentRequest, context: Context) -> Nearest | None:
        wait_s, curl = self._api.wait_s(context), sent.curl(self._url())
        # A value that expires while the rate limit makes its sender wait is no use.
        if len(curl) > LONGEST_CURL or any(
            value.expired(context.world.clock.now + wait_s) for value in context.one_shots
        ):
            return None
        return Nearest(sent.method, sent.verb, sent.arguments, context.delivery, curl, wait_s)

    def _explanation(
        self, call: ReceivedCall, condition: str | None, first: Repair, nearest: Nearest | None
    ) -> Explanation:
        rule = self._api.rule_of(call.method, condition) if condition is not None else None
        return Explanation(
            number=call.number,
            method=call.method,
            answered=",".join(call.warnings) if call.ok else call.answered,
            condition=condition,
            rule=rule.id if rule else None,
            page=self._api.methods[call.method].page if rule else None,
            place=rule.place if rule else None,
            sent=first.sent,
            right=first.right,
            nearest=nearest,
        )


def _elsewhere(call: ReceivedCall) -> str:
    """Return in words why a call was refused or warned about for no reason of its own."""
    if call.injected is not None:
        return f"World.inject asked for this failure, {call.injected!r}"
    return "this sandbox gives a warning that the page does not list, by its variant"
