"""The situations in which clients call methods: one small function each, which prepares a world and an order.

An order is what the driver is given: where to call, with which token, client and arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.load import load_catalog

from .model import RETRY_AFTER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_conformance.sandbox import World

    from .model import Client

PERMISSIONS, ACCESS = "apps.permissions.request", "oauth.access"
WARNING = min(load_catalog().methods[PERMISSIONS].warning_codes)
"""A warning that a page has; the page of `oauth.access` has none, though its calls get warnings like all others."""
LASTING = 20
"""More failures than a client meets that retries once."""


@dataclass
class Order:
    """What a client shall call."""

    client: str
    method: str
    url: str
    token: str | None
    client_id: str
    client_secret: str
    team_id: str
    user_id: str
    arguments: dict[str, str]
    starts: bool
    """The client verifies its token when it starts."""
    options: dict[str, Any] = field(default_factory=dict)
    """`timeout_s` and `retries`, if they are set."""
    repeated: bool = False
    """The client is given the order twice, and the second time counts."""

    def line(self) -> dict[str, Any]:
        """Return what the driver is sent."""
        others = {name: value for name, value in vars(self).items() if name not in {"starts", "options", "repeated"}}
        return {**others, **self.options}


def order(client: Client, method: str, world: World) -> Order:
    """Return an order that succeeds; `oauth.access` gets a token only from a client that has one anyway."""
    arguments = {
        PERMISSIONS: lambda: {"scopes": world.scopes, "trigger_id": world.trigger()},
        ACCESS: lambda: {"code": world.code(), "redirect_uri": world.redirect_uri},
    }
    token = world.token if client.starts or method != ACCESS else None
    return Order(
        client=client.id,
        method=method,
        url=world.url,
        token=token,
        client_id=world.client_id,
        client_secret=world.client_secret,
        team_id=world.team_id,
        user_id=world.user_id,
        arguments=arguments[method](),
        starts=client.starts,
    )


def _success(_world: World, _order: Order) -> None:
    """Leave everything as it is."""


def _token_refused(world: World, order: Order) -> None:
    """Give an unknown token, or, for `oauth.access`, a wrong client secret."""
    if order.method == ACCESS:
        order.client_secret = "fake-and-wrong"
    elif order.starts:
        # With an unknown token it would not start, so the token becomes unknown between the start and the call.
        code = load_catalog().methods[order.method].codes["token.unknown"]
        world.inject("refused", error=code, method=order.method)
    else:
        order.token = "xoxa-fake-unknown"


def _argument_refused(_world: World, order: Order) -> None:
    """Give a malformed scope, or another redirect_uri."""
    wrong = {"scopes": "no scope"} if order.method == PERMISSIONS else {"redirect_uri": "https://other.example/"}
    order.arguments.update(wrong)


def _used(_world: World, order: Order) -> None:
    """Let the same client use the trigger or code before."""
    order.repeated = True


def _warned(world: World, order: Order) -> None:
    """Add a warning to the answer."""
    world.inject("warned", warning=WARNING, method=order.method)


def _throttled(world: World, order: Order) -> None:
    """Give the first call 429 with Retry-After."""
    world.throttle(RETRY_AFTER_S, method=order.method)


def _slow(world: World, order: Order) -> None:
    """Answer the first call after 2 seconds."""
    world.inject("slow", seconds=2, method=order.method)


def _too_slow(world: World, order: Order) -> None:
    """Answer the first call after 3 seconds, to a client that waits for 1 second."""
    order.options["timeout_s"] = 1
    world.inject("slow", seconds=3, method=order.method)


def _server_error(world: World, order: Order) -> None:
    """Give the first call 503 with a web page."""
    world.inject("server-error", method=order.method)


def _server_error_lasting(world: World, order: Order) -> None:
    """Give every call 503 with a web page."""
    order.options["retries"] = 1
    world.inject("server-error", method=order.method, times=LASTING)


def _dropped(world: World, order: Order) -> None:
    """Close the first connection without an answer."""
    world.inject("dropped", method=order.method)


def _dropped_lasting(world: World, order: Order) -> None:
    """Close every connection without an answer."""
    order.options["retries"] = 1
    world.inject("dropped", method=order.method, times=LASTING)


SITUATIONS: Mapping[str, tuple[str, Callable[[World, Order], None]]] = {
    "success": ("success", _success),
    "token-refused": ("refused: unknown token, or wrong client secret", _token_refused),
    "argument-refused": ("refused: malformed scope, or other redirect_uri", _argument_refused),
    "used": ("refused: trigger or code used before", _used),
    "warned": ("success with a warning", _warned),
    "throttled": ("429 with Retry-After, then success", _throttled),
    "slow": ("answer after 2 s", _slow),
    "too-slow": ("answer after 3 s, client's timeout set to 1 s", _too_slow),
    "server-error": ("503 with a web page, then success", _server_error),
    "server-error-lasting": ("503 with a web page, always", _server_error_lasting),
    "dropped": ("connection dropped, then success", _dropped),
    "dropped-lasting": ("connection dropped, always", _dropped_lasting),
}
"""Each situation with its words in the table."""
REFUSED = ("token-refused", "argument-refused", "used")
