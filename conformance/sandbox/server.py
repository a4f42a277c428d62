"""The complete sandbox: the methods on one address, the control API on another."""

from __future__ import annotations

import errno
import ipaddress
from typing import TYPE_CHECKING, Self

from ..catalog.datafile import suggestion
from ..catalog.load import load_catalog
from ..catalog.values import HEALTHY
from .api import Api
from .control import ROOT, ControlApi
from .deviation import Applied
from .explain import Explainer
from .facts import Bucket
from .intake import PREFIX
from .listener import Listener
from .states import STATES
from .variant import PREFERRED
from .world import World
from .worlds import ONE_SHOT_KINDS, STANDING_ONE_SHOTS, UNLIMITED, WorldStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..catalog.model import Catalog
    from .deviation import Deviation
    from .explain import Explanation
    from .facts import WorldFacts
    from .journal import ReceivedCall
    from .variant import Variant


class SandboxError(ValueError):
    """The sandbox cannot be started as requested; the message says why and what to do."""


class Sandbox:
    """Both methods over real HTTP, with worlds on request; a context manager.

    with Sandbox() as sandbox, sandbox.world() as world:
        client = WebClient(token=world.token, base_url=world.url)
    """

    def __init__(  # noqa: PLR0913 - one parameter per option
        self,
        catalog: Catalog | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control: bool = True,
        control_port: int = 0,
        control_key: str | None = None,
        real_time: bool = False,
        deviation: Deviation | None = None,
        variant: Variant | None = None,
    ) -> None:
        """Bind the addresses. Raises `SandboxError` if that is not possible.

        Without `real_time` the clock of a world advances only through the control API. A control API that is reachable
        from other machines needs a key.
        """
        if control and not control_key and not is_loopback(host):
            raise SandboxError(f"The control API at {host} can be reached from other machines: give it a key.")
        variant = variant or PREFERRED
        catalog = catalog or load_catalog(cases=False)
        self.worlds = WorldStore(
            variant.mint(), real_time=real_time, lives_s=variant.lives_s, window_s=variant.window_s
        )
        self.applied = Applied(deviation)
        self.catalog = catalog
        self._api = api = Api(catalog, self.worlds, self.applied, variant)
        self._listener = _bound(host, port, lambda: Listener(host, port, api.answer, variant.presentation))
        self._explainer = Explainer(api, self.worlds, lambda: self.url)
        self._control: Listener | None = None
        if control:
            answer = ControlApi(catalog, self.worlds, control_key, self._explainer).answer
            try:
                self._control = _bound(host, control_port, lambda: Listener(host, control_port, answer))
            except SandboxError:
                self._listener.stop()
                raise

    @property
    def url(self) -> str:
        """The base URL of the methods, with a trailing slash."""
        return f"http://{self._listener.authority}{PREFIX}"

    @property
    def control(self) -> str | None:
        """The base URL of the control API, `None` if there is none."""
        return f"http://{self._control.authority}{ROOT}" if self._control else None

    def world(self, state: str = HEALTHY, **values: str) -> World:
        """Create a world in this state (`slack-conformance list states`); delete it with `close`.

        `values` are `token`, `client_id`, `client_secret`, `redirect_uri` and `refresh_token`, for an app that has them
        fixed. Raises `ValueError` for an unknown state or value, and for a value that another world has. The world has
        no rate limit, unless its state is one.
        """
        states = sorted({HEALTHY, *self.catalog.states} & STATES.keys())
        if state not in states:
            raise ValueError(f"There is no state {state!r}. {suggestion(state, states)}")
        facts = self.worlds.create(state, 1, ONE_SHOT_KINDS, values)
        if facts.bucket is None:
            facts.bucket = Bucket(UNLIMITED)
        return self._handle(facts)

    @property
    def strays(self) -> tuple[ReceivedCall, ...]:
        """The calls whose credentials belong to no world, the oldest first."""
        return tuple(self.worlds.strays.calls)

    def observe(self, observer: Callable[[ReceivedCall, WorldFacts | None], None]) -> Callable[[], None]:
        """Call this with every call of a method from now on, when it was answered, and the world that it acted in.

        Return a function that ends this.
        """
        self._api.observers.append(observer)
        return lambda: self._api.observers.remove(observer)

    def explain(self, call: ReceivedCall) -> Explanation | None:
        """Return why a call, a stray for instance, was refused or warned about; see `World.explain`."""
        return self._explainer.explain(call)

    def standing_world(self, one_shots: int) -> World:
        """Create the healthy world that is never dropped and whose values do not expire, with so many of each kind."""
        return self._handle(self.worlds.stand(one_shots, ONE_SHOT_KINDS))

    def standing_values(self, one_shots: int = STANDING_ONE_SHOTS) -> dict[str, object]:
        """Create the standing world; return its values."""
        return self.standing_world(one_shots).values

    def _handle(self, facts: WorldFacts) -> World:
        return World(facts, self.worlds, self.url, self._explainer)

    @property
    def took_effect(self) -> bool:
        """Whether the deviation has changed anything so far."""
        return self.applied.took_effect

    @property
    def failures(self) -> list[Exception]:
        """Exceptions raised by the sandbox or its deviation while answering."""
        return [*self._listener.failures, *(self._control.failures if self._control else ())]

    def start(self) -> Self:
        """Start answering."""
        self._listener.start()
        if self._control:
            self._control.start()
        return self

    def stop(self) -> None:
        """Close all connections and join all threads."""
        self._listener.stop()
        if self._control:
            self._control.stop()

    def __enter__(self) -> Self:
        """Start answering."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()


def _bound(host: str, port: int, make: Callable[[], Listener]) -> Listener:
    try:
        return make()
    except OSError as error:
        where = f"{host}:{port}" if port else host
        if error.errno == errno.EADDRINUSE:
            text = f"Cannot listen on {where}: the port is in use. Name another one, or 0 for a free one."
            raise SandboxError(text) from None
        raise SandboxError(f"Cannot listen on {where}: {error.strerror or error}.") from None


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches the host; of a name other than `localhost` that is not known."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
