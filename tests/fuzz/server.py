"""The sandbox as a server under requests that no client sends: it answers or closes, and nothing stays behind.

Each example follows from the seed and its number; only the values of the worlds are new each time, of the same form.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox.states import STATES
from tests.fuzz import drafts
from tests.fuzz.drafts import Draft
from tests.fuzz.mutation import Problem, mutated
from tests.fuzz.process import descriptors, give_back, megabytes, memory
from tests.sandbox.conftest import FORM, OAUTH, PERMISSIONS, Client, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slack_conformance.sandbox import Sandbox

CLIENTS = 4
"""How many clients send at the same time."""
WORLDS = 12
"""How many worlds each client has in its hands."""
RENEWED_EVERY = 40
"""After so many requests of a client, one of its worlds is replaced."""
LEFT_OPEN = 10
"""How many connections each client leaves open, the oldest of which it closes for a new one."""
PATIENCE_S = 60.0
"""A connection that is neither answered nor closed after so many seconds hangs; the longest limit of a body is 10."""
MOST_GROWTH = 64_000_000
"""The most bytes by which memory may grow in the second half of the requests.

The worlds that they order are a few of them; most is room between them that large requests have left in the allocator,
and that levels off.
"""
MOST_PROBLEMS = 20
_HEAD = re.compile(rb"HTTP/1\.1 ([1-5]\d\d) [ -~]*\r\n((?:[!-9;-~]+:[^\r\n\x00]*\r\n)*)\r\n")
_LENGTH = re.compile(rb"^content-length: (\d+)\r$", re.MULTILINE)
_STATUSES = frozenset({100, 200, 201, 204, 400, 401, 403, 404, 405, 413, 415, 422, 429, 431, 501, 505})


@dataclass
class Report:
    """What came of the requests."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    closed: int = 0
    """Connections that were closed without an answer, most of them because the request was not complete."""
    unread: int = 0
    """Connections that the client closed, or left open, without reading the answer."""
    growth: int = 0
    problems: list[Problem] = field(default_factory=list)

    def line(self, what: str) -> str:
        """Return the report in one line."""
        statuses = ", ".join(f"{status} {count} times" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.sent} {what}: answers {statuses}; {self.closed} closed without one, {self.unread} not read;"
            f" memory +{megabytes(self.growth)}; {len(self.problems)} problems"
        )


class Fuzz:
    """A running sandbox, and what is seen of it."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        """Take a sandbox that has started."""
        self.sandbox, self.seed = sandbox, seed
        self.client = Client(sandbox)
        self.report = Report()
        catalog = load_catalog()
        self.codes = {method.name: method.error_codes for method in catalog.methods.values()}
        self.warnings = {method.name: method.warning_codes for method in catalog.methods.values()}
        self.states = sorted({"healthy", *catalog.states} & STATES.keys())
        self._lock = threading.Lock()

    def world(self, random: Random) -> World:
        """Return a new world: half of them healthy, the others in any state."""
        state = random.choice((*self.states, *["healthy"] * len(self.states)))
        return self.client.world(state, one_shot=2)

    def problem(self, what: str, number: int, example: bytes) -> None:
        """Keep a problem, unless there are enough already."""
        with self._lock:
            if len(self.report.problems) < MOST_PROBLEMS:
                self.report.problems.append(Problem(what, self.seed, number, example))

    def answered(self, received: bytes, number: int, example: bytes) -> list[tuple[int, bytes]]:
        """Count the answers and return them; whatever is not HTTP, or not JSON though it says so, is a problem."""
        answers = []
        try:
            answers = list(answers_in(received))
            for status, head, body in answers:
                if status not in _STATUSES:
                    self.problem(f"status {status}: {body[:200]!r}", number, example)
                if b"application/json" in head and body:
                    json.loads(body, parse_constant=_no_constant)
        except ValueError as error:
            self.problem(f"{error}; received {received[:300]!r}", number, example)
        with self._lock:
            self.report.sent += 1
            self.report.closed += not answers
            self.report.statuses.update(status for status, _, _ in answers)
        return [(status, body) for status, _, body in answers]

    def not_read(self) -> None:
        """Count a request whose answer nobody has read."""
        with self._lock:
            self.report.sent += 1
            self.report.unread += 1


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} in an answer, which is not JSON")


def answers_in(received: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield status, head and body of each answer. Raises `ValueError` if the bytes are not whole answers.

    An answer without a body, as to HEAD, is one behind whose head another answer or nothing comes.
    """
    at = 0
    while at < len(received):
        head = _HEAD.match(received, at)
        if head is None:
            raise ValueError(f"not HTTP at byte {at}")
        length = _LENGTH.search(head[2])
        rest = received[head.end() :]
        size = 0 if length is None or not rest or _HEAD.match(rest) else int(length[1])
        if size > len(rest):
            raise ValueError(f"an answer has {len(rest)} of {size} bytes")
        yield int(head[1]), head[2], rest[:size]
        at = head.end() + size


