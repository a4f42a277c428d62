"""The floor, run by pytest: as many empty tests, and one that sends the same requests to the same sandbox."""

from __future__ import annotations

import http.client
import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from conformance.sandbox.server import Sandbox

RUN = pickle.loads(Path(os.environ["BENCH_REQUESTS"]).read_bytes())  # noqa: S301 - written a moment ago by ourselves
CLIENT = os.environ.get("BENCH_CLIENT", "requests")


@pytest.mark.parametrize("case", range(RUN["cases"]), ids=lambda number: f"case-{number}")
def test_nothing(case: int) -> None:
    """Costs what any parametrized test costs."""
    assert case >= 0


def test_requests() -> None:
    """Send what the suite sends, by the shortest way that the client has."""
    from bench.requests_of_a_run import FIXED_PREFIX
    from conformance.sandbox import minting
    from conformance.sandbox.server import Sandbox

    if CLIENT == "none":
        return
    minting.secrets.token_hex = lambda _size: FIXED_PREFIX
    with Sandbox() as sandbox:
        count = _by_requests(sandbox) if CLIENT == "requests" else _by_http_client(sandbox)
    assert count == len(RUN["requests"])


def _by_requests(sandbox: Sandbox) -> int:
    api, control = sandbox.url.partition("/api/")[0], str(sandbox.control).partition("/conformance/")[0]
    count = 0
    with requests.Session() as session:
        session.trust_env = False
        for is_control, verb, target, headers, body in RUN["requests"]:
            session.request(verb, (control if is_control else api) + target, headers=dict(headers), data=body)
            count += 1
    return count


def _by_http_client(sandbox: Sandbox) -> int:
    api, control = sandbox.url.partition("/api/")[0], str(sandbox.control).partition("/conformance/")[0]
    connections = {True: _connection(control), False: _connection(api)}
    count = 0
    for is_control, verb, target, headers, body in RUN["requests"]:
        connections[is_control].request(verb, target, body=body, headers=dict(headers))
        connections[is_control].getresponse().read()
        count += 1
    for connection in connections.values():
        connection.close()
    return count


def _connection(origin: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(origin.removeprefix("http://"))
