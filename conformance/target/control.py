"""Client of a target's control API, version 1: create worlds, read their journals, advance their clocks.

`ControlClient` knows the API; a `Caller` carries a single call to it and back: over HTTP (`HttpCaller`), within this
process (`prove`), or nowhere (the plan, which makes the answers up).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from ..results.terms import Kind
from ..wire.answer import json_object
from ..wire.flaws import Unusable
from ..wire.request import Request
from .world import Unreachable, World

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..wire.sender import Sender

VERSION = 1
_LONGEST = 200
_CREATED, _GOOD, _UNPROCESSABLE = 201, 200, 422
NEEDS = "A control API that answers like `slack-conformance serve --control`."


class Caller(Protocol):
    """Carries calls to a control API."""

    def __call__(self, verb: str, path: str, content: Mapping[str, Any] | None, /) -> tuple[int, Mapping[str, Any]]:
        """Return the status of the answer and its JSON object. Raises `Unreachable` if there is no such answer."""


class ControlClient:
    """Calls a control API; `count` is the number of calls so far."""

    def __init__(self, caller: Caller, names: Collection[str] = ()) -> None:
        """Take what carries the calls, and the allowed names of values in a world; none allows any."""
        self._caller, self._names = caller, names
        self.count = 0

    def new_world(self, method: str, state: str, one_shot: int) -> World:
        """Create a world. Raises `Unreachable` if the target cannot, or answers something unexpected."""
        wanted = {"state": state, "method": method, "one_shot": one_shot}
        status, document = self._call("POST", "/worlds", wanted)
        if status == _UNPROCESSABLE and document.get("problem") == "unknown-state":
            text = f"The target's control API does not know the state {state!r}."
            raise Unreachable(
                Kind.NO_STATE, text, f"A control API, or a [state.{state}] in the profile, that gives it."
            )
        values = document.get("values")
        if status != _CREATED or not isinstance(values, dict) or not isinstance(document.get("world"), str):
            raise Unreachable(Kind.CONTROL, f"The control API answered {status} to a request for a world.", NEEDS)
        unknown = sorted(values.keys() - set(self._names)) if self._names else []
        if unknown:
            text = f"The control API gave values that no request uses: {', '.join(map(repr, unknown))[:_LONGEST]}."
            raise Unreachable(Kind.CONTROL, text, NEEDS)
        steady = {name: value for name, value in values.items() if isinstance(value, str)}
        fresh = {name: [str(one) for one in value] for name, value in values.items() if isinstance(value, list)}
        for name, value in (*steady.items(), *((name, one) for name, each in fresh.items() for one in each)):
            if not value.isprintable():
                text = f"The control API gave a {name} with a control character in it, which no request can carry."
                raise Unreachable(Kind.CONTROL, text, NEEDS)
        return World(state, steady, fresh, minted=True, id=document["world"])

    def problem(self) -> str:
        """Return why there is no control API of this version; empty if there is one."""
        try:
            status, document = self._call("GET", "", None)
        except Unreachable as error:
            return error.cause.text
        if status != _GOOD:
            return f"The control API answered {status} when it was asked for its version."
        found = document.get("version")
        return (
            "" if found == VERSION else f"The control API names the version {found!r}, and this suite knows {VERSION}."
        )

    def journal(self, world: str) -> Mapping[str, Any]:
        """Return the journal of a world: calls, permission requests, events."""
        return self._look("GET", world, None)

    def advance(self, world: str, seconds: int) -> Mapping[str, Any]:
        """Advance the clock of a world by this many seconds."""
        return self._look("PATCH", world, {"advance_s": seconds})

    def _look(self, verb: str, world: str, change: Mapping[str, Any] | None) -> Mapping[str, Any]:
        status, document = self._call(verb, f"/worlds/{world}", change)
        if status != _GOOD:
            raise Unreachable(Kind.CONTROL, f"The control API answered {status} to {verb} of a world.", NEEDS)
        return document

    def _call(self, verb: str, path: str, content: Mapping[str, Any] | None) -> tuple[int, Mapping[str, Any]]:
        self.count += 1
        return self._caller(verb, path, content)


class HttpCaller:
    """Calls a control API over HTTP; its answers are parsed as strictly as those of the target."""

    def __init__(self, base: str, sender: Sender, key: str | None = None) -> None:
        """Take the base URL without a trailing slash, and the bearer key if the control API needs one."""
        self._base, self._sender, self._key = base, sender, key

    def __call__(self, verb: str, path: str, content: Mapping[str, Any] | None) -> tuple[int, Mapping[str, Any]]:
        """Return the status of the answer and its JSON object. Raises `Unreachable` if there is no such answer."""
        headers = [("Authorization", f"Bearer {self._key}")] if self._key else []
        body = None
        if content is not None:
            body = json.dumps(content).encode()
            headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        answer = self._sender.send(Request(verb, self._base + path, tuple(headers), body)).answer
        if answer.status is None:
            raise Unreachable(Kind.CONTROL, f"The control API does not answer: {answer.why}.", NEEDS)
        try:
            return answer.status, json_object(answer)
        except Unusable as flaw:
            text = f"The control API answered {answer.status} with something other than a JSON object: {flaw}."
            raise Unreachable(Kind.CONTROL, text, NEEDS) from None
