"""What the sandbox holds is bounded: connections, worlds, tokens, journals; and no web page uses its control API."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from slack_conformance.sandbox import Sandbox, listener, worlds
from slack_conformance.sandbox.facts import TokenKind
from slack_conformance.sandbox.journal import MOST_BYTES, MOST_NOTED, Journal, ReceivedCall
from slack_conformance.sandbox.minting import PlainMint
from slack_conformance.sandbox.worlds import WorldStore

from .conftest import OAUTH, Client

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Catalog

IN_A_PROCESS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (48, 48))
from slack_conformance.sandbox.serve import serve
sys.exit(serve())
"""


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30)


def _status(url: str, *, verb: str = "GET", body: bytes | None = None, **headers: str) -> int:
    parts = urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)) as connection:
        connection.request(verb, parts.path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        return connection.getresponse().status


def test_idle_connections_make_room_when_no_descriptor_is_left() -> None:
    """Whoever comes last is answered, though those before him took every descriptor of the process."""
    with (
        subprocess.Popen([sys.executable, "-c", IN_A_PROCESS], stdout=subprocess.PIPE, text=True) as process,  # noqa: S603
        contextlib.ExitStack() as stack,
    ):
        stack.callback(process.kill)
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        for _ in range(96):
            stack.enter_context(_connected(url))
        assert _status(url + OAUTH) == 200


def test_at_the_limit_the_connection_that_waited_longest_is_closed(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MOST_CONNECTIONS", 2)
    with Sandbox(catalog, control=False) as sandbox, contextlib.ExitStack() as stack:
        first, second = (stack.enter_context(_connected(sandbox.url)) for _ in range(2))
        for one in (first, second):  # each is served before the next one comes
            one.sendall(f"GET /api/{OAUTH} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert one.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert _status(sandbox.url + OAUTH) == 200
        assert first.recv(1) == b""


def test_a_request_that_never_ends_is_given_up(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """However steadily it comes."""
    monkeypatch.setattr(listener, "REQUEST_S", 0.2)
    with Sandbox(catalog, control=False) as sandbox, _connected(sandbox.url) as connection:
        connection.sendall(f"POST /api/{OAUTH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            for _ in range(1000):
                connection.sendall(b"a")
        connection.settimeout(30)
        assert b'"ok":false' in connection.recv(65536)


def test_worlds_are_bounded_by_what_they_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was used longest ago goes first."""
    monkeypatch.setattr(worlds, "MOST_CREDENTIALS", 50)
    store = WorldStore(PlainMint(), real_time=False)
    first, second = (store.create("healthy", 10, ["code"]) for _ in range(2))
    assert store.get(first.id) is first
    third = store.create("healthy", 30, ["code"])
    assert [store.get(one.id) for one in (first, second, third)] == [first, None, third]
    assert store.owner(second.token.value) is None
    fourth = store.create("healthy", 1, ["code"])
    assert [store.get(one.id) for one in (first, third, fourth)] == [None, third, fourth]


def test_a_world_forgets_its_oldest_token_beyond_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "MOST_TOKENS", 3)
    store = WorldStore(PlainMint(), real_time=False)
    world = store.create("healthy", 0, [])
    tokens = [store.minted(world, TokenKind.BOT, []) for _ in range(4)]
    for token in tokens:
        store.adopt(world, token)
    assert list(world.tokens) == [world.token.value, tokens[2].value, tokens[3].value]
    assert [store.owner(token.value) for token in tokens] == [None, None, world, world]


def test_a_journal_keeps_its_last_entries() -> None:
    journal = Journal()
    for number in range(MOST_NOTED + 5):
        journal.note(_call(number, size=1))
    assert len(journal.calls) == MOST_NOTED == journal.size
    assert journal.calls[0].number == 5


def test_a_journal_drops_its_oldest_calls_beyond_a_size() -> None:
    journal = Journal()
    for number in range(4):
        journal.note(_call(number, size=MOST_BYTES // 3))
    assert [call.number for call in journal.calls] == [1, 2, 3]
    journal.note(_call(4, size=2 * MOST_BYTES))
    assert [call.number for call in journal.calls] == [4]
    assert journal.size == 2 * MOST_BYTES


def test_worlds_with_long_journals_are_dropped_before_memory_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "MOST_NOTED_BYTES", 100)
    store = WorldStore(PlainMint(), real_time=False)
    first, second = (store.create("healthy", 0, []) for _ in range(2))
    store.note(first, _call(1, size=60))
    store.note(second, _call(2, size=60))
    assert store.get(first.id) is None
    assert store.get(second.id) is second


def _call(number: int, size: int) -> ReceivedCall:
    return ReceivedCall(number, "pizza.order", "POST", (), {}, {}, None, None, None, 0.0, 0.0, size)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content_Type": "application/json; charset=utf-8"}, b"{}", 201),
        ({}, None, 201),
        ({"Host": "localhost:1"}, None, 201),
        ({"Host": "[::1]:1"}, None, 201),
        ({"Host": "10.0.0.1"}, None, 201),
        ({"Host": "rebound.example:80"}, None, 403),
        ({"Host": "127.0.0.1.rebound.example"}, None, 403),
        ({"Host": "localhost.rebound.example"}, None, 403),
        ({"Origin": "http://page.example"}, None, 403),
        ({"Origin": "null"}, None, 403),
        ({"Content_Type": "text/plain"}, b"{}", 415),
        ({"Content_Type": "application/x-www-form-urlencoded"}, b"{}", 415),
        ({}, b"{}", 415),
    ],
)
def test_no_web_page_can_use_the_control_api(
    client: Client, headers: dict[str, str], body: bytes | None, status: int
) -> None:
    assert client.sandbox.control is not None
    assert _status(client.sandbox.control + "/worlds", verb="POST", body=body, **headers) == status


def test_who_has_the_key_may_have_any_name(catalog: Catalog) -> None:
    with Sandbox(catalog, control_key="fake-key") as sandbox:
        assert sandbox.control is not None
        asked = _status(
            sandbox.control, Authorization="Bearer fake-key", Host="sandbox.example", Origin="https://tool.example"
        )
        assert asked == 200
        assert _status(sandbox.control, Host="sandbox.example") == 401


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])  # noqa: S104 - what is warned of
def test_who_can_be_reached_by_others_is_told(host: str, *, warned: bool) -> None:
    code = f"import sys; from slack_conformance.sandbox.serve import serve; sys.exit(serve({host!r}))"
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("{")
        process.terminate()
        assert ("may be able to connect to 0.0.0.0" in process.communicate(timeout=60)[1]) is warned