def fuzzed(sandbox: Sandbox, seed: int, requests: int, combinations: int, first: int = 0) -> tuple[Report, Report]:
    """Send so many mutated requests and so many combinations, from number `first` on, and return what came of each."""
    raised: list[str] = []
    hook, threading.excepthook = threading.excepthook, lambda failed: raised.append(repr(failed.exc_value))
    reports = []
    try:
        for many, numbered in ((requests, _mutated), (combinations, _combined)):
            fuzz = Fuzz(sandbox, seed)
            healthy(fuzz.client)  # so that both addresses have what they keep
            before = threading.active_count(), descriptors()
            warm = many // 2
            _by_clients(fuzz, range(first, first + warm), numbered)
            give_back()
            begun = memory()
            _by_clients(fuzz, range(first + warm, first + many), numbered)
            _check_afterwards(fuzz, before, begun, raised)
            reports.append(fuzz.report)
    finally:
        threading.excepthook = hook
    return reports[0], reports[1]


def _by_clients(fuzz: Fuzz, numbers: range, numbered: Callable[[_Hands, int], None]) -> None:
    def client(share: range) -> None:
        with contextlib.closing(_Hands(fuzz, share.start)) as hands:
            for number in share:
                numbered(hands, number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, [numbers[one::CLIENTS] for one in range(CLIENTS) if numbers[one::CLIENTS]]))


def _check_afterwards(fuzz: Fuzz, before: tuple[int, int], begun: int, raised: list[str]) -> None:
    """Check that nothing has stayed behind, and that a healthy request is answered as ever."""
    until = time.monotonic() + PATIENCE_S
    while (now := (threading.active_count(), descriptors())) > before and time.monotonic() < until:
        time.sleep(0.02)
    found = [f"an exception was not caught: {text}" for text in raised]
    found += [f"the sandbox failed: {failure!r}" for failure in fuzz.sandbox.failures]
    if now[0] > before[0] or now[1] > before[1]:
        found.append(f"threads and descriptors: {before} before, {now} after")
    give_back()
    fuzz.report.growth = max(0, memory() - begun)
    if fuzz.report.growth > MOST_GROWTH:
        found.append(f"memory has grown by {megabytes(fuzz.report.growth)}, more than {megabytes(MOST_GROWTH)}")
    found += healthy(fuzz.client)
    for what in found:
        fuzz.problem(f"afterwards: {what}", -1, b"")


def healthy(client: Client) -> list[str]:
    """Return what is wrong with the answers to requests without a fault; empty if nothing is."""
    world = client.world(one_shot=1)
    wanted = [
        ("ok", client.call(PERMISSIONS, world.permissions(), headers=world.bearer).outcome),
        ("ok", client.call(OAUTH, world.oauth()).outcome),
        ("trigger_exchanged", client.call(PERMISSIONS, world.permissions(), headers=world.bearer).outcome),
        ("code_already_used", client.call(OAUTH, world.oauth()).outcome),
    ]
    return [f"a healthy request gets {got}, not {expected}" for expected, got in wanted if got != expected]


class _Hands:
    """What one client holds: its worlds, and the connections that it leaves open."""

    def __init__(self, fuzz: Fuzz, first: int) -> None:
        self.fuzz = fuzz
        random = Random(f"{fuzz.seed}/worlds/{first}")  # noqa: S311 - no secret
        self.worlds = [fuzz.world(random) for _ in range(WORLDS)]
        self._open: list[socket.socket] = []
        self._count = 0

    def close(self) -> None:
        for one in self._open:
            one.close()

    def a_world(self, random: Random) -> World:
        """Return one of the worlds, after replacing it if it has served long enough."""
        at = random.randrange(WORLDS)
        self._count += 1
        if self._count % RENEWED_EVERY == 0:
            self.worlds[at] = self.fuzz.world(random)
        return self.worlds[at]

    def exchange(self, url: str, data: bytes, number: int, ending: str) -> list[tuple[int, bytes]]:
        """Send the bytes, end the connection in this way, and return status and body of each answer."""
        parts = urlsplit(url)
        connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=PATIENCE_S)
        received = b""
        try:
            with contextlib.suppress(ConnectionError):  # it may have been refused before its end
                connection.sendall(data)
            if ending == "left open":
                self._leave(connection)
                self.fuzz.not_read()
                return []
            if ending == "half closed":
                with contextlib.suppress(OSError):  # the sandbox may have closed first
                    connection.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionError):
                    while piece := connection.recv(65536):
                        received += piece
        except TimeoutError:
            self.fuzz.problem(f"neither answered nor closed; received {received[:300]!r}", number, data)
        if ending == "left open":
            return []
        connection.close()
        if ending == "closed":
            self.fuzz.not_read()
            return []
        return self.fuzz.answered(received, number, data)

    def _leave(self, connection: socket.socket) -> None:
        self._open.append(connection)
        if len(self._open) > LEFT_OPEN:
            self._open.pop(0).close()


