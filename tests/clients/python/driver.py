"""Calls methods through slack-sdk and Bolt for Python: an order a line on stdin, what the caller saw a line on stdout.

It is started with the interpreter into which the clients are installed, and knows nothing of this project.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import TYPE_CHECKING, Any

from slack_bolt import App, BoltRequest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from collections.abc import Callable

    Order = dict[str, Any]
    Seen = dict[str, Any]

COMMAND = "/call"


def called(client: Any, order: Order) -> Any:  # noqa: ANN401 - either client, and what its method returns
    """Call the method as an app does: by its helper if the client has one."""
    arguments = order["arguments"]
    if order["method"] == "oauth.access":
        return client.oauth_access(client_id=order["client_id"], client_secret=order["client_secret"], **arguments)
    return client.api_call(order["method"], params=arguments)


def options(order: Order) -> dict[str, Any]:
    """Return what both kinds of clients are made with."""
    timeout = {"timeout": order["timeout_s"]} if order.get("timeout_s") else {}
    return {"token": order.get("token"), "base_url": order["url"], **timeout}


def sdk(order: Order) -> Seen:
    """Call by `slack_sdk.WebClient`."""
    client = WebClient(**options(order))
    return seen(lambda: called(client, order))


def sdk_async(order: Order) -> Seen:
    """Call by `AsyncWebClient`."""

    async def call() -> Any:  # noqa: ANN401 - a response
        return await called(AsyncWebClient(**options(order)), order)

    return seen(lambda: asyncio.run(call()))


def bolt(order: Order) -> Seen:
    """Start an `App` and send it a slash command, whose listener calls by its `client`."""
    app = App(client=WebClient(**options(order)), signing_secret="fake", process_before_response=True)
    found: list[Seen] = []

    @app.command(COMMAND)
    def listener(ack: Callable[[], None], client: WebClient) -> None:
        ack()
        found.append(seen(lambda: called(client, order)))

    app.dispatch(BoltRequest(mode="socket_mode", body=command(order)))
    return found[0]


def bolt_async(order: Order) -> Seen:
    """Do the same with an `AsyncApp`."""

    async def call() -> Any:  # noqa: ANN401 - a response
        app = AsyncApp(client=AsyncWebClient(**options(order)), signing_secret="fake", process_before_response=True)
        found: list[Any] = []

        @app.command(COMMAND)
        async def listener(ack: Any, client: AsyncWebClient) -> None:  # noqa: ANN401 - Bolt has no public type for it
            await ack()
            try:
                found.append(await called(client, order))
            except Exception as error:  # noqa: BLE001 - whatever the caller sees
                found.append(error)

        await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=command(order)))
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    return seen(lambda: asyncio.run(call()))


def command(order: Order) -> dict[str, str]:
    """Return a slash command as Slack sends it."""
    return {"command": COMMAND, "team_id": order["team_id"], "user_id": order["user_id"], "text": ""}


def seen(call: Callable[[], Any]) -> Seen:
    """Return what the caller of a client sees: the value that is returned, or the exception."""
    try:
        answer = call()
    except SlackApiError as error:
        return {"raised": type(error).__name__, **of_response(error.response)}
    except Exception as error:  # noqa: BLE001 - whatever the caller sees
        return {"raised": f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")}
    return {"returned": type(answer).__name__, **of_response(answer)}


def of_response(response: Any) -> Seen:  # noqa: ANN401 - one of three types
    """Return what an app reads of a response, or of what an error has instead of one."""
    data = getattr(response, "data", response)
    content: dict[str, Any] = data if isinstance(data, dict) else {}
    headers = getattr(response, "headers", {}) or {}
    return {
        "fields": sorted(content),
        "error": content.get("error"),
        "warning": content.get("warning"),
        "status": getattr(response, "status_code", None),
        "retry_after": headers.get("Retry-After") or headers.get("retry-after"),
    }


CLIENTS = {"slack-sdk": sdk, "slack-sdk-async": sdk_async, "bolt-python": bolt, "bolt-python-async": bolt_async}


class Logged(logging.Handler):
    """Keeps what the clients log as a warning or worse."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.lines.append(record.getMessage())


def main() -> None:
    """Carry out orders until there are no more."""
    logged = Logged()
    logging.getLogger().handlers = [logged]
    for line in sys.stdin:
        order = json.loads(line)
        logged.lines = []
        try:
            found = CLIENTS[order["client"]](order)
        except Exception as error:  # noqa: BLE001 - the project's side says what failed
            found = {"failed": repr(error)}
        sys.stdout.write(json.dumps({**found, "logged": logged.lines}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
