"""A target without any logic: it answers each request as another target did, by a table of what requests look like."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from slack_conformance.catalog.model import OK
from slack_conformance.engine import Engine
from slack_conformance.lab.prove.local import LocalCaller
from slack_conformance.sandbox import Sandbox
from slack_conformance.target.control import ControlClient
from slack_conformance.target.profile import profile_of_url
from slack_conformance.wire.sender import Exchange, Sender, Transport

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_conformance.catalog.model import Catalog
    from slack_conformance.engine.composing import Composed
    from slack_conformance.engine.engine import JudgedCase
    from slack_conformance.wire.answer import Answer

PUBLIC = {"scopes", "scopes_mixed", "redirect_uri"}
BY_CHANCE = {"user-agent", "content-length", "host"}


@dataclass
class Names:
    """Carries calls to a control API, and knows each value that it gave by its name and the state of its world."""

    caller: LocalCaller
    given: dict[str, str] = field(default_factory=dict)
    advanced: set[str] = field(default_factory=set)
    worlds: dict[str, str] = field(default_factory=dict)

    def __call__(self, verb: str, path: str, content: Mapping[str, Any] | None) -> tuple[int, Mapping[str, Any]]:
        status, document = self.caller(verb, path, content)
        if verb == "POST" and content is not None:
            for name, each in document.get("values", {}).items():
                for text in each if isinstance(each, list) else [each]:
                    if name not in PUBLIC:
                        self.given[text] = f"<{name} of {content['state']}>"
                        self.worlds[text] = document["world"]
        elif verb == "PATCH":
            self.advanced.add(path)
        return status, document

    def shape(self, request: Composed, seen: Counter[str]) -> str:
        """Return the request with a name in place of each value, and how often its values were sent before."""
        headers = "\n".join(
            f"{name}: {_readable(value)}" for name, value in request.headers if name.lower() not in BY_CHANCE
        )
        body = (request.body or b"").decode("latin-1")
        address = urlsplit(request.url)
        text = "\n".join((request.verb, address.path, address.query, headers, body, str(request.sent)))
        found = [value for value in self.given if value in text]
        for value in sorted(found, key=len, reverse=True):
            text = text.replace(value, self.given[value])
        worlds = sorted({self.worlds[value] for value in found})
        times = [sum(seen[value] for value in found), *(seen[world] for world in worlds)]
        seen.update([*found, *worlds])
        late = any(path.endswith(world) for path in self.advanced for world in worlds)
        return f"{text}\n{times} {late}"


def _readable(value: str) -> str:
    scheme, _, pair = value.partition(" ")
    return f"Basic {base64.b64decode(pair).decode()}" if scheme == "Basic" else value


@dataclass
class Recorder:
    """Sends requests to a sandbox, and enters what it answers into a table."""

    sender: Sender
    names: Names
    table: dict[str, Answer]
    seen: Counter[str] = field(default_factory=Counter)
    count: int = 0

    def send(self, request: Composed) -> Exchange:
        """Send the request."""
        self.count += 1
        exchange = self.sender.send(request)
        self.table.setdefault(self.names.shape(request, self.seen), exchange.answer)
        return exchange

    def send_together(self, requests: Sequence[Composed]) -> list[Exchange]:
        """Send one after the other."""
        return [self.send(request) for request in requests]

    def close(self) -> None:
        """Close the connections."""
        self.sender.close()


@dataclass
class LookUp:
    """Answers from the table; a request that is not in it succeeds, as an unknown one does in most mocks."""

    names: Names
    table: dict[str, Answer]
    seen: Counter[str] = field(default_factory=Counter)
    count: int = 0
    missed: int = 0

    def send(self, request: Composed) -> Exchange:
        """Look the answer up."""
        self.count += 1
        shape = self.names.shape(request, self.seen)
        answer = self.table.get(shape)
        if answer is None:
            self.missed += 1
            answer = self._success(urlsplit(request.url).path)
        return Exchange(request, b"sent", b"", answer, 0.0)

    def send_together(self, requests: Sequence[Composed]) -> list[Exchange]:
        """Send one after the other."""
        return [self.send(request) for request in requests]

    def close(self) -> None:
        """Do nothing."""

    def _success(self, path: str) -> Answer:
        return next(one for shape, one in self.table.items() if shape.split("\n")[1] == path and one.outcome == OK)


def record(catalog: Catalog, table: dict[str, Answer], seed: int) -> list[JudgedCase]:
    """Run all cases with this seed against a sandbox, add what it answers to the table, and return the results."""
    with Sandbox(catalog, control=False) as sandbox:
        names = Names(LocalCaller(sandbox, catalog))
        sender = Recorder(Sender(Transport()), names, table)
        return _run(catalog, sandbox.url, sender, names, seed)


def replay(catalog: Catalog, table: dict[str, Answer], seed: int) -> tuple[list[JudgedCase], LookUp]:
    """Run all cases with this seed against the table, with values that a sandbox makes; return the results."""
    with Sandbox(catalog, control=False) as sandbox:
        names = Names(LocalCaller(sandbox, catalog))
        target = LookUp(names, table)
        return _run(catalog, sandbox.url, target, names, seed), target


def _run(catalog: Catalog, url: str, sender: Recorder | LookUp, names: Names, seed: int) -> list[JudgedCase]:
    with Engine(catalog, profile_of_url(url), sender=sender, control=ControlClient(names), seed=seed) as engine:
        return list(engine.results(catalog.cases))
