"""A client, and one run of it: what the sandbox received, and what the caller saw."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_conformance.catalog.values import HEALTHY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_conformance.sandbox import ReceivedCall

FOLDER = Path(__file__).parent
REPLAYED = "replayed"
"""The language of a client that is not run."""


@dataclass(frozen=True, eq=False)
class Client:
    """One way to call methods by a package, as clients.toml describes it."""

    id: str
    title: str
    language: str
    package: str
    note: str
    calls: Mapping[str, str]
    like: Mapping[str, str]
    sees: Mapping[str, str]
    made: str = ""
    world: str = HEALTHY
    starts: bool = False
    timeout: bool = True


@dataclass(frozen=True)
class Saw:
    """What the caller of a client saw; of the fields a client has no word for, `None`."""

    returned: str | None = None
    """The type of the value that the call returned."""
    raised: str | None = None
    """The type of the exception."""
    code: str | None = None
    """The client's own code for the kind of exception."""
    error: str | None = None
    """The error code of the method."""
    warning: str | None = None
    status: int | None = None
    retry_after: str | None = None
    cause: str | None = None
    """What the exception says about its cause."""
    fields: tuple[str, ...] = ()
    """The names of the answer's fields that the caller can read."""
    logged: tuple[str, ...] = ()

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Saw:
        """Return what a driver's line says. Raises `RuntimeError` if the driver itself failed."""
        if "failed" in line:
            raise RuntimeError(f"The client did not start, or the driver has a mistake: {line['failed']}")
        found: dict[str, Any] = {name: line.get(name) for name in cls.__dataclass_fields__}
        found |= {name: tuple(line.get(name) or ()) for name in ("fields", "logged")}
        found["retry_after"] = None if found["retry_after"] is None else str(found["retry_after"])
        return cls(**found)


@dataclass(frozen=True)
class Run:
    """One client in one situation."""

    client: Client
    method: str
    situation: str
    sent: tuple[ReceivedCall, ...]
    """The calls of the method, in the order in which they came."""
    besides: tuple[str, ...]
    """The other methods that were called, such as `auth.test` when an app starts."""
    saw: Saw
    written: Mapping[str, str]
    """How fixtures/clients writes the values of the world that were given to the client."""

    @property
    def waited_for_retry_after(self) -> bool:
        """Whether a second call came, and not before the time that the first answer asked for."""
        if len(self.sent) < 2 or self.sent[0].injected != "throttled":
            return False
        return self.sent[1].received_at - self.sent[0].received_at >= RETRY_AFTER_S


RETRY_AFTER_S = 2
"""The Retry-After of a 429 answer: longer than any client waits before a first retry of its own."""


@functools.cache
def read_clients() -> tuple[Client, ...]:
    """Return the clients of clients.toml."""
    content = tomllib.loads((FOLDER / "clients.toml").read_text("utf-8"))
    return tuple(Client(**{"sees": {}, **entry}) for entry in content["client"])
