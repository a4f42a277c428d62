"""A request as received, before it is parsed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Received:
    """One request: verb, target and headers as sent, and as much of the body as arrived."""

    verb: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    complete: bool = True
    """Whether the whole announced body arrived."""

    def header(self, name: str) -> str | None:
        """Return the value of the first header with this name (case-insensitive), or `None`."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def path(self) -> str:
        """The request target without its query string."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query string, as sent."""
        return self.target.partition("?")[2].partition("#")[0]
