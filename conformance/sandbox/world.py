"""A world as the author of an app's tests sees it: its values, what the app sent, and what can happen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from ..catalog.datafile import suggestion
from .control import DECISIONS, decided
from .injections import INJECTIONS, Injection
from .worlds import ASKED_SCOPES, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .explain import Explainer, Explanation, Nearest
    from .facts import OneShot, WorldFacts
    from .journal import PermissionRequest, ReceivedCall
    from .worlds import WorldStore


class World:
    """One app in one workspace, with values that no other world shares; a context manager that deletes it.

    `Sandbox.world` makes one. Its clock stands still, so that nothing expires while a debugger waits; `advance` moves
    it.
    """

    def __init__(self, facts: WorldFacts, worlds: WorldStore, url: str, explainer: Explainer) -> None:
        """Take the facts of a world in this store, and what explains its calls."""
        self._facts, self._worlds, self._explainer = facts, worlds, explainer
        self.url = url
        """The base URL of the methods, with a trailing slash."""
        self.scopes = ASKED_SCOPES
        """Scopes that the app may ask for, separated by commas."""

    @property
    def id(self) -> str:
        """The id of the world, as in the control API."""
        return self._facts.id

    @property
    def token(self) -> str:
        """A workspace token of the app."""
        return self._facts.token.value

    @property
    def client_id(self) -> str:
        """The id of the app's OAuth client."""
        return self._facts.app.client_id

    @property
    def client_secret(self) -> str:
        """The secret of the app's OAuth client."""
        return self._facts.app.client_secret

    @property
    def redirect_uri(self) -> str:
        """The address with which the codes of this world are asked for."""
        return self._facts.app.redirect_uri

    @property
    def refresh_token(self) -> str:
        """A refresh token of the app."""
        return self._facts.refresh_token

    @property
    def values(self) -> dict[str, object]:
        """All values of the world under their names in the control API; of one-shot values the lists."""
        with self._facts.lock:
            return values_of(self._facts)

    @property
    def team_id(self) -> str:
        """The id of the workspace."""
        return self._facts.workspace.id

    @property
    def user_id(self) -> str:
        """The id of the user who installs the app."""
        return self._facts.user.id

    def code(self, *, redirect_uri: str | None = None) -> str:
        """Return a fresh code, as the OAuth callback hands it to the app; it can be exchanged once.

        It was asked for with the world's `redirect_uri` unless another one is given; `""` stands for none at all.
        """
        return self._issue("code", redirect_uri).value

    def trigger(self) -> str:
        """Return a fresh `trigger_id`, as an interaction of the user hands it to the app; it works once."""
        return self._issue("trigger", None).value

    @property
    def calls(self) -> tuple[ReceivedCall, ...]:
        """What the app sent and was answered, the oldest first; `Sandbox.strays` has what belongs to no world."""
        with self._facts.lock:
            return tuple(self._facts.journal.calls)

    def explain(self, call: ReceivedCall) -> Explanation | None:
        """Return why a call was refused or warned about, and the nearest request that succeeds.

        `None` for a success without a warning. `print(world.explain(world.calls[-1]))` shows a block of text.
        """
        return self._explainer.explain(call, self._facts)

    def example(self, method: str) -> Nearest | None:
        """Return a request to this method that succeeds now, with a code or trigger that is unused so far."""
        return self._explainer.example(method, self._facts)

    @property
    def permission_requests(self) -> tuple[PermissionRequest, ...]:
        """The requests for scopes that were presented to the user."""
        with self._facts.lock:
            return tuple(self._facts.journal.permission_requests)

    @property
    def events(self) -> tuple[Mapping[str, Any], ...]:
        """The events that Slack would have sent to the app, as `decide` causes them."""
        with self._facts.lock:
            return tuple(self._facts.journal.events)

    def advance(self, seconds: float) -> None:
        """Move the world's clock: a trigger lives for 3 seconds, a code for 600. Raises `ValueError` if negative."""
        if seconds < 0:
            raise ValueError(f"A clock cannot go back by {-seconds} seconds.")
        with self._facts.lock:
            self._facts.clock.advance(seconds)

    def decide(self, decision: str) -> None:
        """Let the user `approve`, `deny` or `ignore` every open request. Raises `ValueError` for any other word."""
        with self._facts.lock:
            if not decided(self._facts, decision, self._worlds.identify):
                raise ValueError(f"A user can {', '.join(DECISIONS)}, not {decision!r}.")

    def throttle(self, seconds: int = 1, *, times: int = 1, method: str | None = None) -> None:
        """Answer the next `times` calls (of one method, or of any) with 429 and this Retry-After."""
        self.inject("throttled", times=times, method=method, retry_after_s=seconds)

    def inject(self, failure: str, *, times: int = 1, method: str | None = None, **parameters: object) -> None:
        """Let the next `times` calls of a method, or of any, meet a failure.

        The failures, with their parameters: `throttled` (`retry_after_s`), `server-error` (`status`), `dropped`, `slow`
        (`seconds`), `refused` (`error`), `unknown-error`, `warned` (`warning`), `unknown-field` (`name`). Raises
        `ValueError` for any other failure, and `TypeError` for any other parameter.
        """
        if failure not in INJECTIONS:
            raise ValueError(f"There is no failure {failure!r}; there are {', '.join(INJECTIONS)}.")
        injection = Injection(failure, INJECTIONS[failure](**parameters), times, method)
        with self._facts.lock:
            self._facts.injections.append(injection)

    def environment(self, names: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return values of this world under names of variables, by default those that apps usually read.

        `names` maps each variable to a value, as in `{"MY_URL": "url"}`. Raises `ValueError` if there is no such value.
        """
        names = ENVIRONMENT if names is None else names
        for value in names.values():
            if value not in VALUES:
                raise ValueError(f"A world has no value {value!r}. {suggestion(value, VALUES)}")
        return {name: str(getattr(self, value)) for name, value in names.items()}

    def close(self) -> None:
        """Delete the world; its values are unknown to the sandbox from then on."""
        self._worlds.delete(self.id)

    def __enter__(self) -> Self:
        """Return the world."""
        return self

    def __exit__(self, *_: object) -> None:
        """Delete the world."""
        self.close()

    def __repr__(self) -> str:
        """Return the id, and how many calls there were."""
        return f"<World {self.id} with {len(self._facts.journal.calls)} calls>"

    def _issue(self, kind: str, redirect_uri: str | None) -> OneShot:
        with self._facts.lock:
            return self._worlds.issue(self._facts, kind, redirect_uri)


VALUES = ("url", "token", "client_id", "client_secret", "redirect_uri", "refresh_token", "team_id", "user_id", "scopes")
"""The values that a variable can have."""

ENVIRONMENT: Mapping[str, str] = {
    "SLACK_API_URL": "url",
    "SLACK_TOKEN": "token",
    "SLACK_BOT_TOKEN": "token",
    "SLACK_CLIENT_ID": "client_id",
    "SLACK_CLIENT_SECRET": "client_secret",
    "SLACK_REDIRECT_URI": "redirect_uri",
}
"""The variables that `World.environment` sets, each with its value."""