def _mutated(hands: _Hands, number: int) -> None:
    """Send one mutated request: parts are changed first, then bytes; one in ten is sent as it is."""
    fuzz = hands.fuzz
    random = Random(f"{fuzz.seed}/request/{number}")  # noqa: S311 - no secret
    draft, to_control = drafts.well_formed(random, hands.a_world(random), fuzz.states)
    for _ in range(random.choice((0, 1, 1, 2))):
        drafts.changed(draft, random)
    data = mutated(draft.written(), random, random.choice((0, 0, 1, 1, 2, 4)))
    if random.random() < 0.05:
        data += draft.written()
    ending = random.choices(("half closed", "closed", "left open"), (90, 5, 5))[0]
    if random.random() < 0.03:
        to_control = not to_control
    url = fuzz.sandbox.control if to_control else fuzz.sandbox.url
    assert url is not None
    hands.exchange(url, data, number, ending)


def _combined(hands: _Hands, number: int) -> None:
    """Send one combination of valid pieces; its answer has the form that the pages promise, and a code of the page."""
    fuzz = hands.fuzz
    random = Random(f"{fuzz.seed}/combination/{number}")  # noqa: S311 - no secret
    world, state = hands.a_world(random), random.choice(fuzz.states)
    if random.random() < 0.3:
        world = fuzz.client.world(state, one_shot=2)
    method = random.choice((PERMISSIONS, OAUTH))
    draft = combination(random, world, hands.a_world(random), method)
    data = draft.written()
    answers = hands.exchange(fuzz.sandbox.url, data, number, "half closed")
    final = [(status, body) for status, body in answers if status != 100]
    if len(final) != 1:
        fuzz.problem(f"{len(final)} answers to one request", number, data)
    elif draft.verb != "HEAD":
        said = _misshapen(final[0][1], fuzz.codes[method], fuzz.warnings[method])
        if said:
            fuzz.problem(f"{said}: {final[0][1][:300]!r}", number, data)


def combination(random: Random, world: World, other: World, method: str) -> Draft:
    """Return a request put together from valid pieces: verb, type, charset, credentials, body and state."""
    fields = dict(random.choice((world.permissions, world.oauth))(random.randrange(2)))
    for name in list(fields):
        if random.random() < 0.1:
            del fields[name]
    if random.random() < 0.2:
        fields |= random.choice(({"token": world.values["token"]}, other.oauth(), other.permissions()))
    headers = [("Host", "127.0.0.1")]
    credentials = random.choice(
        (
            None,
            f"Bearer {world.values['token']}",
            f"Bearer {other.values['token']}",
            drafts.basic(world.values["client_id"], world.values["client_secret"]),
            drafts.basic(world.values["client_id"], other.values["client_secret"]),
        )
    )
    if credentials is not None:
        headers.append(("Authorization", credentials))
    kind = random.choice((None, FORM, FORM, drafts.MULTIPART, "application/json", "text/plain"))
    charset = random.choice(
        ("", "", "; charset=utf-8", "; charset=iso-8859-1", '; charset="UTF-8"', "; charset=utf-16")
    )
    if kind is not None:
        headers.append(("Content-Type", f"{kind}; charset={charset}" if charset else kind))
    body: bytes | None = {
        FORM: urlencode(fields).encode(),
        drafts.MULTIPART: drafts.multipart(fields),
        "application/json": json.dumps(fields).encode(),
    }.get(random.choice((kind, kind, kind, FORM, drafts.MULTIPART, "application/json")) or "")
    if body is None and kind is not None:
        body = b""
    query = f"?{urlencode(fields)}" if random.random() < 0.3 else ""
    verb = random.choice(("POST", "POST", "POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"))
    return Draft(verb, f"/api/{method}{query}", headers, body, chunk=random.choice((0, 0, 0, 1, 50)) if body else 0)


def _misshapen(body: bytes, codes: frozenset[str], warnings: frozenset[str]) -> str:
    """Return what is wrong with the document of an answer; empty if nothing is."""
    document: Any = json.loads(body)
    if not isinstance(document, dict) or not isinstance(document.get("ok"), bool):
        return "no ok"
    if not document["ok"] and document.get("error") not in codes:
        return "not a code of the page"
    if {*filter(None, document.get("warning", "").split(","))} - warnings:
        return "not a warning of the page"
    return ""
