"""The floor: as many empty pytest tests as cases, and one test that sends the same requests to the same sandbox.

The package and HTTP clients are imported only if something is sent, so that the empty pytest run is empty.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import http.client

    from slack_conformance.sandbox.server import Sandbox

    Sent = tuple[bool, str, str, tuple[tuple[str, str], ...], bytes | None]

CASES = int(os.environ["BENCH_CASES"])
CLIENT = os.environ["BENCH_CLIENT"]


@pytest.mark.parametrize("case", range(CASES), ids=lambda number: f"case-{number}")
def test_nothing(case: int) -> None:
    """Cost no more than any parametrized test."""
    assert case >= 0


def test_requests() -> None:
    """Send the requests of a run in the most direct way that the client offers."""
    if CLIENT == "none":
        return
    import pickle
    from pathlib import Path

    from bench.minted import fix_what_is_minted
    from slack_conformance.sandbox.server import Sandbox

    sent = pickle.loads(Path(os.environ["BENCH_REQUESTS"]).read_bytes())  # noqa: S301 - written by this benchmark
    fix_what_is_minted()
    with Sandbox() as sandbox:
        send = _by_requests if CLIENT == "requests" else _by_http_client
        send(sandbox, sent)


def _origins(sandbox: Sandbox) -> dict[bool, str]:
    """Return the origins of control calls (`True`) and of all others (`False`)."""
    return {
        True: str(sandbox.control).partition("/conformance/")[0],
        False: sandbox.url.partition("/api/")[0],
    }


def _by_requests(sandbox: Sandbox, sent: list[Sent]) -> None:
    import requests

    origins = _origins(sandbox)
    with requests.Session() as session:
        session.trust_env = False
        for is_control, verb, target, headers, body in sent:
            session.request(verb, origins[is_control] + target, headers=dict(headers), data=body)


def _by_http_client(sandbox: Sandbox, sent: list[Sent]) -> None:
    connections = {is_control: _connection(origin) for is_control, origin in _origins(sandbox).items()}
    for is_control, verb, target, headers, body in sent:
        connections[is_control].request(verb, target, body=body, headers=dict(headers))
        connections[is_control].getresponse().read()
    for connection in connections.values():
        connection.close()


def _connection(origin: str) -> http.client.HTTPConnection:
    import http.client

    return http.client.HTTPConnection(origin.removeprefix("http://"))
