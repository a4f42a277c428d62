"""The control API: create worlds in a state, read their journals, advance their clocks, decide for their users.

Without a key, anyone who can connect may use it. A web page that is open on the same machine can connect too, so three
kinds of request are refused: one with an Origin header, one whose Host is a name that an attacker's name server could
resolve to this machine (DNS rebinding), and one with a body that is not JSON, which browsers send without a preflight.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import math
import time
from typing import TYPE_CHECKING, Any

from .reply import Reply
from .states import STATES
from .worlds import EXPIRES_S, MOST_ONE_SHOT, ONE_SHOT_KINDS, STANDING, names_for, values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..catalog.model import Catalog
    from .explain import Explainer, Explanation
    from .facts import WorldFacts
    from .intake import Received
    from .journal import PermissionRequest, ReceivedCall
    from .worlds import WorldStore

ROOT = "/conformance/v1"
VERSION = 1
CAN = ("advance", "decide")
LONGEST_ADVANCE_S = 10_000_000
MOST_EXPLAINED = 50
"""How many refused calls of a journal are explained, the last ones."""
MOST_SHOWN = 50
"""How many arguments and headers of a call a journal shows."""
LONGEST_SHOWN = 500
"""The longest text of a call that a journal shows whole."""
_HEADERS = (("content-type", "application/json; charset=utf-8"), ("cache-control", "no-store"))


DECISIONS: dict[str, tuple[str, str | None]] = {
    "approve": ("approved", "scope_granted"),
    "deny": ("denied", "scope_denied"),
    "ignore": ("ignored", None),
}
"""The resulting status of each decision and the event that it emits, if any."""


class ControlError(Exception):
    """A request to the control API that cannot be carried out."""

    def __init__(self, status: int, problem: str, **details: object) -> None:
        """Take the HTTP status, the kind of problem and details that help to fix it."""
        super().__init__(problem)
        self.reply = _json(status, {"problem": problem, **details})


class ControlApi:
    """Answers the five operations of the control API on its two paths."""

    def __init__(
        self, catalog: Catalog, worlds: WorldStore, key: str | None, explainer: Explainer | None = None
    ) -> None:
        """Serve these worlds; if there is a key, only to clients that send it. The explainer explains refused calls."""
        self._catalog, self._worlds, self._key, self._explainer = catalog, worlds, key, explainer
        self._states = sorted({"healthy", *catalog.states} & STATES.keys(), key=lambda name: (name != "healthy", name))

    def answer(self, request: Received) -> Reply:
        """Answer one request."""
        try:
            self._admit(request)
            return self._route(request)
        except ControlError as problem:
            return problem.reply
        except RecursionError:
            # A document may be just flat enough to be read, and too deep to be quoted in the answer.
            return _bad_json().reply

    def _admit(self, request: Received) -> None:
        media_type = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
        if request.body and media_type != "application/json":
            raise ControlError(415, "not-json", hint="Send a JSON object as application/json.")
        if self._key is None:
            if request.header("Origin") is not None:
                raise ControlError(403, "from-a-web-page", hint="Requests with an Origin header need a key.")
            if not _is_address(request.header("Host")):
                raise ControlError(403, "unknown-host", hint="Use the IP address, or localhost, in the URL.")
            return
        given = (request.header("Authorization") or "").encode()
        if not hmac.compare_digest(given, f"Bearer {self._key}".encode()):
            raise ControlError(401, "unauthorised", hint="Send the key as Authorization: Bearer KEY.")

    def _route(self, request: Received) -> Reply:
        if not request.complete:
            raise ControlError(400, "cut-body")
        path = request.path.rstrip("/")
        if path == ROOT:
            return self._by_verb(request, {"GET": self._root})
        collection, _, name = path.removeprefix(ROOT).removeprefix("/").partition("/")
        if not path.startswith(f"{ROOT}/") or collection != "worlds" or "/" in name:
            raise ControlError(
                404, "unknown-path", path=request.path, known=[ROOT, f"{ROOT}/worlds", f"{ROOT}/worlds/ID"]
            )
        if not name:
            return self._by_verb(request, {"POST": self._create})
        world = self._worlds.get(name)
        if world is None:
            raise ControlError(404, "unknown-world", world=name)
        return self._by_verb(
            request,
            {
                "GET": lambda _request: _json(200, journal_of(world, self._explainer)),
                "PATCH": lambda request: self._change(world, request),
                "DELETE": lambda _request: self._delete(world),
            },
        )

    def _by_verb(self, request: Received, verbs: dict[str, Callable[[Received], Reply]]) -> Reply:
        if request.verb not in verbs:
            raise ControlError(405, "unknown-verb", verb=request.verb, known=sorted(verbs))
        return verbs[request.verb](request)

    def _root(self, _request: Received) -> Reply:
        methods = sorted(self._catalog.methods)
        return _json(200, {"version": VERSION, "methods": methods, "states": self._states, "can": list(CAN)})

    def _create(self, request: Received) -> Reply:
        asked = _object(request, {"state", "method", "one_shot"})
        state, method, one_shot = asked.get("state", "healthy"), asked.get("method"), asked.get("one_shot", 1)
        if state not in self._states:
            raise ControlError(422, "unknown-state", state=state, known=self._states)
        methods = sorted(self._catalog.methods)
        if method is not None and method not in methods:
            raise ControlError(422, "unknown-method", method=method, known=methods)
        if isinstance(one_shot, bool) or not isinstance(one_shot, int) or not 0 <= one_shot <= MOST_ONE_SHOT:
            raise ControlError(422, "bad-one-shot", one_shot=one_shot, least=0, most=MOST_ONE_SHOT)
        names = names_for(self._catalog.methods[method] if method is not None else None)
        kinds = [kind for kind in ONE_SHOT_KINDS if kind in names]
        world = self._worlds.create(state, one_shot, kinds)
        values = {name: value for name, value in values_of(world).items() if name in names}
        return _json(201, {"world": world.id, "values": values, "expires_s": EXPIRES_S})

    def _change(self, world: WorldFacts, request: Received) -> Reply:
        asked = _object(request, {"decide", "advance_s"})
        if len(asked) != 1:
            raise ControlError(422, "one-change-at-a-time", known=["advance_s", "decide"])
        with world.lock:
            if "advance_s" in asked:
                seconds = asked["advance_s"]
                number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
                if not number or not 0 <= seconds <= LONGEST_ADVANCE_S:
                    raise ControlError(422, "bad-advance", advance_s=seconds, least=0, most=LONGEST_ADVANCE_S)
                world.clock.advance(seconds)
            elif not decided(world, asked["decide"], self._worlds.identify):
                raise ControlError(422, "unknown-decision", decide=asked["decide"], known=["approve", "deny", "ignore"])
            return _json(200, journal_of(world, self._explainer))

    def _delete(self, world: WorldFacts) -> Reply:
        if world.id == STANDING:
            raise ControlError(409, "standing-world", hint="It stays as long as the sandbox; make worlds to delete.")
        self._worlds.delete(world.id)
        return Reply(status=204, headers=())


def _is_address(authority: str | None) -> bool:
    """Return whether the host is an IP address, `localhost` or not named at all, whatever the port."""
    if authority is None:  # no browser leaves it out
        return True
    host = authority.rpartition("]")[0].removeprefix("[") or authority.partition(":")[0]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    return True


def decided(world: WorldFacts, decision: object, identify: Callable[[str], str]) -> bool:
    """Apply the user's decision to every open request; return `False` if the decision is unknown."""
    if not isinstance(decision, str) or decision not in DECISIONS:
        return False
    outcome, event = DECISIONS[decision]
    for request in world.journal.permission_requests:
        if request.decision is not None:
            continue
        request.decision = outcome
        if decision == "approve":
            world.token.scopes.extend(scope for scope in request.scopes if scope not in world.token.scopes)
        if event is not None:
            world.journal.events.append(_event(world, request, event, identify("Ev")))
    return True


