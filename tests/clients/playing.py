"""Plays every situation with every client, and returns the runs."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox import Sandbox

from . import replayed
from .drivers import LANGUAGES, Driver, installed
from .model import REPLAYED, Client, Run, Saw, read_clients
from .situations import SITUATIONS, order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_conformance.sandbox import ReceivedCall

    Ask = Callable[[Mapping[str, Any]], dict[str, Any]]


FAKE_TEAM = "T0FAKE"
"""The id of a workspace in fixtures/clients: profiles have no value for it."""
AT_ONCE = 6
"""Clients that run at the same time; most of a run is waiting."""


@functools.cache
def play_all() -> dict[str, tuple[Run, ...] | str]:
    """Return every run of each client by its id, or why the client cannot run on this machine."""
    found = {name: installed(name) for name in LANGUAGES}
    clients = read_clients()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = pool.map(lambda client: found.get(client.language) or played(client), clients)
        return dict(zip([client.id for client in clients], runs, strict=True))


@functools.cache
def played(client: Client) -> tuple[Run, ...]:
    """Return every run of one client, which must be installed."""
    with ExitStack() as stack:
        ask: Ask = replayed.ask if client.language == REPLAYED else stack.enter_context(Driver(client.language)).ask
        sandbox = stack.enter_context(Sandbox(load_catalog(), control=False))
        received: list[ReceivedCall] = []
        sandbox.observe(lambda call, _world: received.append(call))
        runs = [
            _run(sandbox, received, ask, client, method, situation)
            for method in client.calls
            for situation in SITUATIONS
            if situation != "too-slow" or client.timeout
        ]
        assert sandbox.failures == []
        return tuple(runs)


def _run(  # noqa: PLR0917 - two of the sandbox, one of the driver, three of the run
    sandbox: Sandbox, received: list[ReceivedCall], ask: Ask, client: Client, method: str, situation: str
) -> Run:
    with sandbox.world(client.world) as world:
        given = order(client, method, world)
        written = {
            **{getattr(world, name): f"${name}" for name in ("token", "client_id", "client_secret")},
            **{text: f"${name.removesuffix('_id')}" for name, text in given.arguments.items()},
            world.team_id: FAKE_TEAM,
        }
        _, prepare = SITUATIONS[situation]
        prepare(world, given)
        if given.repeated:
            ask(given.line())
        received.clear()
        saw = Saw.of(ask(given.line()))
        calls = tuple(call for call in received if call.method == method)
        besides = tuple(call.method for call in received if call.method != method)
        return Run(client, method, situation, calls, besides, saw, written)