def _event(world: WorldFacts, request: PermissionRequest, name: str, event_id: str) -> dict[str, object]:
    return {
        "token": "fake-verification-token",
        "team_id": world.workspace.id,
        "api_app_id": world.app.id,
        "event": {"type": name, "scopes": request.scopes, "trigger_id": request.trigger},
        "type": "event_callback",
        "authed_teams": [],
        "event_id": event_id,
        "event_time": int(time.time()),
    }


def journal_of(world: WorldFacts, explainer: Explainer | None = None) -> dict[str, object]:
    """Return the journal of a world as JSON data; the explainer explains the last `MOST_EXPLAINED` refused calls."""
    with world.lock:
        calls = list(world.journal.calls)
        refused = {call.number for call in [one for one in calls if not one.ok or one.warnings][-MOST_EXPLAINED:]}
        return {
            "calls": [_call(call, world, explainer if call.number in refused else None) for call in calls],
            "permission_requests": [
                {"scopes": request.scopes, "decision": request.decision}
                for request in world.journal.permission_requests
            ],
            "events": list(world.journal.events),
        }


def _call(call: ReceivedCall, world: WorldFacts, explainer: Explainer | None) -> dict[str, object]:
    arguments = list(call.arguments.items())[:MOST_SHOWN]
    explanation = explainer.explain(call, world) if explainer is not None else None
    return {
        "method": _shortened(call.method),
        "answered": call.answered,
        "verb": call.verb,
        "arguments": {_shortened(name): _shortened(value) for name, value in arguments},
        "headers": [[_shortened(name), _shortened(value)] for name, value in call.headers[:MOST_SHOWN]],
        "status": call.status,
        "warnings": list(call.warnings),
        "condition": call.condition,
        "explanation": _explanation(explanation),
    }


def _explanation(explanation: Explanation | None) -> dict[str, object] | None:
    if explanation is None:
        return None
    return {
        "rule": explanation.rule,
        "place": f"{explanation.place} of {explanation.page}" if explanation.rule else None,
        "sent": explanation.sent,
        "right": explanation.right,
        "nearest": explanation.nearest.curl if explanation.nearest else None,
    }


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def _object(request: Received, known: set[str]) -> dict[str, Any]:
    """Return the body's JSON object; an empty body is an empty object."""
    try:
        content = json.loads(request.body or b"{}", parse_constant=_finite, parse_float=_finite)
    except ValueError:
        raise _bad_json() from None
    if not isinstance(content, dict):
        raise _bad_json()
    for key in content:
        if key not in known:
            raise ControlError(422, "unknown-key", key=key, known=sorted(known))
    return content


def _bad_json() -> ControlError:
    return ControlError(400, "bad-json", hint="Send a JSON object.")


def _finite(digits: str) -> float:
    """Return the number. Raises `ValueError` for one that no JSON can hold, which an answer would have to quote."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is not a finite number")
    return number


def _json(status: int, document: dict[str, object]) -> Reply:
    return Reply(status=status, headers=_HEADERS, body=json.dumps(document).encode())
